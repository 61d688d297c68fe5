"""The messages of one queue: where each stands, and the timers that move them."""

from collections import Counter
from collections.abc import Callable

from bus.local.engine import Engine
from bus.local.sqs.message import Message, Place
from bus.local.sqs.ready import Ready
from bus.local.sqs.retention import Retention


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
        self._engine, self._new_ready, self._announce, self._expired = engine, new_ready, announce, expired
        self._messages: dict[str, Message] = {}
        self._count: Counter[Place] = Counter()
        self._arrivals = 0
        self._ready = new_ready()
        self.retention = Retention(engine, self._expire)

    def count(self, place: Place) -> int:
        """How many messages are visible, delayed or in flight."""
        return self._count[place]

    def get(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)

    def delayed(self) -> list[Message]:
        """Every delayed message: the one question that looks at them all."""
        return [message for message in self._messages.values() if message.place is Place.DELAYED]

    def add(self, message: Message, delay: float) -> None:
        """Take in a message that is new here, visible after `delay` seconds."""
        self._arrivals += 1
        message.order = self._arrivals
        message.place = Place.GONE
        self._messages[message.id] = message
        self.retention.keep(message)
        if delay > 0:
            self._stand(message, Place.DELAYED)
            self.wait(message, delay)
        else:
            self.show(message)

    def take(self, limit: int) -> list[Message]:
        """Up to `limit` receivable messages, now in flight: give each a time by `wait`, or remove it."""
        taken = self._ready.take(limit)
        for message in taken:
            self._stand(message, Place.IN_FLIGHT)
        return taken

    def wait(self, message: Message, seconds: float) -> None:
        """Let a delayed message or one in flight be visible `seconds` from now."""
        if message.timer is not None:
            message.timer.cancel()
        message.timer = self._engine.after(seconds, lambda: self.show(message))

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
        del self._messages[message.id]
        self._stand(message, Place.GONE)
        self.retention.release()
        if before is Place.VISIBLE:
            self._ready.discard(message)
        if before is Place.IN_FLIGHT and self._ready.release(message):
            self._announce()

    def clear(self) -> None:
        """Forget every message."""
        for message in self._messages.values():
            self._stand(message, Place.GONE)
            self.retention.release()
        self._messages.clear()
        self._ready = self._new_ready()

    def _stand(self, message: Message, place: Place) -> None:
        if message.timer is not None:
            message.timer.cancel()
            message.timer = None
        self._count[message.place] -= 1
        self._count[place] += 1
        message.place = place

    def _expire(self, message: Message) -> None:
        self._expired(message)
        self.remove(message)
