"""The messages that are delayed or in flight: when each becomes visible."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count

from bus.local.engine import Engine, Timer
from bus.local.sqs.message import Message, Wait

_SLACK = 64  # entries that nobody waits for any more, kept before they are swept out


class Waiting:
    """One engine timer per queue, set to the first of its messages to become visible; `show` is called with each.

    Where nobody waits there is no timer: the plane can be idle.
    """

    def __init__(self, engine: Engine, show: Callable[[Message], None]) -> None:
        self._engine, self._show = engine, show
        self._heap: list[Wait] = []
        self._order = count()
        self._live = 0
        self._timer: Timer | None = None

    def add(self, message: Message, seconds: float) -> None:
        """Show `message` in `seconds` from now, and not when it was to be shown before."""
        if message.wait is not None:
            self._live -= 1
        message.wait = (self._engine.clock.time() + seconds, next(self._order), message)
        self._live += 1
        heappush(self._heap, message.wait)
        self._settle()

    def drop(self, message: Message) -> None:
        """Do not show it any more."""
        if message.wait is not None:
            message.wait = None
            self._live -= 1
            self._settle()

    def clear(self) -> None:
        """Show nothing any more."""
        for _, _, message in self._heap:
            message.wait = None
        self._heap.clear()
        self._live = 0
        self._settle()

    def _settle(self) -> None:
        """Set the timer by the first entry that is in force."""
        heap = self._heap
        while heap and heap[0][2].wait is not heap[0]:
            heappop(heap)
        if len(heap) > 2 * self._live + _SLACK:
            self._heap = heap = [entry for entry in heap if entry[2].wait is entry]
            heapify(heap)
        if self._timer is not None and (not heap or self._timer.instant != heap[0][0]):
            self._timer.cancel()
            self._timer = None
        if heap and self._timer is None:
            self._timer = self._engine.at(heap[0][0], self._due)

    def _due(self) -> None:
        self._timer = None
        now = self._engine.clock.time()
        while self._heap and self._heap[0][0] <= now:
            entry = heappop(self._heap)
            message = entry[2]
            if message.wait is entry:
                message.wait = None
                self._live -= 1
                self._show(message)
        self._settle()
