"""Deletes messages that are older than the queue's retention period."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush

from bus.local.engine import Engine, Timer
from bus.local.sqs.message import Message, Place

_SLACK = 64  # entries of deleted messages that may stay before they are swept out


class Retention:
    """One background timer per queue, set to its oldest message.

    Standard queues count from the original enqueue timestamp even in a dead-letter queue
    (developer guide, "Setting up dead-letter queue retention"), so arrival is not age: a heap.
    """

    def __init__(self, engine: Engine, expire: Callable[[Message], None]) -> None:
        self._engine, self._expire = engine, expire
        self._oldest: list[tuple[float, int, Message]] = []
        self._timer: Timer | None = None
        self._live = 0
        self.period = 0.0

    def keep(self, message: Message) -> None:
        """Expire `message` when its time is over."""
        self._live += 1
        entry = (message.enqueued_at, message.order, message)
        heappush(self._oldest, entry)
        if self._oldest[0] is entry:
            self._arm()

    def release(self) -> None:
        """A message that was kept is gone already."""
        self._live -= 1
        if len(self._oldest) > 2 * self._live + _SLACK:
            self._oldest = [entry for entry in self._oldest if entry[2].place is not Place.GONE]
            heapify(self._oldest)

    def set_period(self, seconds: float) -> None:
        """A changed period holds for the messages already there, too."""
        self.period = seconds
        self._arm()

    def stop(self) -> None:
        """The queue is gone."""
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self) -> None:
        self.stop()
        self._timer = None
        if self._oldest:
            self._timer = self._engine.at(self._oldest[0][0] + self.period, self._sweep, background=True)

    def _sweep(self) -> None:
        now = self._engine.clock.time()
        while self._oldest and (self._oldest[0][0] + self.period <= now or self._oldest[0][2].place is Place.GONE):
            message = heappop(self._oldest)[2]
            if message.place is not Place.GONE:
                self._expire(message)
        self._arm()
