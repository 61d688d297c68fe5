"""What a shard's next batch is."""

from collections.abc import Callable, Iterator
from itertools import islice

from bus.local.engine import Timer
from bus.local.plane import Plane
from bus.local.polling.batching import fitting
from bus.local.polling.cursor import Cursor
from bus.local.polling.held import Held, held
from bus.local.polling.reading import Reading
from bus.local.polling.record import Record
from bus.local.polling.tumbling import Tumbling, end_of

_POLL = 1.0  # seconds: the base rate at which Lambda polls a shard (developer guide, "Polling and batching streams")


class Gathering:
    """Reads a shard as far as its next batch needs, and keeps what is not its turn yet.

    `ready` is called when the batching window is over, or when it is worth reading again.
    """

    def __init__(self, plane: Plane, cursor: Cursor, shard: str, reading: Reading, ready: Callable[[], None]) -> None:
        self._plane, self._cursor, self._shard, self.reading, self._ready = plane, cursor, shard, reading, ready
        self._waiting: list[Record] = []
        self._over = False
        self._window: Timer | None = None
        self._again: Timer | None = None

    @property
    def finished(self) -> bool:
        """Whether the shard was closed and nothing waits."""
        return self._cursor.closed and not self._waiting

    @property
    def first(self) -> Record | None:
        """The first record that waits."""
        return self._waiting[0] if self._waiting else None

    def stop(self) -> None:
        """Read nothing more by itself; what waits goes on waiting."""
        for timer in (self._window, self._again):
            if timer is not None:
                timer.cancel()
        self._window = self._again = None

    def held(self, event_id: str) -> Iterator[Held]:
        """What waits of the event."""
        until = self._window.instant if self._window is not None else None
        return held(self._waiting, event_id, "buffered", until, self._shard)

    def batch(self, taken: frozenset[str], tumbling: Tumbling) -> list[Record]:
        """The next batch, without records of the keys that are `taken`; none when it is not time for one."""
        size = self.reading.batch_size
        free = list(islice((record for record in self._waiting if record.key not in taken), size))
        takeable, cut = self._inside(free, tumbling)
        while not cut and len(takeable) < size and (read := self._read(size - len(takeable))):
            # What waits for its key may be many: only what is new is looked at.
            free += [record for record in self._keep_wanted(read) if record.key not in taken]
            takeable, cut = self._inside(free, tumbling)
        count = fitting(takeable, size, tumbling.size)
        if not count or not (count == size or cut or count < len(takeable) or self._is_time()):
            return []
        return self._took(takeable[:count])

    def _inside(self, free: list[Record], tumbling: Tumbling) -> tuple[list[Record], bool]:
        """Those of one tumbling window, and whether there can be no more of them: the window ends."""
        length = self.reading.tumbling
        if not length or not free:
            return free, False
        end = tumbling.end if tumbling.end is not None else end_of(free[0], length)
        inside = [record for record in free if end_of(record, length) <= end]
        return inside, len(inside) < len(free) or self._plane.clock.time() >= end

    def _read(self, most: int) -> list[Record]:
        read = self._cursor.read(most)
        if self._cursor.refused and self._again is None:
            self._again = self._plane.engine.after(_POLL, self._read_again)
        return read

    def _read_again(self) -> None:
        self._again = None
        self._ready()

    def _keep_wanted(self, records: list[Record]) -> list[Record]:
        wanted = []
        for record in records:
            if self.reading.filters.wants(record):
                wanted.append(record)
            else:
                self.reading.filtered(record)
        self._waiting += wanted
        return wanted

    def _is_time(self) -> bool:
        """Whether a batch goes although it is not full: there is no window, or it is over. Else the window begins."""
        if not self.reading.window or self._over or self._cursor.closed:
            return True
        if self._window is None:
            self._window = self._plane.engine.after(self.reading.window, self._end_window)
        return False

    def _end_window(self) -> None:
        self._window, self._over = None, True
        self._ready()

    def _took(self, batch: list[Record]) -> list[Record]:
        if self._window is not None:
            self._window.cancel()
        self._window, self._over = None, False
        if self._waiting[len(batch) - 1] is batch[-1]:  # nothing that waits for its key is among them
            del self._waiting[: len(batch)]
        else:
            gone = {record.identifier for record in batch}
            self._waiting = [record for record in self._waiting if record.identifier not in gone]
        return batch
