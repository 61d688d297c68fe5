"""Reads an SQS queue in batches."""

from collections.abc import Iterator, Sequence
from functools import partial

from bus.local.engine import Timer
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.polling.batching import fitting
from bus.local.polling.held import Held, Then, held
from bus.local.polling.messages import AT_ONCE, MessageBatch, Messages
from bus.local.polling.outcome import Outcome
from bus.local.polling.reading import Reading
from bus.local.polling.record import Record
from bus.local.polling.retry import pause
from bus.local.polling.scaling import Scaling


class QueueReader:
    """Delivers a queue's messages, deletes those that went well and those that no filter wants.

    What failed is left to the queue: it comes back when its visibility timeout ends, and goes to the queue's
    dead-letter queue after `maxReceiveCount`. What reached nobody, because the function is throttled, is delivered
    again until its visibility timeout ends (Lambda developer guide, "Handling errors for an SQS event source"). Reads
    when the queue signals; an idle queue costs nothing. Of a FIFO queue no two batches have messages of one group:
    the queue sees to that.
    """

    def __init__(self, plane: Plane, arn: str, reading: Reading) -> None:
        self._plane, self._reading = plane, reading
        self._messages = Messages(plane, arn)
        self._scaling = Scaling()
        self._gathered: list[Record] = []
        self._since = 0.0  # when the first of what is gathered was received
        self._waiting: dict[MessageBatch, Timer] = {}  # those that are to be tried in a while
        self._running: dict[MessageBatch, None] = {}  # those of which it will be told later what came of them
        self._failed: tuple[float, frozenset[str]] = 0.0, frozenset()  # what failed at that instant
        self._in_flight = 0
        self._due: Timer | None = None
        self._window_over = False
        self._polling: Timer | None = None
        self._off: Then | None = None
        self._then: Then | None = None

    @property
    def busy(self) -> bool:
        """Whether something is in flight."""
        return self._in_flight > 0

    def place(self) -> None:
        """A queue has no position."""

    def start(self) -> None:
        """Read from now on, what is there already first."""
        self._then = None
        if self._off is None:
            self._off = self._plane.signals.on(self._messages.arn, self._wake)
            self._wake()

    def stop(self, then: Then | None = None) -> None:
        """Read no more; what is in flight still settles, and then `then` is called.

        Messages that wait, for a batch to be full or a function to be free, come back to the queue by their visibility
        timeout.
        """
        if self._off is not None:
            self._off()
            self._off = None
        for timer in (self._due, self._polling, *self._waiting.values()):
            if timer is not None:
                timer.cancel()
        self._due = self._polling = None
        self._in_flight -= len(self._waiting)
        self._waiting.clear()
        self._gathered, self._window_over = [], False
        self._then = then
        self._rest()

    def configure(self, reading: Reading) -> None:
        """Read like this from now on."""
        self._reading = reading
        self._wake()

    def held(self, event_id: str) -> Iterator[Held]:
        """What the reader holds of an event, beside what the queue itself says of it."""
        until = self._due.instant if self._due is not None else None
        yield from held(self._gathered, event_id, "buffered", until, "message")
        for batch, timer in self._waiting.items():
            yield from held(batch.records, event_id, "waiting to retry", timer.instant, "message")
        for batch in self._running:
            yield from held(batch.records, event_id, "running", None, "message")

    def _wake(self) -> None:
        if self._polling is None and self._off is not None:
            self._polling = self._plane.engine.soon(self._poll)

    def _poll(self) -> None:
        self._polling = None
        limit = self._scaling.limit(self._plane.clock.time(), self._in_flight, self._reading.concurrency)
        if self._in_flight >= limit:
            return
        size = self._reading.batch_size
        while (missing := size - len(self._gathered)) > 0:
            received = self._messages.receive(min(AT_ONCE, missing), self._reading.visibility)
            if not received:
                break
            self._since = self._since if self._gathered else self._plane.clock.time()
            self._keep_wanted(received)
        count = fitting(self._gathered, size)
        if count and (count == size or count < len(self._gathered) or self._is_time()):
            self._send(count)
            self._wake()

    def _is_time(self) -> bool:
        """Whether a batch goes although it is not full: there is no window, or it is over. Else the window begins."""
        if not self._reading.window or self._window_over:
            return True
        if self._due is None:
            self._due = self._plane.engine.after(self._reading.window, self._end_window)
        return False

    def _end_window(self) -> None:
        self._due, self._window_over = None, True
        self._wake()

    def _send(self, count: int) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due, self._window_over = None, False
        batch = MessageBatch(self._gathered[:count], self._since)
        self._gathered = self._gathered[count:]
        self._in_flight += 1
        wait = self._backoff(batch.records)
        if wait:
            self._later(batch, self._plane.clock.time() + wait)
        else:
            self._deliver(batch)

    def _backoff(self, batch: list[Record]) -> float:
        """Seconds to wait with what has just failed and is back at once, as a function makes it that changes the
        visibility to 0: "Lambda backs off" (developer guide, "Handling errors for an SQS event source"), and under a
        clock that stands still it would else fail for ever.
        """
        at, failed = self._failed
        back = [record.attempt for record in batch if record.identifier in failed]
        if not back or at != self._plane.clock.time():
            return 0.0
        return min(pause(max(back)), max(1.0, self._hidden() / 2))

    def _deliver(self, batch: MessageBatch) -> None:
        self._waiting.pop(batch, None)
        outcome = self._reading.deliver(batch.records)
        if isinstance(outcome, Later):
            self._running[batch] = None
            outcome.then(partial(self._answered, batch))
        else:
            self._told(batch, outcome)

    def _answered(self, batch: MessageBatch, outcome: Later[Outcome]) -> None:
        del self._running[batch]
        self._told(batch, outcome.result())

    def _told(self, batch: MessageBatch, outcome: Outcome) -> None:
        if outcome.seconds:
            self._plane.engine.after(outcome.seconds, partial(self._settle, batch, outcome))
        else:
            self._settle(batch, outcome)

    def _settle(self, batch: MessageBatch, outcome: Outcome) -> None:
        batch.throttles += outcome.throttled
        if outcome.throttled and self._off is not None and self._again(batch):
            return
        self._in_flight -= 1
        now = self._plane.clock.time()
        self._failed = now, outcome.failed | (self._failed[1] if self._failed[0] == now else frozenset())
        self._messages.delete([record for record in batch.records if record.identifier not in outcome.failed])
        self._rest()
        self._wake()

    def _again(self, batch: MessageBatch) -> bool:
        """Whether there is time for another attempt before the messages are visible again."""
        at = self._plane.clock.time() + pause(batch.throttles)
        if at >= batch.received + self._hidden():
            return False
        self._later(batch, at)
        return True

    def _later(self, batch: MessageBatch, at: float) -> None:
        self._waiting[batch] = self._plane.engine.at(at, partial(self._deliver, batch))

    def _hidden(self) -> float:
        """Seconds for which what is received is invisible."""
        visibility = self._reading.visibility
        return self._messages.visibility_timeout() if visibility is None else visibility

    def _keep_wanted(self, received: Sequence[Record]) -> None:
        unwanted = [record for record in received if not self._reading.filters.wants(record)]
        for record in unwanted:
            self._reading.filtered(record)
        self._messages.delete(unwanted)
        self._gathered += [record for record in received if record not in unwanted] if unwanted else received

    def _rest(self) -> None:
        if self._then is not None and not self.busy:
            then, self._then = self._then, None
            then()
