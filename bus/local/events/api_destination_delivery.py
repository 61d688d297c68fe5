"""Delivers an event to an API destination, at the pace that its invocation rate allows.

User guide, "API destinations".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bus.local.continuations import when_done
from bus.local.errors import AwsError
from bus.local.events.api_destination_invocation import Invocation
from bus.local.events.event import Event
from bus.local.events.failures import DeliveryError, LaterError
from bus.local.events.requests import HttpParameters
from bus.local.events.state import Send
from bus.local.later import Later
from bus.local.outside import Answer, Outside
from bus.local.plane import Plane


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call: the body of a 2xx answer, else the error; and the seconds that have yet to pass for it."""

    body: bytes
    seconds: float
    error: AwsError | None = None


def to_api_destination(plane: Plane, spec: Mapping[str, Any]) -> Send:
    """How an event reaches the API destination of a target."""
    arn, parameters = spec["Arn"], HttpParameters(spec.get("HttpParameters") or {})

    def send(event: Event, text: str | None) -> Answer | Later[Answer]:
        invocation = Invocation.of(plane, arn)
        wait = invocation.destination.pace.wait((arn, event), plane.clock.time())
        if wait:
            raise LaterError(wait)
        path, headers, query = parameters.path(event), parameters.headers(event), parameters.query(event)
        return invocation.make(event.text if text is None else text, path, headers, query)

    return send


def call_api_destination(
    plane: Plane, arn: str, text: str, path: list[str], headers: Mapping[str, str], query: Mapping[str, str]
) -> Called | Later[Called]:
    """Call it once, for whoever else of the plane has a request: a pipe. Its rate may make it wait."""
    now = plane.clock.time()
    try:
        invocation = Invocation.of(plane, arn)
        waits = invocation.destination.pace.take(now) - now
        make = partial(_make, invocation, text, path, headers, query)
        answer = when_done(plane, _turn(plane, waits), make)
    except DeliveryError as error:
        return Called(b"", error.seconds, error)
    return when_done(plane, answer, partial(_called, Outside.of(plane), waits))


def _turn(plane: Plane, seconds: float) -> Later[None]:
    """Under the real clock it comes after `seconds`; under the virtual one those who call let them pass."""
    if plane.world is None or seconds <= 0:
        return Later.of(None)
    turn = Later[None]()
    plane.engine.after(seconds, partial(turn.settle, None))
    return turn


def _make(
    invocation: Invocation,
    text: str,
    path: list[str],
    headers: Mapping[str, str],
    query: Mapping[str, str],
    _: Later[None],
) -> Answer | Later[Answer]:
    return invocation.make(text, path, headers, query)


def _called(outside: Outside, waited: float, came: Later[Answer]) -> Called:
    try:
        answer = came.result()
    except DeliveryError as error:
        return Called(b"", error.seconds, error)
    return Called(answer.body, outside.to_pass(waited + answer.seconds))
