"""Delivers an event to an API destination.

User guide, "API destinations": what is tried again, Retry-After, the timeout of five seconds, the invocation rate.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self

from bus.local.errors import AwsError
from bus.local.events.api_destinations import ApiDestination
from bus.local.events.connections import Connection
from bus.local.events.event import Event
from bus.local.events.failures import DeliveryError, Failure, LaterError
from bus.local.events.requests import HttpParameters, headers_of, with_body_parameters, with_path, with_query
from bus.local.events.state import Send
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


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call: the body of a 2xx answer, else the error; and the virtual seconds that it took."""

    body: bytes
    seconds: float
    error: AwsError | None = None


def to_api_destination(plane: Plane, spec: Mapping[str, Any]) -> Send:
    """How an event reaches the API destination of a target."""
    arn, parameters = spec["Arn"], HttpParameters(spec.get("HttpParameters") or {})

    def send(event: Event, text: str | None) -> None:
        invocation = _Invocation.of(plane, arn)
        wait = invocation.destination.pace.wait((arn, event), plane.clock.time())
        if wait:
            raise LaterError(wait)
        path, headers, query = parameters.path(event), parameters.headers(event), parameters.query(event)
        invocation.make(event.text if text is None else text, path, headers, query)

    return send


def call_api_destination(
    plane: Plane, arn: str, text: str, path: list[str], headers: Mapping[str, str], query: Mapping[str, str]
) -> Called:
    """Call it once, for whoever else of the plane has a request: a pipe. Its rate may make it wait."""
    now = plane.clock.time()
    try:
        invocation = _Invocation.of(plane, arn)
        waited = invocation.destination.pace.take(now) - now
        answer = invocation.make(text, path, headers, query)
    except DeliveryError as error:
        return Called(b"", error.seconds, error)
    return Called(answer.body, waited + answer.seconds)


class _Invocation:
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

    def make(self, text: str, path: list[str], headers: Mapping[str, str], query: Mapping[str, str]) -> Answer:
        """Raises DeliveryError for any answer but a 2xx."""
        everything = {**query, **self._connection.invocation("QueryStringParameters")}
        url = with_query(with_path(self.destination.endpoint, path), everything)
        given = [headers, self._connection.invocation("HeaderParameters")]
        body = with_body_parameters(text, self._connection.invocation("BodyParameters")).encode()
        answer = self._call(url, headers_of(*given, self._authorization()), body)
        if answer is not None and answer.status in _UNAUTHORIZED and self._oauth:
            # API reference, CreateConnection: OAuth tokens are refreshed when a 401 or 407 response is returned.
            answer = self._call(url, headers_of(*given, self._authorization(anew=True)), body)
        return _judged(answer, url, self._plane.clock.time())

    def _call(self, url: str, headers: dict[str, str], body: bytes) -> Answer | None:
        return Outside.of(self._plane).call(self.destination.method, url, headers, body)

    @property
    def _oauth(self) -> bool:
        return self._connection.authorization == "OAUTH_CLIENT_CREDENTIALS"

    def _authorization(self, *, anew: bool = False) -> dict[str, str]:
        given = self._connection.parameters
        if self._oauth:
            return {"authorization": self._room.token(self._connection, anew=anew).header}
        if self._connection.authorization == "BASIC":
            basic = given["BasicAuthParameters"]
            credentials = b64encode(f"{basic['Username']}:{basic['Password']}".encode()).decode()
            return {"authorization": f"Basic {credentials}"}
        return {given["ApiKeyAuthParameters"]["ApiKeyName"]: given["ApiKeyAuthParameters"]["ApiKeyValue"]}


def _judged(answer: Answer | None, url: str, now: float) -> Answer:
    if answer is None:
        raise _given_up("CONNECTION_FAILURE", f"The host of {url} cannot be resolved.")
    if answer.seconds > TIMEOUT:
        said = f"{url} did not respond in {TIMEOUT:.0f} seconds."
        raise DeliveryError(Failure("TIMEOUT", said, retryable=True, wait=TIMEOUT), TIMEOUT)
    if answer.status in _DONE:
        return answer
    said = f"{url} answered {answer.status}{_excerpt(answer)}"
    after = _retry_after(answer, now)
    again = (answer.status in _AGAIN or answer.status >= _SERVER) and after >= 0
    code = "THROTTLING" if answer.status == _THROTTLED else "ERROR_FROM_TARGET"
    raise DeliveryError(Failure(code, said, retryable=again, wait=max(after, 0.0)), answer.seconds)


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
