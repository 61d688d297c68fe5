"""Data transformation: batches of records through a Lambda function.

Firehose developer guide, "Transform source data" and "Handle failure in data transformation".
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bus.local.engine import Timer
from bus.local.errors import AwsError
from bus.local.firehose.outcomes import Dropped, TransformFailedError, outcome_of, results_of
from bus.local.firehose.records import Failed, Record, Routed
from bus.local.firehose.settings import Settings, Transform
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts

PROCESSING_FAILED = "processing-failed"
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds before a retry; AWS does not say how long it waits


class Transformer:
    """Invokes the transform of one delivery stream, and tells records that are ready from those that are not."""

    def __init__(
        self,
        plane: Plane,
        settings: Settings,
        transform: Transform,
        *,
        ready: Callable[[Routed], None],
        failed: Callable[[list[Failed]], None],
    ) -> None:
        self._plane, self._settings, self._transform = plane, settings, transform
        self._ready, self._failed = ready, failed
        self._waiting: list[tuple[Timer, list[Record]]] = []

    def run(self, records: list[Record], attempt: int = 1) -> None:
        """Transform one batch; a call that fails is tried again, `NumberOfRetries` times."""
        try:
            results = self._invoke(records)
        except TransformFailedError as error:
            again = attempt <= self._transform.retries
            self._hop(attempt, "retry" if again else "failed", str(error))
            if again:
                self._wait(records, attempt)
            else:
                self._failed([self._failure(record, error, attempt) for record in records])
        else:
            self._hop(attempt, "ok", f"{len(records)} records")
            self._sort(records, results, attempt)

    def stop(self) -> list[Record]:
        """Forget what waits to be tried again, and say what it was."""
        for timer, _ in self._waiting:
            timer.cancel()
        records = [record for _, records in self._waiting for record in records]
        self._waiting.clear()
        return records

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """What waits to be tried again."""
        for timer, records in self._waiting:
            if any(record.event_id == event_id for record in records):
                yield Whereabouts(
                    "firehose", self._settings.arn, "waiting to retry", timer.instant, "for its transform"
                )

    def _wait(self, records: list[Record], attempt: int) -> None:
        def again() -> None:
            self._waiting.remove(waiting)
            self.run(records, attempt + 1)

        pause = min(_FIRST_PAUSE * 2.0 ** min(attempt - 1, 10), _LONGEST_PAUSE)
        waiting = (self._plane.engine.after(pause, again), records)
        self._waiting.append(waiting)

    def _invoke(self, records: list[Record]) -> Mapping[str, Any]:
        try:
            response = self._plane.call(
                "lambda",
                "Invoke",
                FunctionName=self._transform.function,
                InvocationType="RequestResponse",
                Payload=json.dumps(self._event(records)).encode(),
            )
        except AwsError as error:
            raise TransformFailedError(f"Lambda.{error.code}", error.message) from error
        if response.get("FunctionError"):
            message = "The Lambda function was successfully invoked but it returned an error result."
            raise TransformFailedError("Lambda.FunctionError", message)
        return results_of(response["Payload"])

    def _event(self, records: list[Record]) -> dict[str, Any]:
        event = {
            "invocationId": self._plane.chance.uuid(),
            "deliveryStreamArn": self._settings.arn,
            "region": self._plane.region,
            "records": [_event_record(record) for record in records],
        }
        return event if self._settings.source is None else {**event, "sourceKinesisStreamArn": self._settings.source}

    def _sort(self, records: list[Record], results: Mapping[str, Any], attempt: int) -> None:
        failures = []
        for record in records:
            try:
                outcome = outcome_of(record, results.get(record.id), self._settings.destination.table)
            except TransformFailedError as error:
                failures.append(self._failure(record, error, attempt))
                continue
            if isinstance(outcome, Dropped):
                name = self._settings.name
                self._plane.ledger.record("firehose", "deliver", name, event_id=record.event_id, outcome="dropped")
            else:
                self._ready(outcome)
        self._failed(failures)

    def _failure(self, record: Record, error: TransformFailedError, attempts: int) -> Failed:
        details = {"lambdaArn": self._transform.function}
        return Failed(record, record.data, PROCESSING_FAILED, error.code, error.message, attempts, details)

    def _hop(self, attempt: int, outcome: str, note: str) -> None:
        self._plane.ledger.record(
            "firehose", "transform", self._settings.name, attempt=attempt, outcome=outcome, note=note
        )


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
