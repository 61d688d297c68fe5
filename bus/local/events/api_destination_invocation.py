"""One attempt to call the endpoint of an API destination, and what its answer means.

User guide, "API destinations": what is tried again, Retry-After, the timeout of five seconds.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Self

from bus.local.continuations import when_done
from bus.local.events.api_destinations import ApiDestination
from bus.local.events.connections import Connection
from bus.local.events.failures import DeliveryError, Failure
from bus.local.events.oauth import Token
from bus.local.events.requests import headers_of, with_body_parameters, with_path, with_query
from bus.local.later import Later
from bus.local.outside import Answer, Outside
from bus.local.plane import Plane

if TYPE_CHECKING:
    from bus.local.events.room import EventsRoom

TIMEOUT = 5.0
_DONE = range(200, 300)
_UNAUTHORIZED = (401, 407)
_AGAIN = frozenset({401, 407, 409, 429})
_THROTTLED = 429
_SERVER = 500

_Headers = Mapping[str, str]
_Came = Answer | Later[Answer | None] | None
_Call = Callable[[Later[_Headers]], Later[Answer | None]]


class Invocation:
    """One attempt to call an endpoint."""

    def __init__(self, room: "EventsRoom", destination: ApiDestination, connection: Connection, plane: Plane) -> None:
        self._room, self.destination, self._connection, self._plane = room, destination, connection, plane

    @classmethod
    def of(cls, plane: Plane, arn: str) -> Self:
        """Raises DeliveryError for an API destination that is not there, or whose connection is not authorized."""
        room: EventsRoom = plane.rooms["events"]
        destination = room.api_destination_of(arn)
        connection = None if destination is None else room.connection_of(destination.connection_arn)
        if destination is None or connection is None:
            raise _given_up("NO_RESOURCE", f"The API destination {arn} or its connection does not exist.")
        if not connection.usable:
            raise _given_up("NO_PERMISSIONS", f"The connection {connection.name} is {connection.state}.")
        return cls(room, destination, connection, plane)

    def make(self, text: str, path: list[str], headers: _Headers, query: _Headers) -> Answer | Later[Answer]:
        """Raises DeliveryError for any answer but a 2xx, or what is later does."""
        everything = {**query, **self._connection.invocation("QueryStringParameters")}
        url = with_query(with_path(self.destination.endpoint, path), everything)
        given = [headers, self._connection.invocation("HeaderParameters")]
        body = with_body_parameters(text, self._connection.invocation("BodyParameters")).encode()
        call: _Call = partial(self._call, url, given, body)
        first: _Came = when_done(self._plane, self._authorization(), call)
        answer: _Came = when_done(self._plane, first, partial(self._again_if_unauthorized, call))
        return when_done(self._plane, answer, partial(self._judged, url))

    def _call(
        self, url: str, given: Sequence[_Headers], body: bytes, authorization: Later[_Headers]
    ) -> Later[Answer | None]:
        headers = headers_of(*given, authorization.result())
        return Outside.of(self._plane).begin(self.destination.method, url, headers, body, TIMEOUT)

    def _again_if_unauthorized(self, call: _Call, came: Later[Answer | None]) -> _Came:
        """API reference, CreateConnection: OAuth tokens are refreshed when a 401 or 407 response is returned."""
        answer = came.result()
        if answer is not None and answer.status in _UNAUTHORIZED and self._oauth:
            return when_done(self._plane, self._authorization(anew=True), call)
        return answer

    @property
    def _oauth(self) -> bool:
        return self._connection.authorization == "OAUTH_CLIENT_CREDENTIALS"

    def _authorization(self, *, anew: bool = False) -> _Headers | Later[_Headers]:
        given = self._connection.parameters
        if self._oauth:
            return when_done(self._plane, self._room.token(self._connection, anew=anew), _bearing)
        if self._connection.authorization == "BASIC":
            basic = given["BasicAuthParameters"]
            credentials = b64encode(f"{basic['Username']}:{basic['Password']}".encode()).decode()
            return {"authorization": f"Basic {credentials}"}
        return {given["ApiKeyAuthParameters"]["ApiKeyName"]: given["ApiKeyAuthParameters"]["ApiKeyValue"]}

    def _judged(self, url: str, came: Later[Answer | None]) -> Answer:
        answer, to_pass = came.result(), Outside.of(self._plane).to_pass
        if answer is None:
            raise _given_up("CONNECTION_FAILURE", f"The host of {url} cannot be resolved.")
        if answer.seconds > TIMEOUT:
            said = f"{url} did not respond in {TIMEOUT:.0f} seconds."
            late = Failure("TIMEOUT", said, retryable=True, wait=to_pass(TIMEOUT))
            raise DeliveryError(late, to_pass(TIMEOUT))
        if answer.status in _DONE:
            return answer
        said = f"{url} answered {answer.status}{_excerpt(answer)}"
        after = _retry_after(answer, self._plane.clock.time())
        again = (answer.status in _AGAIN or answer.status >= _SERVER) and after >= 0
        code = "THROTTLING" if answer.status == _THROTTLED else "ERROR_FROM_TARGET"
        refused = Failure(code, said, retryable=again, wait=max(after, 0.0))
        raise DeliveryError(refused, to_pass(answer.seconds))


def _bearing(token: Later[Token]) -> _Headers:
    return {"authorization": token.result().header}


def _retry_after(answer: Answer, now: float) -> float:
    """Seconds to wait at least; below nothing: "EventBridge stops retrying delivery for that event"."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    said = headers.get("retry-after", "0").strip()
    try:
        return float(said)
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - now)
    except ValueError:
        return 0.0  # neither seconds nor a date: the server says nothing


def _excerpt(answer: Answer) -> str:
    text = answer.body[:200].decode(errors="replace")
    return f": {json.dumps(text)}" if text else ""


def _given_up(code: str, message: str) -> DeliveryError:
    return DeliveryError(Failure(code, message, retryable=False))
