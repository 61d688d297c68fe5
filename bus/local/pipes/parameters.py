"""Dynamic path parameters: "$.detail_type" where a target's parameter could be a constant."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bus.local.event_paths import parse_path
from bus.local.pipes.errors import PipeFailedError
from bus.local.pipes.event import PipeEvent
from bus.transformation.jsonpath import MISSING
from bus.transformation.template import as_text

Parameter = Callable[[PipeEvent], Any]
_PATH = re.compile(r"\$(\.[\w/_-]+(\[(\d+|\*)\])*)+")  # as the API writes it; anything else is a constant


def compile_parameter(name: str, value: str) -> Parameter:
    """A constant, or the value at a path of the event that reached the target.

    That event is what the enrichment returned, when there is one, before the target's own InputTemplate: paths
    "can't reference new or transformed values resulting from input transformation" (EventBridge user guide,
    "Amazon EventBridge Pipes targets", dynamic path parameters), and "for targets, the event payload is what is
    returned from the enrichment" (… "Amazon EventBridge Pipes input transformation"). "The entire value has to be a
    JSON path, not only part of it."
    """
    if _PATH.fullmatch(value) is None:
        return lambda _: value
    steps = parse_path(value)

    def read(event: PipeEvent) -> Any:
        found = event.at(steps)
        if found is MISSING or found is None:
            raise PipeFailedError(f"{name}: nothing at {value}")
        return found

    return read


def compile_texts(given: Mapping[str, str]) -> Callable[[PipeEvent], dict[str, str]]:
    """The text of each of the parameters."""
    compiled = {name: compile_parameter(name, value) for name, value in given.items()}
    return lambda event: {name: as_text(read(event)) for name, read in compiled.items()}
