"""Data transformation: batches of records through a Lambda function.

Firehose developer guide, "Transform source data" and "Handle failure in data transformation".
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bus.local.continuations import when_done, within
from bus.local.engine import Timer
from bus.local.firehose.invocation import LONGEST_INVOCATION, Call, call_of, timed_out
from bus.local.firehose.outcomes import Dropped, TransformFailedError, outcome_of
from bus.local.firehose.records import Failed, Record, Routed
from bus.local.firehose.settings import Settings
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts

PROCESSING_FAILED = "processing-failed"
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds before a retry; AWS does not say how long it waits


@dataclass(eq=False, slots=True)
class _Held:
    """A batch that its function works on, or that waits to be tried again; without a timer, for an answer."""

    records: list[Record]
    timer: Timer | None
    state: str


class Transformer:
    """Transforms the batches of one delivery stream, and tells records that are ready from those that are not.

    Without a function records are ready as they are. Other settings count from the next invocation on.
    """

    def __init__(
        self,
        plane: Plane,
        settings: Settings,
        *,
        ready: Callable[[Routed], None],
        failed: Callable[[list[Failed]], None],
    ) -> None:
        self._plane, self.settings = plane, settings
        self._ready, self._failed = ready, failed
        self._held: list[_Held] = []

    def run(self, records: list[Record], attempt: int = 1) -> None:
        """Transform one batch; a call that fails is tried again, `NumberOfRetries` times."""
        transform = self.settings.destination.processing.transform
        if transform is None:
            for record in records:
                self._ready(Routed(record, record.data, *self._table))
            return
        call = self._call(transform.function, records, attempt)
        if isinstance(call, Later):
            held = _Held(records, None, "running")
            self._held.append(held)
            call.then(partial(self._answered, held))
        else:
            self._called(records, call)

    def stop(self) -> list[Record]:
        """Forget what it holds, and say what it was."""
        for held in self._held:
            if held.timer is not None:
                held.timer.cancel()
        records = [record for held in self._held for record in held.records]
        self._held.clear()
        return records

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """What is being transformed, and what waits to be tried again."""
        for held in self._held:
            if any(record.event_id == event_id for record in held.records):
                until = None if held.timer is None else held.timer.instant
                yield Whereabouts("firehose", self.settings.arn, held.state, until, "for its transform")

    @property
    def _table(self) -> tuple[str, str]:
        return self.settings.destination.table or ("", "")

    def _hold(self, records: list[Record], seconds: float, state: str, then: Callable[[], None]) -> None:
        held = _Held(records, None, state)
        held.timer = self._plane.engine.after(seconds, partial(self._go_on, held, then))
        self._held.append(held)

    def _go_on(self, held: _Held, then: Callable[[], None]) -> None:
        self._held.remove(held)
        then()

    def _answered(self, held: _Held, call: Later[Call]) -> None:
        if held in self._held:  # else the delivery stream was deleted meanwhile, and the records with it
            self._held.remove(held)
            self._called(held.records, call.result())

    def _called(self, records: list[Record], call: Call) -> None:
        if call.seconds:
            self._hold(records, call.seconds, "in flight", partial(self._settle, records, call))
        else:
            self._settle(records, call)

    def _settle(self, records: list[Record], call: Call) -> None:
        """Do what follows from an invocation, when it is over."""
        if not isinstance(call.answer, TransformFailedError):
            self._hop(call.attempt, "ok", f"{len(records)} records")
            self._sort(records, call.answer, call)
            return
        transform = self.settings.destination.processing.transform
        again = transform is None or call.attempt <= transform.retries
        self._hop(call.attempt, "retry" if again else "failed", str(call.answer))
        if again:
            pause = min(_FIRST_PAUSE * 2.0 ** min(call.attempt - 1, 10), _LONGEST_PAUSE)
            self._hold(records, pause, "waiting to retry", partial(self.run, records, call.attempt + 1))
        else:
            self._failed([_failure(record, call.answer, call) for record in records])

    def _call(self, function: str, records: list[Record], attempt: int) -> Call | Later[Call]:
        payload = json.dumps(self._event(records)).encode()
        asked = {"FunctionName": function, "InvocationType": "RequestResponse", "Payload": payload}
        answer = self._plane.begin("lambda", "Invoke", asked)
        call = when_done(self._plane, answer, partial(call_of, function, attempt))
        if not isinstance(call, Later):
            return call
        return within(self._plane, call, LONGEST_INVOCATION, Call(function, attempt, timed_out(), 0.0))

    def _event(self, records: list[Record]) -> dict[str, Any]:
        event = {
            "invocationId": self._plane.chance.uuid(),
            "deliveryStreamArn": self.settings.arn,
            "region": self._plane.region,
            "records": [_event_record(record) for record in records],
        }
        return event if self.settings.source is None else {**event, "sourceKinesisStreamArn": self.settings.source}

    def _sort(self, records: list[Record], results: Mapping[str, Any], call: Call) -> None:
        failures = []
        for record in records:
            try:
                outcome = outcome_of(record, results.get(record.id), self._table)
            except TransformFailedError as error:
                failures.append(_failure(record, error, call))
                continue
            if isinstance(outcome, Dropped):
                name = self.settings.name
                self._plane.ledger.record("firehose", "deliver", name, event_id=record.event_id, outcome="dropped")
            else:
                self._ready(outcome)
        self._failed(failures)

    def _hop(self, attempt: int, outcome: str, note: str) -> None:
        self._plane.ledger.record(
            "firehose", "transform", self.settings.name, attempt=attempt, outcome=outcome, note=note
        )


def _failure(record: Record, error: TransformFailedError, call: Call) -> Failed:
    details = {"lambdaArn": call.function}
    return Failed(record, record.data, PROCESSING_FAILED, error.code, error.message, call.attempt, details)


def _event_record(record: Record) -> dict[str, Any]:
    event: dict[str, Any] = {
        "recordId": record.id,
        "approximateArrivalTimestamp": record.arrived,
        "data": base64.b64encode(record.data).decode(),
    }
    if record.place is not None:
        event["kinesisRecordMetadata"] = {
            "sequenceNumber": record.place.sequence_number,
            "subsequenceNumber": 0,
            "partitionKey": record.place.partition_key,
            "shardId": record.place.shard_id,
            "approximateArrivalTimestamp": record.arrived,
        }
    return event
