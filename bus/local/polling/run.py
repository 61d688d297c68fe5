"""One batch of a shard on its way: delivered, retried, cut down, given up."""

from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import Protocol

from bus.local.engine import Timer
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.polling.held import Held, held
from bus.local.polling.outcome import Outcome
from bus.local.polling.reading import Reading
from bus.local.polling.retry import EXPIRED, FOREVER, Batch, pause
from bus.local.polling.sources import DAY


class Ground(Protocol):
    """The shard that a run belongs to."""

    plane: Plane
    reading: Reading
    shard: str

    def deliver(self, batch: Batch) -> Outcome | Later[Outcome]:
        """Hand it over; what comes of it counts `seconds` after it is there."""

    def settled(self, batch: Batch, outcome: Outcome) -> None:
        """The batch was received, and this came of it."""

    def discard(self, batch: Batch, condition: str) -> None:
        """Give it up."""

    def retention(self) -> float:
        """Seconds until a record leaves the stream."""

    def rested(self, run: "Run") -> None:
        """The run is through, or was stopped and has nothing in flight any more."""


class Run:
    """Whatever came out of one batch, one delivery at a time, in order; nothing of it passes a part that is retried.

    While it is not through, no other run has records of its `keys`.
    """

    def __init__(self, ground: Ground, batch: Batch) -> None:
        self._ground = ground
        self._batches = deque([batch])
        self.keys = frozenset(record.key for record in batch.records)
        self._timer: Timer | None = None
        self._next_at = 0.0
        self._stopped = False
        self._out = False
        self.in_flight = False

    @property
    def through(self) -> bool:
        return not self._batches

    def start(self) -> None:
        """Deliver now, or go on where it was stopped."""
        self._stopped = False
        if self.in_flight or self._timer is not None:
            return
        if self._next_at > self._ground.plane.clock.time():
            self._timer = self._ground.plane.engine.at(self._next_at, self._deliver)
        else:
            self._deliver()

    def stop(self) -> None:
        """Deliver nothing more; what is in flight still settles."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def held(self, event_id: str) -> Iterator[Held]:
        """What it holds of the event."""
        for at, batch in enumerate(self._batches):
            until = None if at or self._out else self._next_at
            yield from held(batch.records, event_id, self._state(at, batch), until, self._ground.shard)

    def _state(self, at: int, batch: Batch) -> str:
        if self.in_flight and not at:
            return "running" if self._out else "in flight"
        return "waiting to retry" if batch.deliveries else "buffered"

    def _deliver(self) -> None:
        self._timer = None
        batch = self._batches[0]
        self._give_up_old(batch)
        if not batch.records and (batch.closing is None or self._too_late(batch)):
            self._batches.popleft()
            self._go_on(0.0)
            return
        self._count(batch, 1)
        self.in_flight = True
        outcome = self._ground.deliver(batch)
        if isinstance(outcome, Later):
            self._out = True
            outcome.then(self._answered)
        else:
            self._told(outcome)

    def _answered(self, outcome: Later[Outcome]) -> None:
        self._out = False
        self._told(outcome.result())

    def _told(self, outcome: Outcome) -> None:
        if outcome.seconds:
            self._next_at = self._ground.plane.clock.time() + outcome.seconds
            self._ground.plane.engine.at(self._next_at, partial(self._settle, outcome))
        else:
            self._settle(outcome)

    def _settle(self, outcome: Outcome) -> None:
        self.in_flight = False
        batch = self._batches[0]
        if outcome.throttled:
            # It reached nobody, so it costs no retry (Lambda developer guide, "Before invocation").
            self._count(batch, -1)
            batch.throttles += 1
            self._go_on(pause(batch.throttles))
            return
        self._batches.popleft()
        self._ground.settled(batch, outcome)
        self._batches.extendleft(reversed(self._remaining(batch, outcome)))
        self._go_on(pause(self._batches[0].retries) if self._batches else 0.0)

    def _remaining(self, batch: Batch, outcome: Outcome) -> list[Batch]:
        retries = self._ground.reading.retries
        remaining = retries.remaining(batch, outcome)
        if remaining and retries.exhausted(remaining[0]):
            self._ground.discard(remaining.pop(0), "RetryAttemptsExhausted")
        elif not remaining and batch.records and not batch.again and self._ground.plane.anomalies.twice():
            # "Lambda event source mappings process each event at least once" (developer guide).
            return [Batch(batch.records, deliveries=batch.deliveries, again=True)]
        return remaining

    def _go_on(self, wait: float) -> None:
        engine, self._next_at = self._ground.plane.engine, self._ground.plane.clock.time() + wait
        if self._batches and not self._stopped:
            self._timer = engine.after(wait, self._deliver)
        else:
            self._ground.rested(self)

    def _give_up_old(self, batch: Batch) -> None:
        now, bound = self._ground.plane.clock.time(), self._ground.reading.retries.age
        age = bound if bound != FOREVER else DAY
        # No stream keeps a record for less than a day: only then is it worth asking for how long this one does.
        if not batch.records or now - batch.records[0].arrived <= min(age, DAY):
            return
        retention = self._ground.retention()
        longest = min(bound, retention) if bound != FOREVER else retention
        old = [record for record in batch.records if now - record.arrived > longest]
        if old:
            batch.records = batch.records[len(old) :]
            condition = "RecordAgeExceeded" if bound == longest else EXPIRED
            self._ground.discard(batch.rest(old, batch.last, batch.retries), condition)

    def _too_late(self, batch: Batch) -> bool:
        """Whether the end of a window has been retried for as long as its records were kept."""
        now = self._ground.plane.clock.time()
        batch.since = now if batch.since is None else batch.since
        if now - batch.since <= self._ground.retention():
            return False
        self._ground.discard(batch, EXPIRED)
        return True

    @staticmethod
    def _count(batch: Batch, by: int) -> None:
        batch.deliveries += by
        for record in batch.records:
            record.attempt += by
