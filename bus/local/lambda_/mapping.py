"""An event source mapping: a reader whose batches go to a function."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.arns import service_of
from bus.local.destinations import send
from bus.local.errors import AwsError
from bus.local.functions import Answer
from bus.local.lambda_.errors import invalid
from bus.local.lambda_.functions import LATEST, Deployed
from bus.local.plane import Plane
from bus.local.polling import (
    Discarded,
    DynamoDbSource,
    Filters,
    KinesisSource,
    Outcome,
    QueueReader,
    Reading,
    Record,
    Retries,
    Source,
    StreamReader,
    reported,
)
from bus.local.polling.failures import batch_info
from bus.local.polling.retry import EXPIRED
from bus.local.times import iso
from bus.patterns import EVENT_SOURCE_MAPPING

SQS_BATCH, STREAM_BATCH = 10, 100


class EventSourceMapping:
    """One mapping; `properties` are those of AWS::Lambda::EventSourceMapping."""

    def __init__(self, plane: Plane, uuid: str, deployed: Deployed, properties: Mapping[str, Any]) -> None:
        self._plane, self.uuid, self._deployed, self._properties = plane, uuid, deployed, properties
        self.source_arn: str = properties["EventSourceArn"]
        self._reports = "ReportBatchItemFailures" in (properties.get("FunctionResponseTypes") or ())
        self._filters = Filters(properties.get("FilterCriteria"), EVENT_SOURCE_MAPPING)
        self._reader = self._queue_reader() if service_of(self.source_arn) == "sqs" else self._stream_reader()

    @property
    def enabled(self) -> bool:
        return bool(self._properties.get("Enabled", True))

    @property
    def function_arn(self) -> str:
        return self._deployed.arn

    def start(self) -> None:
        """Read from now on, if the mapping is enabled."""
        if self.enabled:
            self._reader.start()

    def description(self) -> dict[str, Any]:
        """As GetEventSourceMapping answers it."""
        given = {name: value for name, value in self._properties.items() if name not in {"FunctionName", "Enabled"}}
        return {
            **given,
            "UUID": self.uuid,
            "FunctionArn": self.function_arn,
            "BatchSize": self._batch_size(SQS_BATCH if service_of(self.source_arn) == "sqs" else STREAM_BATCH),
            "State": "Enabled" if self.enabled else "Disabled",
        }

    def _batch_size(self, default: int) -> int:
        return int(self._properties.get("BatchSize", default))

    @property
    def _window(self) -> float:
        return float(self._properties.get("MaximumBatchingWindowInSeconds", 0))

    def _queue_reader(self) -> QueueReader:
        size = self._batch_size(SQS_BATCH)
        if size > SQS_BATCH and not self._window:
            raise invalid(f"Maximum batch window in seconds must be greater than 0 if maximum batch size is {size}")
        return QueueReader(
            self._plane,
            self.source_arn,
            filters=self._filters,
            deliver=self._deliver,
            filtered=self._filtered,
            batch_size=size,
            window=self._window,
        )

    def _stream_reader(self) -> StreamReader:
        self._source: Source = (
            KinesisSource(self._plane, self.source_arn)
            if service_of(self.source_arn) == "kinesis"
            else DynamoDbSource(self._plane, self.source_arn)
        )
        reading = Reading(
            filters=self._filters,
            deliver=self._deliver,
            filtered=self._filtered,
            discard=self._discard,
            retries=Retries(
                maximum=int(self._properties.get("MaximumRetryAttempts", -1)),
                age=float(self._properties.get("MaximumRecordAgeInSeconds", -1)),
                bisect=bool(self._properties.get("BisectBatchOnFunctionError", False)),
            ),
            batch_size=self._batch_size(STREAM_BATCH),
            window=self._window,
        )
        return StreamReader(self._plane, self._source, reading, self._properties["StartingPosition"])

    def _deliver(self, records: list[Record]) -> Outcome:
        payload = json.dumps({"Records": [record.data for record in records]}).encode()
        with self._plane.ledger.following(records[0].event_id if len(records) == 1 else None):
            answer = self._deployed.invoke(payload)
        outcome = self._outcome(answer, records)
        for record in records:
            self._plane.ledger.record(
                "lambda",
                "Invoke",
                self.function_arn,
                event_id=record.event_id,
                attempt=record.attempt,
                outcome=outcome.of(record),
                note=outcome.note if record.identifier in outcome.failed else "",
            )
        return outcome

    def _outcome(self, answer: Answer, records: list[Record]) -> Outcome:
        error = {"functionError": "Unhandled"} if answer.failed else {}
        details = {
            "requestId": answer.request_id,
            "responseContext": {"statusCode": 200, "executedVersion": LATEST, **error},
        }
        if answer.failed:
            return Outcome.failure(records, json.loads(answer.payload)["errorType"], details)
        return reported(json.loads(answer.payload), records, details) if self._reports else Outcome()

    def _filtered(self, record: Record) -> None:
        self._plane.ledger.record("lambda", "filter", self.function_arn, event_id=record.event_id, outcome="filtered")

    def _discard(self, discarded: Discarded) -> None:
        arn = self._properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        sent = bool(arn) and discarded.condition != EXPIRED and self._sent(arn, discarded)
        for record in discarded.records:
            self._plane.ledger.record(
                "lambda",
                "discard",
                self.function_arn,
                event_id=record.event_id,
                attempt=max(record.attempt, 1),
                outcome="dead-letter" if sent else "discarded",
                note=discarded.condition,
            )

    def _sent(self, arn: str, discarded: Discarded) -> bool:
        one = discarded.records[0].event_id if len(discarded.records) == 1 else None
        try:
            with self._plane.ledger.following(one):
                send(self._plane, arn, json.dumps(self._failure_document(discarded)))
        except AwsError as error:
            self._plane.ledger.record("lambda", "destination", self.function_arn, outcome="failed", note=str(error))
            return False
        return True

    def _failure_document(self, discarded: Discarded) -> dict[str, Any]:
        details = dict(discarded.last.details)
        request_id = details.pop("requestId", None) or self._plane.chance.uuid()
        return {
            "requestContext": {
                "requestId": request_id,
                "functionArn": self.function_arn,
                "condition": discarded.condition,
                "approximateInvokeCount": discarded.deliveries,
            },
            **details,
            "version": "1.0",
            "timestamp": iso(self._plane.clock.time()),
            **batch_info(discarded, self._source),
        }
