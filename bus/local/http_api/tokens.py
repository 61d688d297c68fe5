"""JWT authorizers: who may call, by a token that the plane issued itself."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from bus.local.errors import PlaneError
from bus.local.http_api.request import HttpRequest

HEADER = "$request.header."


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
        header = self.identity_source.removeprefix(HEADER).lower()
        found = request.headers.get(header, "")
        scheme, _, token = found.partition(" ")
        return (token if scheme.lower() == "bearer" else found).strip() or None


@dataclass(frozen=True)
class Caller:
    """Who a token speaks for: its claims as text, as a function receives them."""

    claims: Mapping[str, str]
    scopes: tuple[str, ...]

    def context(self, wanted: Sequence[str]) -> dict[str, Any]:
        """The event's `requestContext.authorizer`; scopes are there when the route asks for some."""
        return {"jwt": {"claims": self.claims, "scopes": list(wanted) if wanted else None}}


class Tokens:
    """Signs and checks the tokens of one plane.

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
        if claims.get("exp", 0) <= now:
            raise TokenError("the token has expired")
        if max(claims.get("nbf", 0), claims.get("iat", 0)) > now:
            raise TokenError("the token is not valid yet")
        scopes = str(claims.get("scope", claims.get("scp", ""))).split()
        return Caller({name: _claim(value) for name, value in claims.items()}, tuple(scopes))

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
    found = claims.get("aud", claims.get("client_id", ()))
    return {found} if isinstance(found, str) else set(found)


def _claim(value: object) -> str:
    if isinstance(value, list):
        return f"[{' '.join(map(str, value))}]"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
