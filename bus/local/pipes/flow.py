"""What a pipe does with a batch: enrich, transform, deliver."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from bus.local.continuations import when_done, within
from bus.local.errors import AwsError
from bus.local.later import Later
from bus.local.pipes.definition import Definition
from bus.local.pipes.enrichment import Enriched, Enrichment
from bus.local.pipes.errors import PipeFailedError
from bus.local.pipes.event import PipeEvent
from bus.local.pipes.invocation import LONGEST_EXECUTION
from bus.local.pipes.targets import Outgoing, Sent, compile_send
from bus.local.pipes.template import compile_template
from bus.local.pipes.variables import reserved
from bus.local.plane import Plane
from bus.local.polling import Outcome, Record

_INTERNAL = 500  # statuses from here on are a service's own fault
_THROTTLED = 429


@dataclass(slots=True)
class _Execution:
    """One batch on its way: since when, in epoch seconds, and the virtual seconds spent beside those of the clock."""

    records: list[Record]
    since: float
    spent: float = 0.0

    def failed(self, error: PipeFailedError | AwsError) -> Outcome:
        """What comes of an error: what a service could not do through its own fault costs no retry (EventBridge user
        guide, "Pipe internal errors").
        """
        if isinstance(error, PipeFailedError):
            return Outcome.failure(self.records, str(error), seconds=self.spent + error.seconds)
        if error.status >= _INTERNAL or error.status == _THROTTLED:
            return Outcome.unreached(self.records, str(error))
        return Outcome.failure(self.records, str(error), seconds=self.spent)


class Flow:
    """From the records of a source to one target. Raises AwsError for what AWS refuses at creation."""

    def __init__(self, plane: Plane, definition: Definition, arn: str) -> None:
        variables = reserved(plane, definition, arn)
        self._plane, self._maximum = plane, definition.target_kind.maximum
        self._enrichment = Enrichment(plane, definition, variables) if definition.enrichment else None
        self._write = compile_template(definition.target_template, variables)
        self._send = compile_send(plane, definition)

    def through(self, records: list[Record]) -> Outcome | Later[Outcome]:
        """A failure of the enrichment or of the whole call fails the whole batch; what the target refused, it alone.

        Refused events are retried through the whole pipe, enrichment included (EventBridge user guide, "Partial
        batch failure"). They are told by their ids where they have one, else by position, so an enrichment that
        returns more or fewer events than it was given, and drops their ids, makes the whole batch come again. In
        process the target is called in the same instant as the enrichment; what follows from the outcome happens when
        both are through.
        """
        execution = _Execution(records, self._plane.clock.time())
        events = [PipeEvent.of_source(record) for record in records]
        try:
            enriched = Enriched(events, 0.0) if self._enrichment is None else self._enrichment.of(events)
        except (PipeFailedError, AwsError) as error:
            return execution.failed(error)
        outcome = when_done(self._plane, enriched, partial(self._enriched, execution))
        if not isinstance(outcome, Later):
            return outcome
        late = Outcome.failure(records, str(_took_too_long(LONGEST_EXECUTION)))
        return within(self._plane, outcome, LONGEST_EXECUTION, late)

    def _enriched(self, execution: _Execution, enriched: Later[Enriched]) -> Outcome | Later[Outcome]:
        try:
            events, execution.spent = enriched.result()
            if not events:
                return Outcome(note="the enrichment returned nothing", seconds=execution.spent)
            self._check_time(execution, execution.spent)
            if len(events) > self._maximum:
                raise PipeFailedError(f"{len(events)} events are more than the target takes at once ({self._maximum})")  # noqa: TRY301 - as those that come from below
            sent = self._send([Outgoing(self._write(event), event) for event in events])
        except (PipeFailedError, AwsError) as error:
            return execution.failed(error)
        return when_done(self._plane, sent, partial(self._sent, execution, events))

    def _sent(self, execution: _Execution, events: Sequence[PipeEvent], sent: Later[Sent]) -> Outcome:
        try:
            taken = sent.result()
            seconds = execution.spent + taken.seconds
            self._check_time(execution, seconds)
        except (PipeFailedError, AwsError) as error:
            return execution.failed(error)
        return _told(replace(taken, seconds=seconds), execution.records, events)

    def _check_time(self, execution: _Execution, spent: float) -> None:
        whole = self._plane.clock.time() - execution.since + spent
        if whole > LONGEST_EXECUTION:
            raise _took_too_long(whole)


def _took_too_long(seconds: float) -> PipeFailedError:
    return PipeFailedError(f"the execution took {seconds:g} of at most {LONGEST_EXECUTION:g} seconds")


def _told(sent: Sent, records: list[Record], events: Sequence[PipeEvent]) -> Outcome:
    """What became of each record, for what became of each event."""
    if not sent.refused and not sent.reported:
        return Outcome(seconds=sent.seconds)
    named = {PipeEvent.of_source(record).identifier: record.identifier for record in records}
    why = "; ".join(dict.fromkeys(sent.refused.values())) or "reported by the target"
    ids = {*sent.reported, *(events[at].identifier for at in sent.refused)}
    if ids <= named.keys():
        return Outcome(frozenset(named[id_] for id_ in ids), why, seconds=sent.seconds)
    if sent.reported or len(events) != len(records):
        return Outcome.failure(records, f"events that the target refused are none of the source's: {why}")
    return Outcome(frozenset(records[at].identifier for at in sent.refused), why, seconds=sent.seconds)
