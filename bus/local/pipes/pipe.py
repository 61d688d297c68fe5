"""One pipe: its reader, and what becomes of each batch."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.arns import service_of
from bus.local.destinations import send
from bus.local.errors import AwsError
from bus.local.pipes.flow import Flow
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
)
from bus.local.polling.failures import batch_info
from bus.local.polling.retry import EXPIRED
from bus.local.times import iso
from bus.patterns import PIPES

SOURCE_PARAMETERS = {
    "sqs": "SqsQueueParameters",
    "kinesis": "KinesisStreamParameters",
    "dynamodb": "DynamoDBStreamParameters",
}
DEFAULT_BATCH = {"sqs": 10, "kinesis": 100, "dynamodb": 100}


class Pipe:
    """Filters a source and sends what is wanted through its flow; `properties` are those of AWS::Pipes::Pipe."""

    def __init__(self, plane: Plane, name: str, properties: Mapping[str, Any]) -> None:
        self._plane, self.name, self.properties = plane, name, properties
        self.arn = plane.arn("pipes", f"pipe/{name}")
        self.created = plane.clock.now()
        self._flow = Flow(plane, name, self.arn, properties)
        self._source_arn: str = properties["Source"]
        given = properties.get("SourceParameters", {})
        self._given: Mapping[str, Any] = given.get(SOURCE_PARAMETERS[service_of(self._source_arn)], {})
        self._filters = Filters(given.get("FilterCriteria"), PIPES)
        self._reader = self._queue_reader() if service_of(self._source_arn) == "sqs" else self._stream_reader()

    @property
    def running(self) -> bool:
        return bool(self.properties.get("DesiredState", "RUNNING") == "RUNNING")

    def start(self) -> None:
        """Read from now on, unless the pipe is wanted stopped."""
        if self.running:
            self._reader.start()

    def _queue_reader(self) -> QueueReader:
        return QueueReader(
            self._plane,
            self._source_arn,
            filters=self._filters,
            deliver=self._deliver,
            filtered=self._filtered,
            batch_size=self._batch_size,
            window=self._window,
        )

    def _stream_reader(self) -> StreamReader:
        self._stream: Source = (
            KinesisSource(self._plane, self._source_arn, flat=True)
            if service_of(self._source_arn) == "kinesis"
            else DynamoDbSource(self._plane, self._source_arn)
        )
        reading = Reading(
            filters=self._filters,
            deliver=self._deliver,
            filtered=self._filtered,
            discard=self._discard,
            retries=Retries(
                maximum=int(self._given.get("MaximumRetryAttempts", -1)),
                age=float(self._given.get("MaximumRecordAgeInSeconds", -1)),
                bisect=self._given.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT",
            ),
            batch_size=self._batch_size,
            window=self._window,
        )
        return StreamReader(self._plane, self._stream, reading, self._given["StartingPosition"])

    @property
    def _batch_size(self) -> int:
        """What the template says, at most what the target takes ("you can't configure a pipe with a larger batch
        size than the target supports": EventBridge user guide, batching and concurrency).
        """
        default = min(DEFAULT_BATCH[service_of(self._source_arn)], self._flow.maximum)
        size = int(self._given.get("BatchSize", default))
        if size > self._flow.maximum:
            message = f"BatchSize {size} is more than the target of the pipe takes at once ({self._flow.maximum})."
            raise AwsError("ValidationException", message)
        return size

    @property
    def _window(self) -> float:
        return float(self._given.get("MaximumBatchingWindowInSeconds", 0))

    def _deliver(self, records: list[Record]) -> Outcome:
        with self._plane.ledger.following(records[0].event_id if len(records) == 1 else None):
            outcome = self._flow.through(records)
        for record in records:
            # The note of an outcome without failures, such as an empty enrichment, is every record's.
            noted = record.identifier in outcome.failed or not outcome.failed
            self._record("deliver", record, outcome.of(record), outcome.note if noted else "")
        return outcome

    def _filtered(self, record: Record) -> None:
        self._record("filter", record, "filtered")

    def _discard(self, discarded: Discarded) -> None:
        arn = self._given.get("DeadLetterConfig", {}).get("Arn")
        sent = bool(arn) and discarded.condition != EXPIRED and self._sent(arn, discarded)
        for record in discarded.records:
            self._record("discard", record, "dead-letter" if sent else "discarded", discarded.condition)

    def _sent(self, arn: str, discarded: Discarded) -> bool:
        document = {
            "context": {"partnerResourceArn": self.arn, "condition": discarded.condition},
            "version": "1.0",
            "timestamp": iso(self._plane.clock.time()),
            **batch_info(discarded, self._stream),
        }
        one = discarded.records[0].event_id if len(discarded.records) == 1 else None
        try:
            with self._plane.ledger.following(one):
                send(self._plane, arn, json.dumps(document))
        except AwsError as error:
            self._plane.ledger.record("pipes", "destination", self.arn, outcome="failed", note=str(error))
            return False
        return True

    def _record(self, action: str, record: Record, outcome: str, note: str = "") -> None:
        self._plane.ledger.record(
            "pipes",
            action,
            self.arn,
            event_id=record.event_id,
            attempt=max(record.attempt, 1),
            outcome=outcome,
            note=note,
        )
