"""A queue as SQS describes it: receives, receipt handles, visibility, dead letters."""

from collections.abc import Callable, Iterator

from bus.local.arns import queue_url
from bus.local.plane import Plane
from bus.local.sqs.attempts import Attempts
from bus.local.sqs.deduplication import Deduplication
from bus.local.sqs.errors import SqsError, invalid_value, no_such_queue, prefixed
from bus.local.sqs.fairness import Fair
from bus.local.sqs.groups import ByGroup
from bus.local.sqs.holding import Holding
from bus.local.sqs.long_polls import LongPolls
from bus.local.sqs.message import Message, Place
from bus.local.sqs.settings import Settings

IN_FLIGHT_LIMIT = 120_000
LONGEST_VISIBILITY = 43_200.0  # seconds, from the receive on
PURGE_INTERVAL = 60.0  # seconds
_GONE = "Message does not exist or is not available for visibility timeout change."


class Queue:
    """One queue. Whatever becomes receivable is signalled under its ARN, and whoever waits in `polls` gets it.

    `find` gives the queue of an ARN, for dead letters.
    """

    def __init__(self, plane: Plane, name: str, settings: Settings, find: Callable[[str], "Queue | None"]) -> None:
        self.name, self.settings = name, settings
        self.arn = plane.arn("sqs", name)
        self.url = queue_url(self.arn)
        self.created_at = self.modified_at = plane.clock.time()
        self._purged_at = -PURGE_INTERVAL
        self.tags: dict[str, str] = {}
        self.deduplication = Deduplication(plane.clock, per_group=settings.per_group)
        self._attempts = Attempts(plane.clock)
        self._clock, self._ledger, self._anomalies, self._find = plane.clock, plane.ledger, plane.anomalies, find
        self._signals = plane.signals
        self._holding = Holding(
            plane.engine,
            ByGroup if settings.fifo else lambda: Fair(plane.clock),
            self._announce,
            self._expired,
        )
        self._holding.retention.set_period(settings.retention)
        self.polls = LongPolls(plane.engine, self.receivable)

    def __iter__(self) -> Iterator[Message]:
        """Every message that is here, wherever it stands."""
        return iter(self._holding)

    def count(self, place: Place) -> int:
        """How many messages are visible, delayed or in flight."""
        return self._holding.count(place)

    def receivable(self) -> bool:
        """Whether a receive would find anything."""
        return self._room() > 0 and self._holding.receivable()

    def configure(self, settings: Settings) -> None:
        """Take on changed settings; a changed delay holds for what is already delayed in a FIFO queue only."""
        changed_delay = settings.delay != self.settings.delay
        self.settings, self.modified_at = settings, self._clock.time()
        self._holding.retention.set_period(settings.retention)
        self.deduplication.per_group = settings.per_group
        if changed_delay and settings.fifo:
            for message in [one for one in self._holding if one.place is Place.DELAYED]:
                self._holding.wait(message, message.sent_at + settings.delay - self.modified_at)

    def add(self, message: Message, delay: float) -> None:
        """Take in a message that stands nowhere yet, visible after `delay` seconds."""
        self._holding.add(message, delay)

    @property
    def oldest(self) -> float | None:
        """When its oldest message came, in epoch seconds; None when it is empty."""
        return self._holding.retention.oldest

    def receive(self, limit: int, visibility_timeout: float, attempt_id: str | None = None) -> list[Message]:
        """Up to `limit` messages, now in flight; those received too often go to the dead letters instead.

        What was given under `attempt_id` is given again, hidden anew, as long as nothing was done with it.
        """
        attempt = None if attempt_id is None else self._attempts.find(attempt_id)
        if attempt is None:
            received, at = self._receive(limit, visibility_timeout), self._clock.time()
        else:
            received, at = [message for message, _ in attempt.given], attempt.at
            for message in received:
                self._holding.wait(message, visibility_timeout)
        if attempt_id is not None:
            self._attempts.keep(attempt_id, received, at)
        return received

    def take(self, limit: int) -> list[Message]:
        """Up to `limit` receivable messages for another queue: each is to be removed, or put back."""
        return self._holding.take(limit)

    def put_back(self, message: Message) -> None:
        """A message that was taken stays."""
        self._holding.show(message)

    def remove(self, message: Message) -> None:
        """Forget a message that was taken, or deleted."""
        self._holding.remove(message)
        self._ledger.release(message.id)

    def delete(self, handle: str) -> None:
        """Delete what was received under `handle`.

        A handle older than the latest receive does nothing on a standard queue; a FIFO queue refuses it, and one
        whose visibility timeout is over (API reference, DeleteMessage and ReceiveMessage).
        """
        message = self._received(handle)
        if message is None:
            return
        current = message.handle == handle
        if self.settings.fifo and not (current and message.place is Place.IN_FLIGHT):
            raise invalid_value("ReceiptHandle", handle, "The receipt handle has expired.")
        if current:
            full = not self._room()
            self.remove(message)
            if full and self.receivable():
                self._announce()

    def change_visibility(self, handle: str, seconds: float) -> None:
        """Let the message behind `handle` be visible again `seconds` from now."""
        message = self._received(handle)
        if message is None or message.handle != handle:
            raise invalid_value("ReceiptHandle", handle, _GONE)
        if message.place is not Place.IN_FLIGHT:
            raise prefixed("MessageNotInflight", f"The message {message.id} is not in flight.")
        if self._clock.time() + seconds > (message.received_at or 0.0) + LONGEST_VISIBILITY:
            reason = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]."
            raise invalid_value("VisibilityTimeout", f"{seconds:.0f}", reason)
        if seconds:
            self._holding.wait(message, seconds)
        else:
            self._holding.show(message)

    def purge(self) -> None:
        """Delete every message. Raises SqsError within a minute of the purge before."""
        now = self._clock.time()
        if now < self._purged_at + PURGE_INTERVAL:
            message = f"Only one PurgeQueue operation on {self.name} is allowed every 60 seconds."
            raise prefixed("PurgeQueueInProgress", message, status=403)
        self._purged_at = now
        self._clear()

    def close(self) -> None:
        """The queue is deleted, for those who wait too."""
        self._clear()
        self.polls.fail(no_such_queue())

    def _clear(self) -> None:
        for message in self._holding:
            self._ledger.release(message.id)
        self._holding.clear()

    def _receive(self, limit: int, visibility_timeout: float) -> list[Message]:
        self._check_room()
        received: list[Message] = []
        while len(received) < limit and (taken := self._take(limit - len(received))):
            for message in taken:
                if not self._move_to_dead_letters(message):
                    self._hand_out(message, visibility_timeout)
                    received.append(message)
        # A standard queue delivers at least once: now and then a second copy follows, for another receive.
        # It is the same receive to whoever counts them, so a message that went well is no dead letter for its twin.
        twins = [one for one in received if self._may_double(one) and self._anomalies.twice()]
        if not visibility_timeout:
            for message in received:
                self._holding.show(message)
        for message in twins:
            message.doubled = True
            self._holding.add(message.copy(twin=True, receive_count=message.receive_count - 1), 0)
        return received

    def _may_double(self, message: Message) -> bool:
        return not (self.settings.fifo or message.twin or message.doubled)

    def _check_room(self) -> None:
        # A full standard queue answers with an error, a full FIFO queue with nothing (API reference, ReceiveMessage).
        if not (self.settings.fifo or self._room()):
            raise SqsError("OverLimit", f"Too many messages of {self.name} are in flight.", status=403)

    def _room(self) -> int:
        return IN_FLIGHT_LIMIT - self._holding.count(Place.IN_FLIGHT)

    def _take(self, limit: int) -> list[Message]:
        return self._holding.take(min(limit, self._room()))

    def _received(self, handle: str) -> Message | None:
        key, separator, receive = handle.partition("#")
        if not separator or not receive.isdecimal():
            raise SqsError(
                "ReceiptHandleIsInvalid", f'The input receipt handle "{handle}" is not a valid receipt handle.'
            )
        return self._holding.received(key)

    def _hand_out(self, message: Message, visibility_timeout: float) -> None:
        message.receive_count += 1
        message.received_at = self._clock.time()
        if message.first_received_at is None:
            message.first_received_at = message.received_at
        self._record("ReceiveMessage", message, "ok")
        self._holding.hand_out(message, visibility_timeout)

    def _move_to_dead_letters(self, message: Message) -> bool:
        redrive = self.settings.redrive
        if redrive is None or message.receive_count < redrive.max_receives:
            return False
        target = self._find(redrive.target_arn)
        if target is None:  # deleted since: the message stays in this queue
            return False
        self._record("redrive", message, "dead-letter", target.arn)
        message.received_at = None  # nobody processed it this time
        self._holding.remove(message)
        target.add(self._dead_letter(message), 0)
        return True

    def _dead_letter(self, message: Message) -> Message:
        """The message as its dead-letter queue has it.

        On a FIFO queue its time begins anew (developer guide, "Setting up dead-letter queue retention"), and its id is
        its deduplication id (developer guide, "Configure a dead-letter queue redrive").
        """
        if not self.settings.fifo:
            return message.copy(dead_letter_source=self.arn)
        now = self._clock.time()
        return message.copy(dead_letter_source=self.arn, enqueued_at=now, deduplication_id=message.id)

    def _announce(self) -> None:
        if self.polls.waiting:
            self.polls.serve()
        self._signals.emit(self.arn)

    def _expired(self, message: Message) -> None:
        self._record("expire", message, "expired")
        self._ledger.release(message.id)

    def _record(self, action: str, message: Message, outcome: str, note: str = "") -> None:
        self._ledger.record(
            "sqs",
            action,
            self.arn,
            event_id=self._ledger.kept(message.id),
            attempt=max(message.receive_count, 1),
            outcome=outcome,
            note=note,
        )
