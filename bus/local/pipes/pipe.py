"""One pipe: its reader, and what becomes of each batch."""

from collections.abc import Mapping
from typing import Any

from bus.local.arns import service_of
from bus.local.errors import AwsError
from bus.local.pipes.flow import Flow
from bus.local.plane import Plane
from bus.local.polling import (
    BATCH_SIZES,
    Discarded,
    Filters,
    Hops,
    Outcome,
    Reader,
    Reading,
    Record,
    Retries,
    reader_of,
)
from bus.local.polling.failures import batch_info
from bus.local.times import iso
from bus.patterns import PIPES, InvalidPatternError

SOURCE_PARAMETERS = {
    "sqs": "SqsQueueParameters",
    "kinesis": "KinesisStreamParameters",
    "dynamodb": "DynamoDBStreamParameters",
}


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
        self._filters = _filters(given.get("FilterCriteria"))
        self._hops = Hops(plane, "pipes", self.arn, delivery="deliver")
        self._reader = self._new_reader()

    @property
    def running(self) -> bool:
        return bool(self.properties.get("DesiredState", "RUNNING") == "RUNNING")

    def start(self) -> None:
        """Read from now on, unless the pipe is wanted stopped."""
        if self.running:
            self._reader.start()

    def _new_reader(self) -> Reader:
        reading = Reading(
            filters=self._filters,
            deliver=self._deliver,
            filtered=self._hops.filtered,
            discard=self._discard,
            retries=Retries(
                maximum=int(self._given.get("MaximumRetryAttempts", -1)),
                age=float(self._given.get("MaximumRecordAgeInSeconds", -1)),
                bisect=self._given.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT",
            ),
            batch_size=self._batch_size,
            window=float(self._given.get("MaximumBatchingWindowInSeconds", 0)),
        )
        position = self._given.get("StartingPosition", "")
        return reader_of(self._plane, self._source_arn, reading, position=position, flat=True)

    @property
    def _batch_size(self) -> int:
        """What the template says, at most what the target takes ("you can't configure a pipe with a larger batch
        size than the target supports": EventBridge user guide, batching and concurrency).
        """
        default = min(BATCH_SIZES[service_of(self._source_arn)], self._flow.maximum)
        size = int(self._given.get("BatchSize", default))
        if size > self._flow.maximum:
            message = f"BatchSize {size} is more than the target of the pipe takes at once ({self._flow.maximum})."
            raise AwsError("ValidationException", message)
        return size

    def _deliver(self, records: list[Record]) -> Outcome:
        with self._hops.following(records):
            outcome = self._flow.through(records)
        self._hops.delivered(records, outcome)
        return outcome

    def _discard(self, discarded: Discarded) -> None:
        self._hops.discarded(discarded, self._given.get("DeadLetterConfig", {}).get("Arn"), self._failure_document)

    def _failure_document(self, discarded: Discarded) -> dict[str, Any]:
        return {
            "context": {"partnerResourceArn": self.arn, "condition": discarded.condition},
            "version": "1.0",
            "timestamp": iso(self._plane.clock.time()),
            **batch_info(discarded, self._source_arn),
        }


def _filters(criteria: Mapping[str, Any] | None) -> Filters:
    try:
        return Filters(criteria, PIPES)
    except InvalidPatternError as error:
        raise AwsError("ValidationException", str(error)) from error
