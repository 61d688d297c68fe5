"""Firehose's buffers: full by size or by time, whichever comes first."""

from collections.abc import Callable, Sequence, Sized
from typing import Generic, Protocol, TypeVar

from bus.local.engine import Engine, Timer
from bus.local.firehose.settings import Hints


class Buffered(Protocol):
    """Anything with data in it."""

    @property
    def data(self) -> Sized: ...


_Item = TypeVar("_Item", bound=Buffered)


class Buffer(Generic[_Item]):
    """Collects items and hands them on together; an empty buffer has no timer, so it lets the plane be idle."""

    def __init__(self, engine: Engine, hints: Hints, full: Callable[[list[_Item]], None]) -> None:
        self._engine, self._hints, self._full = engine, hints, full
        self._items: list[_Item] = []
        self._size = 0
        self._since = 0.0
        self._timer: Timer | None = None

    @property
    def items(self) -> Sequence[_Item]:
        """What is in it."""
        return self._items

    @property
    def due(self) -> float | None:
        """When it is handed on if it does not fill, in epoch seconds; None while it is empty."""
        return None if self._timer is None else self._timer.instant

    def add(self, item: _Item) -> None:
        """Take one item; hands on what was there first when the item would overfill it, and all when it is full."""
        size = len(item.data)
        if self._items and self._size + size > self._hints.size:
            self.flush()
        self._items.append(item)
        self._size += size
        if self._timer is None:
            self._since = self._engine.clock.time()
            self._timer = self._engine.after(self._hints.seconds, self.flush)
        if self._size >= self._hints.size:
            self.flush()

    def keep_to(self, hints: Hints) -> None:
        """Other hints from now on; what is there stays, and may be due now."""
        self._hints = hints
        if self._timer is not None:
            self._timer.cancel()
            self._timer = self._engine.at(self._since + hints.seconds, self.flush)
        if self._size >= hints.size:
            self.flush()

    def flush(self) -> None:
        """Hand on whatever there is."""
        if items := self.clear():
            self._full(items)

    def clear(self) -> list[_Item]:
        """Take out whatever there is."""
        items, self._items, self._size = self._items, [], 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return items
