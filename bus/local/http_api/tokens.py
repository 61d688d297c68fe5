"""JWT authorizers: who may call, by a token that the plane issued itself."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from bus.local.errors import PlaneError
from bus.local.http_api.request import HttpRequest

_HEADER, _QUERY = SOURCES = ("$request.header.", "$request.querystring.")


class TokenError(PlaneError):
    """Why a token is not accepted."""


@dataclass(frozen=True)
class JwtAuthorizer:
    """An authorizer as the template has it: where the token is, who issued it, for whom."""

    name: str
    identity_source: str
    issuer: str
    audience: tuple[str, ...]

    def token(self, request: HttpRequest) -> str | None:
        """The token of a request, without "Bearer"; None when there is none."""
        found = self._found(request)
        scheme, _, token = found.partition(" ")
        return (token if scheme.lower() == "bearer" else found).strip() or None

    def _found(self, request: HttpRequest) -> str:
        if self.identity_source.startswith(_HEADER):
            return request.headers.get(self.identity_source.removeprefix(_HEADER).lower(), "")
        return dict(parse_qsl(request.query)).get(self.identity_source.removeprefix(_QUERY), "")


@dataclass(frozen=True)
class Caller:
    """Who a token speaks for: its claims as text, as a function receives them."""

    claims: Mapping[str, str]
    scopes: tuple[str, ...]

    def context(self, wanted: Sequence[str]) -> dict[str, Any]:
        """The event's `requestContext.authorizer`; scopes are there when the route asks for some."""
        return {"jwt": {"claims": self.claims, "scopes": list(wanted) if wanted else None}}


class Tokens:
    """Signs and checks the tokens of one plane (API Gateway developer guide, "Control access with JWT authorizers").

    It stands in for every issuer that an authorizer names. API Gateway takes RSA signatures only;
    here issuer and checker are one, and a keyed hash says as much.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, claims: Mapping[str, Any]) -> str:
        """A signed token that makes `claims`."""
        head = _encoded(orjson.dumps({"alg": "HS256", "kid": "local", "typ": "JWT"}))
        content = f"{head}.{_encoded(orjson.dumps(claims))}"
        return f"{content}.{_encoded(self._signature(content))}"

    def check(self, token: str, authorizer: JwtAuthorizer, now: float) -> Caller:
        """Who `token` speaks for. Raises TokenError, in the order in which API Gateway checks."""
        claims = self._claims(token)
        if claims.get("iss") != authorizer.issuer:
            raise TokenError("the token does not have a valid issuer")
        if not _audiences(claims) & set(authorizer.audience):
            raise TokenError("the token does not have a valid audience")
        if _instant(claims, "exp") <= now:
            raise TokenError("the token has expired")
        if max(_instant(claims, "nbf"), _instant(claims, "iat")) > now:
            raise TokenError("the token is not valid yet")
        return Caller({name: _claim(value) for name, value in claims.items()}, _scopes(claims))

    def _claims(self, token: str) -> dict[str, Any]:
        content, _, signature = token.rpartition(".")
        try:
            genuine = hmac.compare_digest(_decoded(signature), self._signature(content))
            claims = orjson.loads(_decoded(content.partition(".")[2])) if genuine else None
        except (binascii.Error, ValueError) as error:
            raise TokenError("the token is malformed") from error
        if not isinstance(claims, dict):
            raise TokenError("the token's signature is not the issuer's")
        return claims

    def _signature(self, content: str) -> bytes:
        return hmac.digest(self._key, content.encode(), hashlib.sha256)


def _audiences(claims: Mapping[str, Any]) -> set[str]:
    """`client_id` counts only when there is no `aud`."""
    audience = claims.get("aud")
    return set(_texts(claims.get("client_id") if audience is None else audience))


def _scopes(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Of `scope`, else of `scp`: words of a text, or a list."""
    return tuple(word for text in _texts(claims.get("scope", claims.get("scp"))) for word in text.split())


def _texts(claim: object) -> tuple[str, ...]:
    return tuple(map(str, claim)) if isinstance(claim, list) else () if claim is None else (str(claim),)


def _instant(claims: Mapping[str, Any], name: str) -> float:
    """A NumericDate (RFC 7519, 2); 0 when there is none."""
    claim = claims.get(name, 0)
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        raise TokenError(f"the token's {name} is no time")
    return claim


def _claim(value: object) -> str:
    if isinstance(value, list):
        return f"[{' '.join(map(str, value))}]"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
