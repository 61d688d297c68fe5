"""CloudWatch Logs: the payload is the message (user guide, "CloudWatch Logs group target specifics")."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bus.local.errors import AwsError
from bus.local.pipes.definition import Definition
from bus.local.pipes.errors import PipeFailedError
from bus.local.pipes.parameters import compile_parameter
from bus.local.pipes.targets.event_bus import instant
from bus.local.pipes.targets.outgoing import Outgoing, Refusals, Send, entry_by_entry
from bus.local.plane import Plane

_REJECTED = {
    "tooNewLogEventStartIndex": "too new",
    "tooOldLogEventEndIndex": "too old",
    "expiredLogEventEndIndex": "expired",
}


def log_group(plane: Plane, definition: Definition) -> Send:
    """LogStreamName is a constant ("except" of the dynamic path parameters); Timestamp is a path to milliseconds.

    Without a LogStreamName the pipe makes a log stream of its own name, for AWS does not say what it does.
    """
    group = definition.target.split(":log-group:", 1)[-1].removesuffix(":*")
    stream = definition.sending.get("LogStreamName")
    read = compile_parameter("Timestamp", definition.sending.get("Timestamp", ""))

    def entry(outgoing: Outgoing) -> dict[str, Any]:
        given = read(outgoing.event)
        at = _milliseconds(given) if given != "" else round(plane.clock.time() * 1000)
        return {"timestamp": at, "message": outgoing.text}

    def put(entries: list[dict[str, Any]]) -> Refusals:
        place = {"logGroupName": group, "logStreamName": stream or definition.name}
        if stream is None:
            _make_stream(plane, place)
        # A batch must be in order of time (CloudWatch Logs API reference, PutLogEvents).
        order = sorted(range(len(entries)), key=lambda at: entries[at]["timestamp"])
        answer = plane.call("logs", "PutLogEvents", **place, logEvents=[entries[at] for at in order])
        return {order[at]: why for at, why in _rejected(answer.get("rejectedLogEventsInfo") or {}, order)}

    return entry_by_entry(entry, put)


def _make_stream(plane: Plane, place: dict[str, str]) -> None:
    try:
        plane.call("logs", "CreateLogStream", **place)
    except AwsError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise


def _rejected(info: dict[str, int], order: Sequence[int]) -> list[tuple[int, str]]:
    """Positions in what was put, in the order of time."""
    found = []
    for name, why in _REJECTED.items():
        if name in info:
            before = range(info[name] if name.endswith("EndIndex") else 0)
            found += [(at, why) for at in (before or range(info[name], len(order)))]
    return found


def _milliseconds(value: Any) -> int:
    """Milliseconds since the epoch, as a number or text of digits; RFC 3339 is read too. Raises PipeFailedError."""
    text = str(value)
    if text.isdecimal():
        return int(text)
    try:
        moment: datetime = instant(text)
    except PipeFailedError as error:
        raise PipeFailedError(f"Timestamp: {value} is no instant") from error
    return round(moment.timestamp() * 1000)
