"""Deletes messages that are older than the queue's retention period."""

from collections import deque
from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from itertools import chain, count, islice

from bus.local.engine import Engine, Timer
from bus.local.sqs.message import Message, Place

_SLACK = 64  # deleted messages that may stay before they are swept out


class Retention:
    """One background timer per queue, set to its oldest message; it knows every message of the queue.

    Messages are kept in the order they came. Those that are older than what came before them are kept apart: standard
    queues count from the original enqueue timestamp even in a dead-letter queue (developer guide, "Setting up
    dead-letter queue retention"), so there arrival is not age.
    """

    def __init__(self, engine: Engine, expire: Callable[[Message], None]) -> None:
        self._engine, self._expire = engine, expire
        self._kept: deque[Message] = deque()
        self._older: list[tuple[float, int, Message]] = []
        self._order = count()
        self._timer: Timer | None = None
        self._live = 0
        self.period = 0.0

    def __iter__(self) -> Iterator[Message]:
        """Every message of the queue."""
        everything = chain(self._kept, (message for _, _, message in self._older))
        return (message for message in everything if message.place is not Place.GONE)

    def keep(self, message: Message) -> None:
        """Expire `message` when its time is over."""
        self._live += 1
        if not self._kept or self._kept[-1].enqueued_at <= message.enqueued_at:
            self._kept.append(message)
            if len(self._kept) == 1:
                self._arm()
        else:
            heappush(self._older, (message.enqueued_at, next(self._order), message))
            self._arm()

    def release(self) -> None:
        """A message that was kept is gone already."""
        self._live -= 1
        while self._kept and self._kept[0].place is Place.GONE:
            self._kept.popleft()
        if len(self._kept) + len(self._older) > 2 * self._live + _SLACK:
            self._kept = deque(message for message in self._kept if message.place is not Place.GONE)
            self._older = [entry for entry in self._older if entry[2].place is not Place.GONE]
            heapify(self._older)

    def clear(self) -> None:
        """Every message is gone."""
        self._kept.clear()
        self._older.clear()
        self._live = 0
        self._arm()

    @property
    def oldest(self) -> float | None:
        """When the oldest message came, in epoch seconds; None when there is none. Asking changes nothing."""
        waiting = [at for at, _, message in self._older if message.place is not Place.GONE]
        waiting += [message.enqueued_at for message in islice(self._kept, 1) if message.place is not Place.GONE]
        return min(waiting, default=None)

    def set_period(self, seconds: float) -> None:
        """A changed period holds for the messages already there, too."""
        self.period = seconds
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        oldest = self._oldest()
        if oldest is not None:
            self._timer = self._engine.at(oldest.enqueued_at + self.period, self._sweep, background=True)

    def _oldest(self) -> Message | None:
        """The oldest message; it may be gone."""
        if self._older and (not self._kept or self._older[0][0] < self._kept[0].enqueued_at):
            return self._older[0][2]
        return self._kept[0] if self._kept else None

    def _sweep(self) -> None:
        now = self._engine.clock.time()
        while (oldest := self._oldest()) is not None and (
            oldest.place is Place.GONE or oldest.enqueued_at + self.period <= now
        ):
            if oldest.place is Place.GONE:
                self._forget(oldest)
            else:
                self._expire(oldest)
        self._arm()

    def _forget(self, oldest: Message) -> None:
        if self._kept and self._kept[0] is oldest:
            self._kept.popleft()
        else:
            heappop(self._older)
