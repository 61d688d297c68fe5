"""Reads one shard in order, a batch at a time."""

from collections import deque
from collections.abc import Callable

from bus.local.engine import Timer
from bus.local.errors import AwsError
from bus.local.plane import Plane
from bus.local.polling.reading import Reading
from bus.local.polling.record import Record
from bus.local.polling.retry import EXPIRED, FOREVER, Batch, Discarded, pause
from bus.local.polling.sources import Source

RETENTION = 24 * 3600.0  # DynamoDB streams always, Kinesis unless it was paid to keep more


class ShardReader:
    """Delivers the records of one shard; nothing passes a batch that is still being retried."""

    def __init__(
        self,
        plane: Plane,
        source: Source,
        shard: str,
        position: str,
        reading: Reading,
        *,
        ended: Callable[[], None],
    ) -> None:
        self._plane, self._source, self.shard, self._reading, self._ended = plane, source, shard, reading, ended
        self._iterator: str | None = source.iterator(shard, "TRIM_HORIZON")
        self._last: str | None = None
        if position == "LATEST":
            self._pass_over_what_is_there()
        self._gathered: list[Record] = []
        self._batches: deque[Batch] = deque()
        self._due: Timer | None = None
        self._next: Timer | None = None

    @property
    def closed(self) -> bool:
        """Whether the shard was closed and everything in it is through."""
        return self._iterator is None and not self._gathered and not self._batches

    def wake(self) -> None:
        """Look for records, unless a retry is waiting for its time."""
        if self._next is None:
            self._next = self._plane.engine.soon(self._step)

    def _step(self) -> None:
        self._next = None
        if not self._batches:
            self._gather()
        if self._batches:
            self._deliver(self._batches.popleft())
        if self.closed:
            self._ended()

    def _gather(self) -> None:
        size = self._reading.batch_size
        while len(self._gathered) < size and (records := self._read(size - len(self._gathered))):
            for record in records:
                if self._reading.filters.wants(record):
                    self._gathered.append(record)
                else:
                    self._reading.filtered(record)
        if len(self._gathered) >= size or (self._gathered and not self._reading.window):
            self._flush()
        elif self._gathered and self._due is None:
            self._due = self._plane.engine.after(self._reading.window, self._window_over)

    def _window_over(self) -> None:
        self._flush()
        self.wake()

    def _flush(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self._gathered:
            self._batches.append(Batch(self._gathered))
            self._gathered = []

    def _read(self, limit: int) -> list[Record]:
        if self._iterator is None:
            return []
        try:
            records, self._iterator = self._source.read(self.shard, self._iterator, limit)
        except AwsError as error:
            if error.code == "ResourceNotFoundException":  # the stream was deleted, and its records with it
                return []
            if error.code != "ExpiredIteratorException":
                raise
            return self._read_again(limit)
        if records:
            self._last = records[-1].identifier
        return records

    def _read_again(self, limit: int) -> list[Record]:
        """An iterator lives for minutes (Kinesis five, DynamoDB fifteen); a poller that slept makes a new one."""
        if self._last is None:
            self._iterator = self._source.iterator(self.shard, "TRIM_HORIZON")
        else:
            self._iterator = self._source.iterator(self.shard, "AFTER_SEQUENCE_NUMBER", self._last)
        return self._read(limit)

    def _pass_over_what_is_there(self) -> None:
        """LATEST, as a place that can be found again when the iterator has expired."""
        while self._read(self._reading.batch_size):
            pass

    def _deliver(self, batch: Batch) -> None:
        self._give_up_old(batch)
        if batch.records:
            self._settle(batch)
        wait = pause(self._batches[0].retries) if self._batches else 0
        self._next = self._plane.engine.after(wait, self._step)

    def _settle(self, batch: Batch) -> None:
        batch.deliveries += 1
        for record in batch.records:
            record.attempt += 1
        outcome = self._reading.deliver(batch.records)
        remaining = self._reading.retries.remaining(batch, outcome)
        if remaining and self._reading.retries.exhausted(remaining[0]):
            self._discard(remaining.pop(0), "RetryAttemptsExhausted")
        self._batches.extendleft(reversed(remaining))

    def _give_up_old(self, batch: Batch) -> None:
        now = self._plane.clock.time()
        longest = self._reading.retries.age
        bounded = longest != FOREVER
        old = [record for record in batch.records if now - record.arrived > (longest if bounded else RETENTION)]
        if old:
            batch.records = batch.records[len(old) :]
            given_up = Batch(old, batch.retries, batch.deliveries, batch.last)
            self._discard(given_up, "RecordAgeExceeded" if bounded else EXPIRED)

    def _discard(self, batch: Batch, condition: str) -> None:
        self._reading.discard(Discarded(batch.records, condition, batch.deliveries, self.shard, batch.last))
