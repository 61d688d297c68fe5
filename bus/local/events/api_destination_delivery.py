"""Delivers an event to an API destination.

User guide, "API destinations": what is tried again, Retry-After, the timeout of five seconds, the invocation rate.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

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


def to_api_destination(plane: Plane, spec: Mapping[str, Any]) -> Send:
    """How an event reaches the API destination of a target."""
    arn, parameters = spec["Arn"], HttpParameters(spec.get("HttpParameters") or {})

    def send(event: Event, text: str | None) -> None:
        room: EventsRoom = plane.rooms["events"]
        destination = room.api_destination_of(arn)
        connection = None if destination is None else room.connection_of(destination.connection_arn)
        if destination is None or connection is None:
            raise _given_up("NO_RESOURCE", f"The API destination {arn} or its connection does not exist.")
        if not connection.usable:
            raise _given_up("NO_PERMISSIONS", f"The connection {connection.name} is {connection.state}.")
        wait = destination.pace.wait((arn, event), plane.clock.time())
        if wait:
            raise LaterError(wait)
        _Invocation(room, destination, connection, plane).make(event, event.text if text is None else text, parameters)

    return send


class _Invocation:
    """One attempt to call an endpoint."""

    def __init__(self, room: "EventsRoom", destination: ApiDestination, connection: Connection, plane: Plane) -> None:
        self._room, self._destination, self._connection, self._plane = room, destination, connection, plane

    def make(self, event: Event, text: str, parameters: HttpParameters) -> None:
        """Raises DeliveryError for any answer but a 2xx."""
        query = {**parameters.query(event), **self._connection.invocation("QueryStringParameters")}
        url = with_query(with_path(self._destination.endpoint, parameters.path(event)), query)
        given = [parameters.headers(event), self._connection.invocation("HeaderParameters")]
        body = with_body_parameters(text, self._connection.invocation("BodyParameters")).encode()
        answer = self._call(url, headers_of(*given, self._authorization()), body)
        if answer is not None and answer.status in _UNAUTHORIZED and self._oauth:
            # API reference, CreateConnection: OAuth tokens are refreshed when a 401 or 407 response is returned.
            answer = self._call(url, headers_of(*given, self._authorization(anew=True)), body)
        _judge(answer, url, self._plane.clock.time())

    def _call(self, url: str, headers: dict[str, str], body: bytes) -> Answer | None:
        return Outside.of(self._plane).call(self._destination.method, url, headers, body)

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


def _judge(answer: Answer | None, url: str, now: float) -> None:
    if answer is None:
        raise _given_up("CONNECTION_FAILURE", f"The host of {url} cannot be resolved.")
    if answer.seconds > TIMEOUT:
        raise DeliveryError(
            Failure("TIMEOUT", f"{url} did not respond in {TIMEOUT:.0f} seconds.", retryable=True, wait=TIMEOUT)
        )
    if answer.status in _DONE:
        return
    said = f"{url} answered {answer.status}{_excerpt(answer)}"
    after = _retry_after(answer, now)
    again = (answer.status in _AGAIN or answer.status >= _SERVER) and after >= 0
    code = "THROTTLING" if answer.status == _THROTTLED else "ERROR_FROM_TARGET"
    raise DeliveryError(Failure(code, said, retryable=again, wait=max(after, 0.0)))


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
