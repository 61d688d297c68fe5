"""Cross-origin requests: what a browser is told (API Gateway developer guide, "Configure CORS for HTTP APIs")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bus.local.http_api.request import HttpRequest
from bus.local.http_api.response import HttpResponse

_PREFIX = "access-control-"


@dataclass(frozen=True)
class Cors:
    """The CORS configuration of an API; it stands in for whatever a function says of the matter."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    allowed_headers: tuple[str, ...] = ()
    exposed_headers: tuple[str, ...] = ()
    max_age: int | None = None
    credentials: bool = False

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Cors":
        """From `x-amazon-apigateway-cors` of an OpenAPI document."""
        return cls(
            _listed(written.get("allowOrigins")),
            _listed(written.get("allowMethods")),
            _listed(written.get("allowHeaders")),
            _listed(written.get("exposeHeaders")),
            written.get("maxAge"),
            str(written.get("allowCredentials", False)).lower() == "true",
        )

    def preflight(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a preflight request, which needs no route; None when it is none."""
        if request.method != "OPTIONS" or not {"origin", f"{_PREFIX}request-method"} <= request.headers.keys():
            return None
        headers = self._headers(request)
        if headers:
            headers[f"{_PREFIX}allow-methods"] = ",".join(self.methods)
            headers[f"{_PREFIX}allow-headers"] = ",".join(self.allowed_headers)
            headers[f"{_PREFIX}max-age"] = "" if self.max_age is None else str(self.max_age)
        return HttpResponse(204, {name: value for name, value in headers.items() if value})

    def tell(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """`response` with what a browser is to know, and nothing of what the function said of it."""
        own = {name: value for name, value in response.headers.items() if not name.startswith(_PREFIX)}
        return replace(response, headers={**own, **self._headers(request)})

    def _headers(self, request: HttpRequest) -> dict[str, str]:
        """What every answer carries; nothing for an origin that is not allowed."""
        origin = self._allowed(request.headers.get("origin"))
        if origin is None:
            return {}
        headers = {f"{_PREFIX}allow-origin": origin}
        if self.exposed_headers:
            headers[f"{_PREFIX}expose-headers"] = ",".join(self.exposed_headers)
        if self.credentials:
            headers[f"{_PREFIX}allow-credentials"] = "true"
        return headers

    def _allowed(self, origin: str | None) -> str | None:
        if origin is None:
            return None
        if "*" in self.origins:
            return "*"
        scheme = origin.partition("://")[0]
        return origin if origin in self.origins or f"{scheme}://*" in self.origins else None


def _listed(written: str | Sequence[str] | None) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written or ())
