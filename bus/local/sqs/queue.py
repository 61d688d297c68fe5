"""A queue as SQS describes it: receives, receipt handles, visibility, dead letters."""

from collections.abc import Callable
from dataclasses import replace

from bus.local.arns import queue_url
from bus.local.plane import Plane
from bus.local.sqs.deduplication import Deduplication
from bus.local.sqs.errors import SqsError, invalid_value, prefixed
from bus.local.sqs.holding import Holding
from bus.local.sqs.message import Message, Place
from bus.local.sqs.ready import BestEffort, ByGroup
from bus.local.sqs.settings import Settings

IN_FLIGHT_LIMIT = 120_000
LONGEST_VISIBILITY = 43_200.0  # seconds, from the receive on
PURGE_INTERVAL = 60.0  # seconds
_GONE = "Message does not exist or is not available for visibility timeout change."


class Queue:
    """One queue. Whatever becomes receivable is signalled under its ARN.

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
        self._clock, self._ledger, self._find = plane.clock, plane.ledger, find
        self._holding = Holding(
            plane.engine,
            ByGroup if settings.fifo else BestEffort,
            lambda: plane.signals.emit(self.arn),
            self._expired,
        )
        self._holding.retention.set_period(settings.retention)

    def count(self, place: Place) -> int:
        """How many messages are visible, delayed or in flight."""
        return self._holding.count(place)

    def configure(self, settings: Settings) -> None:
        """Take on changed settings; a changed delay holds for what is already delayed in a FIFO queue only."""
        changed_delay = settings.delay != self.settings.delay
        self.settings, self.modified_at = settings, self._clock.time()
        self._holding.retention.set_period(settings.retention)
        self.deduplication.per_group = settings.per_group
        if changed_delay and settings.fifo:
            for message in self._holding.delayed():
                self._holding.wait(message, message.sent_at + settings.delay - self.modified_at)

    def add(self, message: Message, delay: float) -> None:
        """Take in a message that is new here, visible after `delay` seconds."""
        self._holding.add(message, delay)

    def receive(self, limit: int, visibility_timeout: float) -> list[Message]:
        """Up to `limit` messages, now in flight; those received too often go to the dead letters instead."""
        received: list[Message] = []
        while len(received) < limit and (taken := self._take(limit - len(received))):
            for message in taken:
                if not self._move_to_dead_letters(message):
                    self._hand_out(message, visibility_timeout)
                    received.append(message)
        if not visibility_timeout:
            for message in received:
                self._holding.show(message)
        return received

    def delete(self, handle: str) -> None:
        """Delete what was received under `handle`; a handle older than the latest receive does nothing."""
        message = self._behind(handle)
        if message is None:
            return
        if self.settings.fifo and message.place is not Place.IN_FLIGHT:
            raise invalid_value("ReceiptHandle", handle, "The receipt handle has expired.")
        self._holding.remove(message)

    def change_visibility(self, handle: str, seconds: float) -> None:
        """Let the message behind `handle` be visible again `seconds` from now."""
        message = self._behind(handle)
        if message is None:
            raise invalid_value("ReceiptHandle", handle, _GONE)
        if message.place is not Place.IN_FLIGHT:
            raise prefixed("MessageNotInflight", f"The message {message.id} is not in flight.")
        if self._clock.time() + seconds > message.received_at + LONGEST_VISIBILITY:
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
            raise prefixed(
                "PurgeQueueInProgress", f"Only one PurgeQueue operation on {self.name} is allowed every 60 seconds."
            )
        self._purged_at = now
        self._holding.clear()

    def close(self) -> None:
        """The queue is deleted."""
        self._holding.clear()
        self._holding.retention.stop()

    def _take(self, limit: int) -> list[Message]:
        if self._holding.count(Place.IN_FLIGHT) < IN_FLIGHT_LIMIT:
            return self._holding.take(limit)
        if self.settings.fifo:  # a full FIFO queue answers with nothing, a standard one with an error
            return []
        raise SqsError("OverLimit", f"Too many messages of {self.name} are in flight.", status=403)

    def _behind(self, handle: str) -> Message | None:
        message_id, separator, receive = handle.partition("#")
        if not separator or not receive.isdecimal():
            raise SqsError(
                "ReceiptHandleIsInvalid", f'The input receipt handle "{handle}" is not a valid receipt handle.'
            )
        message = self._holding.get(message_id)
        return message if message is not None and message.handle == handle else None

    def _hand_out(self, message: Message, visibility_timeout: float) -> None:
        now = self._clock.time()
        message.receive_count += 1
        message.received_at = now
        if message.first_received_at is None:
            message.first_received_at = now
        message.handle = f"{message.id}#{message.receive_count}"
        self._record("ReceiveMessage", message, "ok")
        if visibility_timeout:
            self._holding.wait(message, visibility_timeout)

    def _move_to_dead_letters(self, message: Message) -> bool:
        redrive = self.settings.redrive
        if redrive is None or message.receive_count < redrive.max_receives:
            return False
        target = self._find(redrive.target_arn)
        if target is None:  # deleted since: the message stays in this queue
            return False
        self._record("redrive", message, "dead-letter", target.arn)
        self._holding.remove(message)
        enqueued_at = self._clock.time() if self.settings.fifo else message.enqueued_at
        target.add(replace(message, enqueued_at=enqueued_at, handle="", dead_letter_source=self.arn), 0)
        return True

    def _expired(self, message: Message) -> None:
        self._record("expire", message, "expired")

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
