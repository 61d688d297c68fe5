"""The step between source and target that looks things up, reshapes, or leaves out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bus.local.pipes.definition import Definition
from bus.local.pipes.event import PipeEvent
from bus.local.pipes.invocation import ask
from bus.local.pipes.template import Reader, compile_template, json_or_text
from bus.local.plane import Plane


class Enrichment:
    """Events to a function and its answer back, synchronously: batch in, batch out."""

    def __init__(self, plane: Plane, definition: Definition, variables: Mapping[str, Reader]) -> None:
        self._plane, self._arn = plane, definition.enrichment
        self._input = _input(definition.enrichment_template, variables)

    def of(self, events: Sequence[PipeEvent]) -> tuple[list[PipeEvent], float]:
        """What the function answers, and the seconds that it took; an array is as many events, also fewer or more.

        An empty answer ("", {} or [], and null) reaches no target; `[{}]` is one empty event (EventBridge user guide,
        "Event enrichment in Amazon EventBridge Pipes"). Raises PipeFailedError and AwsError.
        """
        answer = ask(self._plane, self._arn, [self._input(event) for event in events])
        if answer.value in (None, "", {}, []):
            return [], answer.seconds
        values = answer.value if isinstance(answer.value, list) else [answer.value]
        return [PipeEvent.enriched(value) for value in values], answer.seconds


def _input(template: str, variables: Mapping[str, Reader]) -> Callable[[PipeEvent], Any]:
    if not template:
        return lambda event: event.value
    write = compile_template(template, variables)
    return lambda event: json_or_text(write(event))
