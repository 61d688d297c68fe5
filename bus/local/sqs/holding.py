"""The messages of one queue, and where each stands."""

from collections.abc import Callable, Iterator

from bus.local.engine import Engine
from bus.local.sqs.message import Message, Place
from bus.local.sqs.ready import Ready
from bus.local.sqs.retention import Retention
from bus.local.sqs.waiting import Waiting


class Holding:
    """Keeps messages; every step costs the same however many there are.

    `announce` is called whenever something becomes receivable, `expired` with each message that
    outlived the retention period, before it is removed.
    """

    def __init__(
        self,
        engine: Engine,
        new_ready: Callable[[], Ready],
        announce: Callable[[], None],
        expired: Callable[[Message], None],
    ) -> None:
        self._new_ready, self._announce, self._expired = new_ready, announce, expired
        self._received: dict[str, Message] = {}
        self._count = [0] * len(Place)
        self._arrivals = 0
        self._ready = new_ready()
        self._waiting = Waiting(engine, self.show)
        self.retention = Retention(engine, self._expire)

    def __iter__(self) -> Iterator[Message]:
        """Every message: the one question that looks at them all."""
        return iter(self.retention)

    def count(self, place: Place) -> int:
        """How many messages are visible, delayed or in flight."""
        return self._count[place]

    def receivable(self) -> bool:
        """Whether `take` would find anything."""
        return self._ready.holds()

    def received(self, key: str) -> Message | None:
        """The message of that key, if it was ever received here."""
        return self._received.get(key)

    def add(self, message: Message, delay: float) -> None:
        """Take in a message that stands nowhere yet, visible after `delay` seconds."""
        self._arrivals += 1
        message.order = self._arrivals
        self.retention.keep(message)
        if delay > 0:
            self._stand(message, Place.DELAYED)
            self._waiting.add(message, delay)
        else:
            self.show(message)

    def take(self, limit: int) -> list[Message]:
        """Up to `limit` receivable messages, now in flight: each is to be handed out, or removed."""
        taken = self._ready.take(limit)
        for message in taken:
            self._stand(message, Place.IN_FLIGHT)
        return taken

    def hand_out(self, message: Message, seconds: float) -> None:
        """A message that was taken is received, and hidden for `seconds`; 0 is for `show` to end."""
        self._received[message.key] = message
        if seconds:
            self._waiting.add(message, seconds)

    def wait(self, message: Message, seconds: float) -> None:
        """Let a delayed message or one in flight be visible `seconds` from now."""
        self._waiting.add(message, seconds)

    def show(self, message: Message) -> None:
        """Make it visible now."""
        if message.place is Place.IN_FLIGHT:
            self._ready.release(message)
        self._stand(message, Place.VISIBLE)
        self._ready.add(message)
        self._announce()

    def remove(self, message: Message) -> None:
        """Forget it, wherever it stands."""
        before = message.place
        self._received.pop(message.key, None)
        self._stand(message, Place.GONE)
        self.retention.release()
        if before is Place.IN_FLIGHT and self._ready.release(message):
            self._announce()

    def clear(self) -> None:
        """Forget every message."""
        for message in self.retention:
            message.place = Place.GONE
        self._count = [0] * len(Place)
        self._received.clear()
        self._waiting.clear()
        self.retention.clear()
        self._ready = self._new_ready()

    def _stand(self, message: Message, place: Place) -> None:
        self._waiting.drop(message)
        self._count[message.place] -= 1
        self._count[place] += 1
        message.place = place

    def _expire(self, message: Message) -> None:
        self._expired(message)
        self.remove(message)
