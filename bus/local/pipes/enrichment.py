"""The step between source and target that looks things up, reshapes, or leaves out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from bus.local.continuations import when_done
from bus.local.later import Later
from bus.local.pipes.definition import Definition
from bus.local.pipes.event import PipeEvent
from bus.local.pipes.http import compile_request
from bus.local.pipes.invocation import Answered, ask
from bus.local.pipes.kinds import kind_of
from bus.local.pipes.template import Reader, compile_template, json_or_text
from bus.local.plane import Plane

Ask = Callable[[Sequence[PipeEvent]], Answered | Later[Answered]]


class Enriched(NamedTuple):
    """The events that go on, and the virtual time that it took."""

    events: list[PipeEvent]
    seconds: float


class Enrichment:
    """Events to a function or an API destination and its answer back, synchronously: batch in, batch out."""

    def __init__(self, plane: Plane, definition: Definition, variables: Mapping[str, Reader]) -> None:
        over_http = kind_of(definition.enrichment) == "api-destination"
        self._plane, self._ask = plane, (_http if over_http else _function)(plane, definition, variables)

    def of(self, events: Sequence[PipeEvent]) -> Enriched | Later[Enriched]:
        """What is answered; an array is as many events, also fewer or more.

        An empty answer ("", {} or [], and null) reaches no target; `[{}]` is one empty event (EventBridge user guide,
        "Event enrichment in Amazon EventBridge Pipes"). Raises PipeFailedError and AwsError.
        """
        return when_done(self._plane, self._ask(events), _enriched)


def _enriched(answer: Later[Answered]) -> Enriched:
    answered = answer.result()
    if answered.value in (None, "", {}, []):
        return Enriched([], answered.seconds)
    values = answered.value if isinstance(answered.value, list) else [answered.value]
    return Enriched([PipeEvent.enriched(value) for value in values], answered.seconds)


def _function(plane: Plane, definition: Definition, variables: Mapping[str, Reader]) -> Ask:
    make = _input(definition.enrichment_template, variables)
    return lambda events: ask(plane, definition.enrichment, [make(event) for event in events])


def _http(plane: Plane, definition: Definition, variables: Mapping[str, Reader]) -> Ask:
    write = compile_template(definition.enrichment_template, variables)
    request = compile_request(plane, definition.enrichment, definition.asking)

    def ask_for(events: Sequence[PipeEvent]) -> Answered | Later[Answered]:
        [event] = events  # batching is not supported
        return request(write(event), event)

    return ask_for


def _input(template: str, variables: Mapping[str, Reader]) -> Callable[[PipeEvent], Any]:
    if not template:
        return lambda event: event.value
    write = compile_template(template, variables)
    return lambda event: json_or_text(write(event))
