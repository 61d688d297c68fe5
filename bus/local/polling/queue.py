"""Reads an SQS queue in batches."""

from collections.abc import Sequence
from typing import Any

from bus.local.engine import Timer
from bus.local.errors import AwsError
from bus.local.operations import Response
from bus.local.plane import Plane
from bus.local.polling.reading import Reading
from bus.local.polling.record import Record, sqs_record

AT_ONCE = 10  # SQS: messages a receive or delete
_GONE = "AWS.SimpleQueueService.NonExistentQueue"


class QueueReader:
    """Delivers a queue's messages, deletes those that went well and those that no filter wants.

    What failed is left to the queue: it comes back when its visibility timeout ends, and goes to the queue's
    dead-letter queue after `maxReceiveCount`. Reads when the queue signals; an idle queue costs nothing. A queue that
    was deleted has nothing more to read.
    """

    def __init__(self, plane: Plane, arn: str, reading: Reading) -> None:
        self._plane, self.arn, self._reading = plane, arn, reading
        self._url = plane.call("sqs", "GetQueueUrl", QueueName=arn.rpartition(":")[2])["QueueUrl"]
        self._gathered: list[Record] = []
        self._due: Timer | None = None
        self._polling = False

    def start(self) -> None:
        """Read from now on, what is there already first."""
        self._plane.signals.on(self.arn, self._wake)
        self._wake()

    def _wake(self) -> None:
        if not self._polling:
            self._polling = True
            self._plane.engine.soon(self._poll)

    def _poll(self) -> None:
        self._polling = False
        while len(self._gathered) < self._reading.batch_size and (received := self._receive()):
            self._keep_wanted(received)
        if len(self._gathered) >= self._reading.batch_size or (self._gathered and not self._reading.window):
            self._flush()
            self._wake()
        elif self._gathered and self._due is None:
            self._due = self._plane.engine.after(self._reading.window, self._flush)

    def _flush(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        batch, self._gathered = self._gathered, []
        outcome = self._reading.deliver(batch)
        self._delete([record for record in batch if record.identifier not in outcome.failed])

    def _receive(self) -> list[Record]:
        response = self._ask(
            "ReceiveMessage",
            MaxNumberOfMessages=min(AT_ONCE, self._reading.batch_size - len(self._gathered)),
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        return [self._record(message) for message in response.get("Messages", ())]

    def _record(self, message: dict[str, Any]) -> Record:
        attributes = message.get("Attributes", {})
        return Record(
            identifier=message["MessageId"],
            event_id=self._plane.ledger.kept(message["MessageId"]),
            arrived=int(attributes.get("SentTimestamp", 0)) / 1000,
            attempt=int(attributes.get("ApproximateReceiveCount", 1)),
            data=sqs_record(message, self.arn, self._plane.region),
            receipt_handle=message["ReceiptHandle"],
        )

    def _keep_wanted(self, received: list[Record]) -> None:
        wanted = [record for record in received if self._reading.filters.wants(record)]
        self._gathered.extend(wanted)
        if len(wanted) < len(received):
            unwanted = [record for record in received if not self._reading.filters.wants(record)]
            for record in unwanted:
                self._reading.filtered(record)
            self._delete(unwanted)

    def _delete(self, records: Sequence[Record]) -> None:
        for at in range(0, len(records), AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": record.receipt_handle}
                for number, record in enumerate(records[at : at + AT_ONCE])
            ]
            self._ask("DeleteMessageBatch", Entries=entries)

    def _ask(self, operation: str, **params: object) -> Response:
        """Do an operation on the queue; one that is gone answers nothing."""
        try:
            return self._plane.call("sqs", operation, QueueUrl=self._url, **params)
        except AwsError as error:
            if error.code != _GONE:
                raise
            return {}
