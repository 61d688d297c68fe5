"""Data transformation: batches of records through a Lambda function.

Firehose developer guide, "Transform source data" and "Handle failure in data transformation".
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.engine import Timer
from bus.local.errors import AwsError
from bus.local.firehose.outcomes import Dropped, TransformFailedError, outcome_of, results_of
from bus.local.firehose.records import Failed, Record, Routed
from bus.local.firehose.settings import Settings
from bus.local.operations import SECONDS
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts

PROCESSING_FAILED = "processing-failed"
LONGEST_INVOCATION = 300.0  # seconds: "supports a Lambda invocation time of up to 5 minutes"
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds before a retry; AWS does not say how long it waits


@dataclass(frozen=True, slots=True)
class _Call:
    """One invocation: the function that it was of, what it answered or why it failed, and how long it took."""

    function: str
    attempt: int
    answer: Mapping[str, Any] | TransformFailedError
    seconds: float


@dataclass(eq=False, slots=True)
class _Held:
    """A batch that its function works on, or that waits to be tried again."""

    records: list[Record]
    timer: Timer
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
        if call.seconds:
            self._hold(records, call.seconds, "in flight", lambda: self._settle(records, call))
        else:
            self._settle(records, call)

    def stop(self) -> list[Record]:
        """Forget what it holds, and say what it was."""
        for held in self._held:
            held.timer.cancel()
        records = [record for held in self._held for record in held.records]
        self._held.clear()
        return records

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """What is being transformed, and what waits to be tried again."""
        for held in self._held:
            if any(record.event_id == event_id for record in held.records):
                yield Whereabouts("firehose", self.settings.arn, held.state, held.timer.instant, "for its transform")

    @property
    def _table(self) -> tuple[str, str]:
        return self.settings.destination.table or ("", "")

    def _hold(self, records: list[Record], seconds: float, state: str, then: Callable[[], None]) -> None:
        def go_on() -> None:
            self._held.remove(held)
            then()

        held = _Held(records, self._plane.engine.after(seconds, go_on), state)
        self._held.append(held)

    def _settle(self, records: list[Record], call: _Call) -> None:
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
            self._hold(records, pause, "waiting to retry", lambda: self.run(records, call.attempt + 1))
        else:
            self._failed([_failure(record, call.answer, call) for record in records])

    def _call(self, function: str, records: list[Record], attempt: int) -> _Call:
        try:
            response = self._plane.call(
                "lambda",
                "Invoke",
                FunctionName=function,
                InvocationType="RequestResponse",
                Payload=json.dumps(self._event(records)).encode(),
            )
        except AwsError as error:
            return _Call(function, attempt, TransformFailedError(f"Lambda.{error.code}", error.message), 0.0)
        seconds = float(response.get(SECONDS, 0.0))
        return _Call(function, attempt, _answer(response, seconds), min(seconds, LONGEST_INVOCATION))

    def _event(self, records: list[Record]) -> dict[str, Any]:
        event = {
            "invocationId": self._plane.chance.uuid(),
            "deliveryStreamArn": self.settings.arn,
            "region": self._plane.region,
            "records": [_event_record(record) for record in records],
        }
        return event if self.settings.source is None else {**event, "sourceKinesisStreamArn": self.settings.source}

    def _sort(self, records: list[Record], results: Mapping[str, Any], call: _Call) -> None:
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


def _answer(response: Mapping[str, Any], seconds: float) -> Mapping[str, Any] | TransformFailedError:
    if seconds > LONGEST_INVOCATION:
        return TransformFailedError("Lambda.FunctionTimedOut", "The Lambda function was not done in five minutes.")
    if response.get("FunctionError"):
        message = "The Lambda function was successfully invoked but it returned an error result."
        return TransformFailedError("Lambda.FunctionError", message)
    try:
        return results_of(response["Payload"])
    except TransformFailedError as error:
        return error


def _failure(record: Record, error: TransformFailedError, call: _Call) -> Failed:
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
