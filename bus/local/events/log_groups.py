"""CloudWatch Logs log groups as targets.

A log group takes the event as its log event's message, at the event's own time. Of the ways to change that only an
input transformer is there, and its template has to be {"timestamp": <one>, "message": <another>} (AWS CDK,
"CloudWatchLogGroup", which checks what PutTargets does).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bus.local.errors import AwsError
from bus.local.events.errors import validation
from bus.local.events.event import Event
from bus.local.events.failures import DeliveryError, Failure
from bus.local.events.state import Send
from bus.local.json_texts import read
from bus.local.operations import Response
from bus.local.plane import Plane
from bus.transformation.template import as_text

_MARK = ":log-group:"
_LATEST = 253_402_300_799_999  # the end of the year 9999, in milliseconds
_MEMBERS = ["message", "timestamp"]
_PLACEHOLDER = re.compile(r'"<[\w.\-]+>"|<[\w.\-]+>')


def to_log_group(plane: Plane, spec: Mapping[str, Any]) -> Send:
    """How an event is delivered to a log group, into a stream that EventBridge makes in it. Raises AwsError."""
    arn = spec["Arn"]
    if _MARK not in arn:
        raise validation(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
    _check_input(spec)
    group = arn.partition(_MARK)[2].removesuffix(":*")
    streams: list[str] = []

    def put(log_event: dict[str, Any]) -> Response:
        if not streams:
            name = plane.chance.uuid()
            plane.call("logs", "CreateLogStream", logGroupName=group, logStreamName=name)
            streams.append(name)
        return plane.call("logs", "PutLogEvents", logGroupName=group, logStreamName=streams[0], logEvents=[log_event])

    def send(event: Event, text: str | None) -> None:
        log_event = _log_event(event, text)
        try:
            answer = put(log_event)
        except AwsError as error:
            if not streams or error.code != "ResourceNotFoundException":
                raise
            streams.clear()  # the stream was deleted, or its group, which may have been made anew
            answer = put(log_event)
        if rejected := answer.get("rejectedLogEventsInfo"):
            raise AwsError("InvalidParameterException", f"CloudWatch Logs rejected the event: {rejected}")

    return send


def _check_input(spec: Mapping[str, Any]) -> None:
    if spec.get("Input") is not None or spec.get("InputPath") is not None:
        raise validation(
            f"Parameter(s) Input and InputPath not valid for target {spec['Id']}: a log group has neither."
        )
    transformer = spec.get("InputTransformer")
    if transformer is not None and _members(transformer["InputTemplate"]) != _MEMBERS:
        wanted = "{timestamp: <timestamp>, message: <message>}"
        raise validation(f"Invalid InputTemplate for target {spec['Id']} : [A log group takes only {wanted}].")


def _members(template: str) -> list[str]:
    try:
        return sorted(read(_PLACEHOLDER.sub("null", template)))
    except (ValueError, TypeError):
        return []


def _log_event(event: Event, text: str | None) -> dict[str, Any]:
    """Raises DeliveryError for what is no log event: transformed so, or with a time that CloudWatch Logs has not."""
    try:
        given = {"timestamp": event.fields["time"], "message": event.text} if text is None else read(text)
        timestamp = _milliseconds(given["timestamp"])
        message = given["message"]
    except (ValueError, TypeError, KeyError) as error:
        said = f"This is no log event: {event.text if text is None else text}"
        raise DeliveryError(Failure("INVALID_JSON", said, retryable=False)) from error
    return {"timestamp": timestamp, "message": as_text(message)}


def _milliseconds(given: Any) -> int:
    """Of an ISO 8601 timestamp, or of milliseconds as a number or text. Raises ValueError for what is neither."""
    if isinstance(given, int) or str(given).isdecimal():
        milliseconds = int(given)
    else:
        moment = datetime.fromisoformat(given)
        milliseconds = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    if not 0 <= milliseconds <= _LATEST:
        raise ValueError(f"{given} is no time of a log event")
    return milliseconds
