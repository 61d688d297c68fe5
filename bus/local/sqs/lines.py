"""A line of messages, first come first served, that costs eight bytes a message."""

from collections.abc import Iterator

from bus.local.sqs.message import Message, Place


class Line:
    """Visible messages in order, each holding the next. One that is no longer visible is passed over."""

    __slots__ = ("_first", "_last")

    def __init__(self) -> None:
        self._first: Message | None = None
        self._last: Message | None = None

    def __getstate__(self) -> list[Message]:
        return list(self._standing())

    def __setstate__(self, standing: list[Message]) -> None:
        self._first = self._last = None
        for message in standing:
            self.append(message)

    def append(self, message: Message) -> None:
        """`message`, just become visible and in no other line, is the last."""
        if self._last is None:
            self._first = message
        else:
            self._last.next = message
        self._last = message

    def first(self) -> Message | None:
        """Who is next, if anybody."""
        message = self._first
        while message is not None and message.place is not Place.VISIBLE:
            self._step(message)
            message = self._first
        return message

    def last(self) -> Message | None:
        """Who came last, visible or not."""
        return self._last

    def pop(self) -> Message | None:
        """Take the next one out, if there is anybody."""
        message = self.first()
        if message is not None:
            self._step(message)
        return message

    def _standing(self) -> Iterator[Message]:
        message = self._first
        while message is not None:
            yield message
            message = message.next

    def _step(self, message: Message) -> None:
        self._first, message.next = message.next, None
        if self._first is None:
            self._last = None
