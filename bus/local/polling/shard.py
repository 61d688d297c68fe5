"""Reads one shard in order, a batch at a time."""

from collections.abc import Callable, Iterator

from bus.local.engine import Timer
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.polling.cursor import Cursor, Start
from bus.local.polling.gathering import Gathering
from bus.local.polling.held import Held
from bus.local.polling.outcome import Outcome
from bus.local.polling.reading import Reading
from bus.local.polling.retry import Batch, Discarded
from bus.local.polling.run import Run
from bus.local.polling.sources import Source
from bus.local.polling.tumbling import Closing, Tumbling, end_of


class ShardReader:
    """Delivers the records of one shard; no record passes one of its own key that is still being retried.

    With `parallel` 1 nothing passes a batch that is being retried. With more, so many batches are on their way at one
    time, and none has a key of another (Lambda developer guide, "Polling and batching streams", ParallelizationFactor).
    """

    def __init__(
        self, plane: Plane, source: Source, shard: str, start: Start, reading: Reading, *, changed: Callable[[], None]
    ) -> None:
        """`changed` is called when nothing is in flight any more after a `stop`, and when the shard is `closed`."""
        self.plane, self.shard, self.reading = plane, shard, reading
        self._source, self._changed = source, changed
        self._gathering = Gathering(plane, Cursor(source, shard, start), shard, reading, self.wake)
        self._runs: list[Run] = []
        self._tumbling = Tumbling(shard)
        self._next: Timer | None = None
        self._tumble: Timer | None = None
        self.running = False

    @property
    def closed(self) -> bool:
        """Whether the shard was closed and everything in it is through."""
        return self._gathering.finished and not self._runs and self._tumbling.end is None

    @property
    def busy(self) -> bool:
        """Whether something is in flight."""
        return any(run.in_flight for run in self._runs)

    def start(self) -> None:
        """Read from now on, first going on with what was left undone by `stop`."""
        self.running = True
        for run in tuple(self._runs):
            run.start()
        self.wake()

    def stop(self) -> None:
        """Read and deliver nothing more; what is in flight still settles."""
        self.running = False
        self._gathering.stop()
        for timer in (self._next, self._tumble):
            if timer is not None:
                timer.cancel()
        self._next = self._tumble = None
        for run in self._runs:
            run.stop()

    def configure(self, reading: Reading) -> None:
        """Read like this from now on; a tumbling window that is open ends without a word when its length changes."""
        if reading.tumbling != self.reading.tumbling:
            self._tumbling = Tumbling(self.shard)
        self.reading = self._gathering.reading = reading

    def wake(self) -> None:
        """Look for records, as far as there is room for another batch."""
        if self.running and self._next is None and len(self._runs) < self.reading.parallel:
            self._next = self.plane.engine.soon(self._step)

    def held(self, event_id: str) -> Iterator[Held]:
        """What the reader holds of the event."""
        yield from self._gathering.held(event_id)
        for run in self._runs:
            yield from run.held(event_id)

    def deliver(self, batch: Batch) -> Outcome | Later[Outcome]:
        length, aggregate = self.reading.tumbling, self.reading.aggregate
        if batch.closing is not None and self._tumbling.end is None:
            return Outcome()  # its window ended without a word while the end was being retried
        if not length or aggregate is None:
            return self.reading.deliver(batch.records)
        if batch.records:
            self._tumbling.open(batch.records[0], length)
        return aggregate(batch.records, self._tumbling.part(batch.closing))

    def settled(self, batch: Batch, outcome: Outcome) -> None:
        if outcome.broken:
            return
        if batch.closing is not None:
            self._tumbling.finish(batch.closing)
        elif self.reading.tumbling:
            self._tumbling.keep(outcome.state)

    def discard(self, batch: Batch, condition: str) -> None:
        if batch.closing is not None:
            self._tumbling.finish(batch.closing)
        self.reading.discard(Discarded(batch.records, condition, batch.deliveries, self.shard, batch.last))

    def retention(self) -> float:
        return self._source.retention()

    def rested(self, run: Run) -> None:
        if run.through:
            self._runs.remove(run)
        if self.running:
            self.wake()
        else:
            self._changed()

    def _step(self) -> None:
        self._next = None
        batch = self._next_batch()
        if batch is not None:
            run = Run(self, batch)
            self._runs.append(run)
            run.start()
            self.wake()
        elif self.closed:
            self.running = False
            self._changed()

    def _next_batch(self) -> Batch | None:
        if self._tumbling.overgrown:
            return Batch([], closing=Closing.EARLY)
        keys = frozenset[str]().union(*(run.keys for run in self._runs))
        records = self._gathering.batch(keys, self._tumbling)
        return Batch(records) if records else self._closing()

    def _closing(self) -> Batch | None:
        """The final invocation of a window whose records are through, when nothing can be added to it any more."""
        end, first, now = self._tumbling.end, self._gathering.first, self.plane.clock.time()
        if end is None or self._runs:
            return None
        if now >= end or self._gathering.finished or (first and end_of(first, self._tumbling.length) > end):
            return Batch([], closing=Closing.FINAL)
        if self._tumble is None or self._tumble.instant != end:
            self._tumble = self.plane.engine.at(end, self.wake)
        return None
