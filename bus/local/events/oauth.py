"""Access tokens for OAuth connections, by the client credentials grant (RFC 6749, section 4.4).

User guide, "Authorization methods for connections": "EventBridge exchanges your client ID and secret for an access
token"; the token is fetched anew after a 401 or 407, and when it expires within 60 seconds of an invocation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from bus.local.continuations import when_done
from bus.local.errors import PlaneError
from bus.local.events.requests import with_query
from bus.local.json_texts import read
from bus.local.later import Later
from bus.local.outside import Answer, Outside
from bus.local.plane import Plane

REFRESH = 60.0  # seconds before its end that a token is no longer used
TIMEOUT = 5.0  # seconds that an authorization endpoint has: as an API destination, for AWS says nothing of it
_OK = range(200, 300)


class TokenRefusedError(PlaneError):
    """The authorization endpoint gave no token."""


@dataclass(frozen=True)
class Token:
    """An access token; `until` is the epoch second of its end, None where the endpoint named none."""

    kind: str
    value: str
    until: float | None

    def lasts(self, now: float) -> bool:
        return self.until is None or self.until - now > REFRESH

    @property
    def header(self) -> str:
        return f"{self.kind} {self.value}"


def fetch_token(plane: Plane, oauth: Mapping[str, Any]) -> Token | Later[Token]:
    """Ask the authorization endpoint of `oauth` (OAuthParameters). Raises TokenRefusedError, or what is later does."""
    client, more = oauth["ClientParameters"], oauth.get("OAuthHttpParameters") or {}
    form = {
        "grant_type": "client_credentials",
        "client_id": client["ClientID"],
        "client_secret": client["ClientSecret"],
        **_by_key(more.get("BodyParameters")),
    }
    method, url = (
        oauth["HttpMethod"],
        with_query(oauth["AuthorizationEndpoint"], _by_key(more.get("QueryStringParameters"))),
    )
    headers = {name.lower(): value for name, value in _by_key(more.get("HeaderParameters")).items()}
    body = b""
    if method == "GET":
        url = with_query(url, form)
    else:
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        body = urlencode(form).encode()
    answer = Outside.of(plane).begin(method, url, headers, body, TIMEOUT)
    return when_done(plane, answer, partial(_token, plane, oauth["AuthorizationEndpoint"]))


def _token(plane: Plane, endpoint: str, came: Later[Answer | None]) -> Token:
    answer = came.result()
    if answer is None or answer.status not in _OK:
        said = "is unknown" if answer is None else f"answered {answer.status}"
        raise TokenRefusedError(f"the authorization endpoint {endpoint} {said}")
    try:
        given = read(answer.body.decode())
        value, lasts = given["access_token"], given.get("expires_in")
        until = None if lasts is None else plane.clock.time() + float(lasts)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TokenRefusedError("the authorization endpoint answered no JSON with an access_token") from error
    kind = given.get("token_type") or "Bearer"
    return Token("Bearer" if str(kind).lower() == "bearer" else str(kind), str(value), until)


def _by_key(given: Any) -> dict[str, str]:
    return {each["Key"]: each.get("Value", "") for each in given or ()}
