"""FIFO deduplication: what was sent under an id in the last five minutes."""

from collections import OrderedDict

from bus.local.clock import Clock
from bus.local.sqs.message import Message

WINDOW = 300.0  # seconds; SQS developer guide, "Exactly-once processing"


class Deduplication:
    """The messages of the last five minutes by deduplication id, deleted ones included.

    `per_group`: ids are told apart within a message group (DeduplicationScope), not in the whole
    queue. Messages without a deduplication id are not looked at.
    """

    def __init__(self, clock: Clock, *, per_group: bool) -> None:
        self.per_group = per_group
        self._clock = clock
        self._sent: OrderedDict[tuple[str | None, str], Message] = OrderedDict()

    def find(self, group_id: str | None, deduplication_id: str | None) -> Message | None:
        """The message that went by this id within the window, if any."""
        if deduplication_id is None:
            return None
        horizon = self._clock.time() - WINDOW
        while self._sent and next(iter(self._sent.values())).sent_at <= horizon:
            self._sent.popitem(last=False)
        return self._sent.get(self._key(group_id, deduplication_id))

    def keep(self, message: Message) -> None:
        if message.deduplication_id is not None:
            self._sent[self._key(message.group_id, message.deduplication_id)] = message

    def _key(self, group_id: str | None, deduplication_id: str) -> tuple[str | None, str]:
        return (group_id if self.per_group else None, deduplication_id)
