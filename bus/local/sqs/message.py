"""One message of a queue, and what a consumer sees of it."""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Self

from bus.local.sqs.contents import Attributes, chosen, copied, md5, md5_of_attributes

# SenderId is the IAM user's id or the role's; the plane has one sender.
SENDER_ID = "AIDAOMNIBUSLOCALPLANE"


class Place(IntEnum):
    """Where a message stands in its queue; a number, for a count of each."""

    DELAYED = 0
    VISIBLE = 1
    IN_FLIGHT = 2
    GONE = 3


Wait = tuple[float, int, "Message"]


@dataclass(slots=True, eq=False)
class Message:
    """A message as its queue keeps it; instants are epoch seconds.

    `enqueued_at` is what retention counts from; `order` is the arrival in the present queue, or in a standard queue
    the order in which it became visible; `wait` is until when it is delayed or in flight; `next` follows it in the
    line it stands in. `twin` marks the second copy of a message that is delivered twice, `doubled` the message that
    has one. Kept small: a queue may hold a million, so checksums and receipt handles are worked out when they are
    asked for.
    """

    id: str
    body: str
    attributes: Attributes
    trace_header: str | None
    group_id: str | None
    deduplication_id: str | None
    sequence_number: int | None
    sent_at: float
    enqueued_at: float
    order: int = 0
    place: Place = Place.GONE
    wait: Wait | None = None
    next: "Message | None" = None
    receive_count: int = 0
    first_received_at: float | None = None
    received_at: float | None = None
    dead_letter_source: str | None = None
    twin: bool = False
    doubled: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        """Without `next`: the line keeps its order itself, or a million messages would be a million calls deep."""
        given = (
            *(self.id, self.body, self.attributes, self.trace_header, self.group_id, self.deduplication_id),
            *(self.sequence_number, self.sent_at, self.enqueued_at, self.order, self.place, None, None),
            *(self.receive_count, self.first_received_at, self.received_at, self.dead_letter_source),
            *(self.twin, self.doubled),
        )
        return (Message, given) if self.wait is None else (Message, given, (None, {"wait": self.wait}))

    @property
    def key(self) -> str:
        """What receipt handles know it by; a twin has the message id of the other."""
        return f"{self.id}+" if self.twin else self.id

    @property
    def handle(self) -> str:
        """The receipt handle of the latest receive; an older one no longer deletes."""
        return f"{self.key}#{self.receive_count}"

    def copy(self, **changes: Any) -> Self:
        """Another message for another queue, that stands nowhere yet."""
        return replace(self, order=0, place=Place.GONE, wait=None, next=None, **changes)

    def system_attributes(self) -> dict[str, str]:
        """Every system attribute that the message has, in AWS's spelling (times in milliseconds)."""
        known = {
            "SenderId": SENDER_ID,
            "SentTimestamp": _milliseconds(self.sent_at),
            "ApproximateReceiveCount": str(self.receive_count),
            "ApproximateFirstReceiveTimestamp": _milliseconds(self.first_received_at),
            "MessageGroupId": self.group_id,
            "MessageDeduplicationId": self.deduplication_id,
            "SequenceNumber": None if self.sequence_number is None else str(self.sequence_number),
            "AWSTraceHeader": self.trace_header,
            "DeadLetterQueueSourceArn": self.dead_letter_source,
        }
        return {name: value for name, value in known.items() if value is not None}

    def seen(self, system_names: frozenset[str], names: list[str]) -> dict[str, Any]:
        """The message as ReceiveMessage answers it, with the attributes asked for."""
        answer: dict[str, Any] = {
            "MessageId": self.id,
            "ReceiptHandle": self.handle,
            "MD5OfBody": md5(self.body.encode()),
            "Body": self.body,
        }
        if system_names:
            system = self.system_attributes()
            everything = "All" in system_names
            answer["Attributes"] = {key: text for key, text in system.items() if everything or key in system_names}
        if attributes := chosen(self.attributes, names):
            answer["MessageAttributes"] = copied(attributes)
            answer["MD5OfMessageAttributes"] = md5_of_attributes(attributes)
        return answer


def _milliseconds(instant: float | None) -> str | None:
    return None if instant is None else str(round(instant * 1000))
