"""One message of a queue, and what a consumer sees of it."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bus.local.engine import Timer
from bus.local.sqs.contents import Attributes, chosen, md5_of_attributes

# SenderId is the IAM user's id or the role's; the plane has one sender.
SENDER_ID = "AIDAOMNIBUSLOCALPLANE"


class Place(Enum):
    """Where a message stands in its queue."""

    DELAYED = auto()
    VISIBLE = auto()
    IN_FLIGHT = auto()
    GONE = auto()


@dataclass(slots=True, eq=False)
class Message:
    """A message as its queue keeps it; instants are epoch seconds.

    `handle` is the receipt handle of the latest receive; an older one no longer deletes.
    `enqueued_at` is what retention counts from; `order` is the arrival in the present queue.
    """

    id: str
    body: str
    md5: str
    attributes: Attributes
    trace_header: str | None
    group_id: str | None
    deduplication_id: str | None
    sequence_number: str | None
    sent_at: float
    enqueued_at: float
    order: int = 0
    place: Place = Place.GONE
    timer: Timer | None = None
    receive_count: int = 0
    first_received_at: float | None = None
    received_at: float = 0.0
    handle: str = ""
    dead_letter_source: str | None = None

    def system_attributes(self) -> dict[str, str]:
        """Every system attribute that the message has, in AWS's spelling (times in milliseconds)."""
        known = {
            "SenderId": SENDER_ID,
            "SentTimestamp": _milliseconds(self.sent_at),
            "ApproximateReceiveCount": str(self.receive_count),
            "ApproximateFirstReceiveTimestamp": _milliseconds(self.first_received_at),
            "MessageGroupId": self.group_id,
            "MessageDeduplicationId": self.deduplication_id,
            "SequenceNumber": self.sequence_number,
            "AWSTraceHeader": self.trace_header,
            "DeadLetterQueueSourceArn": self.dead_letter_source,
        }
        return {name: value for name, value in known.items() if value is not None}

    def seen(self, system_names: frozenset[str], names: list[str]) -> dict[str, Any]:
        """The message as ReceiveMessage answers it, with the attributes asked for."""
        answer: dict[str, Any] = {
            "MessageId": self.id,
            "ReceiptHandle": self.handle,
            "MD5OfBody": self.md5,
            "Body": self.body,
        }
        if system_names:
            system = self.system_attributes()
            everything = "All" in system_names
            answer["Attributes"] = {key: text for key, text in system.items() if everything or key in system_names}
        if attributes := chosen(self.attributes, names):
            answer["MessageAttributes"] = attributes
            answer["MD5OfMessageAttributes"] = md5_of_attributes(attributes)
        return answer

    def receipt(self) -> dict[str, str]:
        """What SendMessage answers."""
        answer = {"MessageId": self.id, "MD5OfMessageBody": self.md5}
        if self.attributes:
            answer["MD5OfMessageAttributes"] = md5_of_attributes(self.attributes)
        if self.trace_header is not None:
            trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": self.trace_header}}
            answer["MD5OfMessageSystemAttributes"] = md5_of_attributes(trace)
        if self.sequence_number is not None:
            answer["SequenceNumber"] = self.sequence_number
        return answer


def _milliseconds(instant: float | None) -> str | None:
    return None if instant is None else str(round(instant * 1000))
