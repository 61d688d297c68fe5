"""Which messages of a queue may be received next."""

from typing import Protocol

from bus.local.sqs.message import Message


class Ready(Protocol):
    """The visible messages of a queue; no method looks at more of them than it is about.

    `Fair` is that of a standard queue, `ByGroup` that of a FIFO queue.
    """

    def add(self, message: Message) -> None:
        """`message` has become visible."""

    def take(self, limit: int) -> list[Message]:
        """Up to `limit` messages, next first; they are held until each is `released`."""

    def release(self, message: Message) -> bool:
        """`message` is held no longer. Returns whether others may be received because of that."""

    def holds(self) -> bool:
        """Whether `take` would find anything."""
