"""A request as a client makes it, and as a function receives it."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

Query = Mapping[str, str | Sequence[str]] | str
Headers = Mapping[str, str | Sequence[str]]

# Verified against AWS in ministack's pull request 766: a form is base64, and so is a body of no type.
_TEXTS = frozenset({"application/json", "application/javascript", "application/xml"})


@dataclass(frozen=True)
class HttpRequest:
    """A request: header names in lower case, repeated ones joined by commas; the path and query percent-encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    @classmethod
    def of(
        cls, method: str, path: str, headers: Headers | None, query: Query | None, body: bytes | str | None
    ) -> "HttpRequest":
        """From what a test or a demo writes down; a query in `path` comes before that in `query`."""
        path, _, in_path = path.partition("?")
        written = query if isinstance(query, str) else urlencode(query or {}, doseq=True)
        named = {name.lower(): _joined(value) for name, value in (headers or {}).items()}
        cookie = named.pop("cookie", "")
        return cls(
            method=method.upper(),
            path=path if path.startswith("/") else f"/{path}",
            query="&".join(filter(None, (in_path, written))),
            headers=named,
            cookies=tuple(part.strip() for part in cookie.split(";") if part.strip()),
            body=body.encode() if isinstance(body, str) else body or b"",
        )


@dataclass(frozen=True)
class Received:
    """Where and when API Gateway received a request, and what it made of it."""

    api_id: str
    account: str
    domain: str
    stage: str
    route_key: str
    variables: Mapping[str, str]
    request_id: str
    trace_id: str
    at: datetime
    authorizer: Mapping[str, Any] | None = None
    stage_variables: Mapping[str, str] | None = None


SOURCE_IP = "127.0.0.1"


def event(request: HttpRequest, received: Received) -> dict[str, Any]:
    """The event that the function receives, in payload format 2.0.

    What is empty is left out. The path is decoded, as HTTP APIs alone do (API Gateway developer
    guide, "Create AWS Lambda proxy integrations for HTTP APIs").
    """
    body, encoded = _body(request)
    optional = {
        "cookies": list(request.cookies),
        "queryStringParameters": _query(request.query),
        "pathParameters": dict(received.variables),
        "stageVariables": received.stage_variables,
        "body": body,
    }
    return {
        "version": "2.0",
        "routeKey": received.route_key,
        "rawPath": unquote(request.path),
        "rawQueryString": request.query,
        "headers": _headers(request, received),
        "requestContext": _context(request, received),
        "isBase64Encoded": encoded,
        **{name: value for name, value in optional.items() if value},
    }


def _context(request: HttpRequest, received: Received) -> dict[str, Any]:
    authorizer = {} if received.authorizer is None else {"authorizer": received.authorizer}
    return {
        "accountId": received.account,
        "apiId": received.api_id,
        **authorizer,
        "domainName": received.domain,
        "domainPrefix": received.api_id,
        "http": {
            "method": request.method,
            "path": unquote(request.path),
            "protocol": "HTTP/1.1",
            "sourceIp": SOURCE_IP,
            "userAgent": request.headers.get("user-agent", ""),
        },
        "requestId": received.request_id,
        "routeKey": received.route_key,
        "stage": received.stage,
        "time": received.at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(received.at.timestamp() * 1000),
    }


def _headers(request: HttpRequest, received: Received) -> dict[str, str]:
    return {
        "content-length": str(len(request.body)),
        "host": received.domain,
        "x-amzn-trace-id": received.trace_id,
        "x-forwarded-for": SOURCE_IP,
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        **request.headers,
    }


def _body(request: HttpRequest) -> tuple[str, bool]:
    if not request.body:
        return "", False
    type_ = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if type_.startswith("text/") or type_ in _TEXTS:
        return request.body.decode(errors="replace"), False
    return base64.b64encode(request.body).decode(), True


def _query(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _joined(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)
