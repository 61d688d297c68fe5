"""An event bus of the pipe's own account and Region."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bus.local.arns import service_of
from bus.local.pipes.definition import Definition
from bus.local.pipes.errors import PipeFailedError
from bus.local.pipes.parameters import compile_parameter, compile_texts
from bus.local.pipes.targets.outgoing import Outgoing, Refusals, Send, entry_by_entry, with_error_codes
from bus.local.plane import Plane
from bus.transformation.template import as_text


def event_bus(plane: Plane, definition: Definition) -> Send:
    """The payload becomes the event's detail (user guide, "EventBridge event bus target specifics")."""
    given: Mapping[str, Any] = definition.sending
    # As events of pipes without these parameters are seen to have them; the user guide does not say.
    texts = {"Source": f"Pipe {definition.name}", "DetailType": f"Event from aws:{service_of(definition.source)}"}
    named = compile_texts({name: given.get(name) or default for name, default in texts.items()})
    resources = [compile_parameter("Resources", value) for value in given.get("Resources") or ()]
    time = compile_parameter("Time", given["Time"]) if given.get("Time") else None

    def entry(outgoing: Outgoing) -> dict[str, Any]:
        made: dict[str, Any] = named(outgoing.event)
        if resources:
            made["Resources"] = [as_text(read(outgoing.event)) for read in resources]
        if time is not None:
            made["Time"] = instant(time(outgoing.event))
        return {**made, "Detail": outgoing.text, "EventBusName": definition.target}

    def put(entries: list[dict[str, Any]]) -> Refusals:
        return with_error_codes(plane.call("events", "PutEvents", Entries=entries)["Entries"])

    return entry_by_entry(entry, put)


def instant(value: Any) -> datetime:
    """An instant of the event: epoch seconds or RFC 3339. Raises PipeFailedError."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        return datetime.fromisoformat(str(value))
    except (ValueError, OverflowError) as error:
        raise PipeFailedError(f"Time: {value} is no instant") from error
