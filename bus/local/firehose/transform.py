"""Data transformation: batches of records through a Lambda function.

Firehose developer guide, "Transform source data" and "Handle failure in data transformation".
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from bus.local.errors import AwsError
from bus.local.firehose.outcomes import Dropped, TransformFailedError, outcome_of, results_of
from bus.local.firehose.records import Failed, Record, Routed
from bus.local.firehose.settings import Settings, Transform
from bus.local.plane import Plane

PROCESSING_FAILED = "processing-failed"


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

    def run(self, records: list[Record]) -> None:
        """Transform one batch; a call that fails is tried again at once, `NumberOfRetries` times."""
        attempts = self._transform.retries + 1
        for attempt in range(1, attempts + 1):
            try:
                results = self._invoke(records)
            except TransformFailedError as error:
                self._hop(attempt, "retry" if attempt < attempts else "failed", str(error))
                failure = error
            else:
                self._hop(attempt, "ok", f"{len(records)} records")
                self._sort(records, results, attempt)
                return
        self._failed([self._failure(record, failure, attempts) for record in records])

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
                outcome = outcome_of(record, results.get(record.id), self._settings.table)
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
