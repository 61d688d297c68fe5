"""The messages of one queue, received and deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bus.local.errors import AwsError
from bus.local.operations import Response
from bus.local.plane import Plane
from bus.local.polling.record import Record, sqs_record

AT_ONCE = 10  # SQS: messages a receive or delete
# The queue is gone, or has as many messages in flight as it may: there is nothing to be had for now.
_NOTHING = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "OverLimit"})
_WHOLE = {"MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"]}
_DEFAULT_VISIBILITY = "30"


@dataclass(eq=False, slots=True)
class MessageBatch:
    """Messages that go together; the first was `received` then, in epoch seconds.

    `throttles` counts the deliveries that reached nobody.
    """

    records: list[Record]
    received: float
    throttles: int = 0


class Messages:
    """A queue as its `QueueReader` sees it, through SQS's own operations; one that was deleted has nothing more."""

    def __init__(self, plane: Plane, arn: str) -> None:
        """Raises AwsError for a queue that is not there."""
        self._plane, self.arn = plane, arn
        self._url = plane.call("sqs", "GetQueueUrl", QueueName=arn.rpartition(":")[2])["QueueUrl"]

    def receive(self, most: int, visibility: float | None = None) -> list[Record]:
        """Up to `most` messages, ten at most, now in flight; for `visibility` seconds, or the queue's own timeout."""
        timeout = {} if visibility is None else {"VisibilityTimeout": int(visibility)}
        response = self._ask("ReceiveMessage", MaxNumberOfMessages=most, **_WHOLE, **timeout)
        return [self._record(message) for message in response.get("Messages", ())]

    def delete(self, records: Sequence[Record]) -> None:
        """Delete them; one that is visible again is nobody's any more, and stays."""
        for at in range(0, len(records), AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": record.receipt_handle}
                for number, record in enumerate(records[at : at + AT_ONCE])
            ]
            self._ask("DeleteMessageBatch", Entries=entries)

    def visibility_timeout(self) -> float:
        """Seconds for which a received message is invisible."""
        attributes = self._ask("GetQueueAttributes", AttributeNames=["VisibilityTimeout"]).get("Attributes", {})
        return float(attributes.get("VisibilityTimeout", _DEFAULT_VISIBILITY))

    def _record(self, message: dict[str, Any]) -> Record:
        attributes = message.get("Attributes", {})
        return Record(
            identifier=message["MessageId"],
            event_id=self._plane.ledger.kept(message["MessageId"]),
            arrived=int(attributes.get("SentTimestamp", 0)) / 1000,
            attempt=int(attributes.get("ApproximateReceiveCount", 1)),
            data=sqs_record(message, self.arn, self._plane.region),
            receipt_handle=message["ReceiptHandle"],
            key=attributes.get("MessageGroupId", ""),
        )

    def _ask(self, operation: str, **params: object) -> Response:
        try:
            return self._plane.call("sqs", operation, QueueUrl=self._url, **params)
        except AwsError as error:
            if error.code not in _NOTHING:
                raise
            return {}
