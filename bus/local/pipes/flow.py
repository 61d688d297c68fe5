"""What a pipe does with a batch: enrich, transform, deliver."""

from collections.abc import Sequence
from dataclasses import replace

from bus.local.errors import AwsError
from bus.local.pipes.definition import Definition
from bus.local.pipes.enrichment import Enrichment
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


class Flow:
    """From the records of a source to one target. Raises AwsError for what AWS refuses at creation."""

    def __init__(self, plane: Plane, definition: Definition, arn: str) -> None:
        variables = reserved(plane, definition, arn)
        self._maximum = definition.target_kind.maximum
        self._enrichment = Enrichment(plane, definition, variables) if definition.enrichment else None
        self._write = compile_template(definition.target_template, variables)
        self._send = compile_send(plane, definition)

    def through(self, records: list[Record]) -> Outcome:
        """A failure of the enrichment or of the whole call fails the whole batch; what the target refused, it alone.

        Refused events are retried through the whole pipe, enrichment included (EventBridge user guide, "Partial
        batch failure"). They are told by their ids where they have one, else by position, so an enrichment that
        returns more or fewer events than it was given, and drops their ids, makes the whole batch come again. What a
        service could not do through its own fault costs no retry (user guide, "Pipe internal errors"). The target is
        called in the same instant as the enrichment; what follows from the outcome happens when both are through.
        """
        began = [PipeEvent.of_source(record) for record in records]
        spent = 0.0
        try:
            events, spent = (began, 0.0) if self._enrichment is None else self._enrichment.of(began)
            if not events:
                return Outcome(note="the enrichment returned nothing", seconds=spent)
            sent = self._sent(events, spent)
        except PipeFailedError as error:
            return Outcome.failure(records, str(error), seconds=spent + error.seconds)
        except AwsError as error:
            if error.status >= _INTERNAL or error.status == _THROTTLED:
                return Outcome.unreached(records, str(error))
            return Outcome.failure(records, str(error), seconds=spent)
        return _told(sent, records, events)

    def _sent(self, events: Sequence[PipeEvent], spent: float) -> Sent:
        """Deliver, when there is time left for it; the seconds of the answer are those of the whole execution."""
        _check_time(spent)
        if len(events) > self._maximum:
            raise PipeFailedError(f"{len(events)} events are more than the target takes at once ({self._maximum})")
        sent = self._send([Outgoing(self._write(event), event) for event in events])
        _check_time(spent + sent.seconds)
        return replace(sent, seconds=spent + sent.seconds)


def _check_time(spent: float) -> None:
    if spent > LONGEST_EXECUTION:
        raise PipeFailedError(f"the execution took {spent:g} of at most {LONGEST_EXECUTION:g} seconds")


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
