"""FIFO deduplication: what was sent under an id in the last five minutes."""

from collections import deque
from typing import NamedTuple

from bus.local.clock import Clock
from bus.local.sqs.message import Message

WINDOW = 300.0  # seconds; SQS developer guide, "Exactly-once processing"


Key = str | tuple[str | None, str]


class Sent(NamedTuple):
    """What was sent, for the answer to a duplicate."""

    at: float
    message_id: str
    sequence_number: int | None


class Deduplication:
    """The messages of the last five minutes by deduplication id, deleted ones included.

    `per_group`: ids are told apart within a message group (DeduplicationScope), not in the whole
    queue. Messages without a deduplication id are not looked at.
    """

    def __init__(self, clock: Clock, *, per_group: bool) -> None:
        self.per_group = per_group
        self._clock = clock
        self._sent: dict[Key, Sent] = {}
        self._order: deque[Key] = deque()

    def find(self, group_id: str | None, deduplication_id: str | None) -> Sent | None:
        """The message that went by this id within the window, if any."""
        if deduplication_id is None:
            return None
        horizon = self._clock.time() - WINDOW
        while self._order and self._sent[self._order[0]].at <= horizon:
            del self._sent[self._order.popleft()]
        return self._sent.get(self._key(group_id, deduplication_id))

    def keep(self, message: Message) -> None:
        """Remember a message that `find` did not know."""
        if message.deduplication_id is not None:
            key = self._key(message.group_id, message.deduplication_id)
            self._sent[key] = Sent(message.sent_at, message.id, message.sequence_number)
            self._order.append(key)

    def _key(self, group_id: str | None, deduplication_id: str) -> Key:
        return (group_id, deduplication_id) if self.per_group else deduplication_id
