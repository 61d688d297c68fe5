"""Calls the functions that enrich events or receive them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bus.local.continuations import when_done
from bus.local.later import Later
from bus.local.operations import SECONDS, Response
from bus.local.pipes.errors import PipeFailedError
from bus.local.plane import Plane

LARGEST_PAYLOAD = 6 * 1024 * 1024  # bytes: EventBridge user guide, "Payload size limits"
LONGEST_EXECUTION = 300.0  # seconds, "including the enrichment and target processing": batching and concurrency


@dataclass(frozen=True, slots=True)
class Answered:
    """What a function answered, and the virtual time that it took."""

    value: Any
    seconds: float


def ask(plane: Plane, arn: str, events: Sequence[Any]) -> Answered | Later[Answered]:
    """Invoke with an array, even of one, and wait (user guide, batching and concurrency).

    Raises PipeFailedError for a function error, and for a payload that is too large; AwsError.
    """
    asked = {"FunctionName": arn, "InvocationType": "RequestResponse", "Payload": _payload(events)}
    return when_done(plane, plane.begin("lambda", "Invoke", asked), _answered)


def _answered(answer: Later[Response]) -> Answered:
    response = answer.result()
    seconds, value = float(response.get(SECONDS, 0.0)), json.loads(response["Payload"])
    if "FunctionError" in response:
        raise PipeFailedError(f"{value.get('errorType')}: {value.get('errorMessage')}", seconds=seconds)
    return Answered(value, seconds)


def hand_over(plane: Plane, arn: str, events: Sequence[Any]) -> None:
    """Invoke asynchronously. Raises AwsError and PipeFailedError."""
    plane.call("lambda", "Invoke", FunctionName=arn, InvocationType="Event", Payload=_payload(events))


def _payload(events: Sequence[Any]) -> bytes:
    payload = json.dumps(list(events), separators=(",", ":")).encode()
    if len(payload) > LARGEST_PAYLOAD:
        raise PipeFailedError(f"{len(payload)} bytes are more than a pipe passes on at once ({LARGEST_PAYLOAD})")
    return payload
