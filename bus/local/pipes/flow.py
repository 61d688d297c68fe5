"""What a pipe does with a batch: enrich, transform, deliver."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bus.local.arns import service_of
from bus.local.errors import AwsError
from bus.local.pipes.errors import PipeFailedError
from bus.local.pipes.event import PipeEvent
from bus.local.pipes.targets import MAXIMUM_BATCH, Outgoing, Refused, answered, compile_send
from bus.local.pipes.template import Reader, compile_template, json_or_text
from bus.local.plane import Plane
from bus.local.polling import Outcome, Record
from bus.local.times import iso


class Flow:
    """From the records of a source to one target; `properties` are those of AWS::Pipes::Pipe."""

    def __init__(self, plane: Plane, name: str, arn: str, properties: Mapping[str, Any]) -> None:
        self._plane = plane
        self._enrichment: str = properties.get("Enrichment", "")
        target, given = properties["Target"], properties.get("TargetParameters", {})
        variables = _variables(plane, name, arn, properties)
        self._enriching = _enrichment_input(properties, variables)
        self._targeting = compile_template(given.get("InputTemplate"), variables)
        self.maximum = MAXIMUM_BATCH[service_of(target)]
        self._send = compile_send(plane, target, given, pipe=name, source=service_of(properties["Source"]))

    def through(self, records: list[Record]) -> Outcome:
        """A customer error fails the whole batch; what the target refused, it alone.

        Refused entries are retried through the whole pipe, enrichment included (EventBridge user guide, "Partial
        batch failure"). They are told by position, so an enrichment that returns more or fewer events than it was
        given makes the whole batch come again.
        """
        try:
            events = self._enriched([PipeEvent.of_source(record) for record in records])
            if not events:
                return Outcome(note="the enrichment returned nothing")
            refused = self._to_target(events)
        except (PipeFailedError, AwsError) as error:
            return Outcome.failure(records, str(error))
        return _told(refused, records, len(events))

    def _enriched(self, events: Sequence[PipeEvent]) -> Sequence[PipeEvent]:
        if not self._enrichment:
            return events
        payload = json.dumps([self._enriching(event) for event in events]).encode()
        answer = answered(self._plane.call("lambda", "Invoke", FunctionName=self._enrichment, Payload=payload))
        # EventBridge user guide, "Filtering events using enrichment": an empty response reaches no target.
        if answer in (None, "", {}, []):
            return []
        return [PipeEvent.enriched(value) for value in (answer if isinstance(answer, list) else [answer])]

    def _to_target(self, events: Sequence[PipeEvent]) -> Refused:
        if len(events) > self.maximum:
            raise PipeFailedError(f"{len(events)} events are more than the target takes at once ({self.maximum})")
        return self._send([Outgoing(self._targeting(event), event) for event in events])


def _enrichment_input(properties: Mapping[str, Any], variables: Mapping[str, Reader]) -> Callable[[PipeEvent], Any]:
    template = properties.get("EnrichmentParameters", {}).get("InputTemplate")
    if not template:
        return lambda event: event.value
    write = compile_template(template, variables)
    return lambda event: json_or_text(write(event))


def _variables(plane: Plane, name: str, arn: str, properties: Mapping[str, Any]) -> dict[str, Reader]:
    """The reserved variables (EventBridge user guide, "Amazon EventBridge Pipes input transformation")."""
    fixed = {
        "pipe-arn": arn,
        "pipe-name": name,
        "source-arn": properties["Source"],
        "enrichment-arn": properties.get("Enrichment", ""),
        "target-arn": properties["Target"],
    }
    constants: dict[str, Reader] = {f"aws.pipes.{name}": _always(value) for name, value in fixed.items()}
    return {
        **constants,
        "aws.pipes.event.ingestion-time": lambda _: iso(plane.clock.time()),
        "aws.pipes.event": lambda event: event.value,
        "aws.pipes.event.json": lambda event: event.readable,
    }


def _always(value: str) -> Reader:
    return lambda _: value


def _told(refused: Refused, records: list[Record], sent: int) -> Outcome:
    if refused.ids:
        named = {record.data.get("messageId") or record.data["eventID"]: record.identifier for record in records}
        if not refused.ids <= named.keys():
            return Outcome.failure(records, "the target names events that it was not given")
        return Outcome(frozenset(named[id_] for id_ in refused.ids), "reported by the target")
    if refused.positions and sent != len(records):
        return Outcome.failure(records, "the target refused events")
    note = "refused by the target" if refused.positions else ""
    return Outcome(frozenset(records[at].identifier for at in refused.positions), note)
