"""Receives of a FIFO queue that may be asked for again.

SQS API reference, ReceiveMessage, ReceiveRequestAttemptId; developer guide, "Using the amazon SQS receive request
attempt ID".
"""

from collections import OrderedDict
from dataclasses import dataclass

from bus.local.clock import Clock
from bus.local.sqs.message import Message, Place, Wait

WINDOW = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a receive gave at the instant `at`, and until when each message was hidden then."""

    at: float
    given: list[tuple[Message, Wait | None]]

    def stands(self) -> bool:
        """Whether none of its messages was deleted, had its visibility changed, or became visible since."""
        return all(message.place is Place.IN_FLIGHT and message.wait is wait for message, wait in self.given)


class Attempts:
    """The receives of the last five minutes, by their ReceiveRequestAttemptId."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._made: OrderedDict[str, Attempt] = OrderedDict()

    def find(self, attempt_id: str) -> Attempt | None:
        """The attempt of that id, as long as it can be repeated."""
        horizon = self._clock.time() - WINDOW
        while self._made and next(iter(self._made.values())).at <= horizon:
            self._made.popitem(last=False)
        attempt = self._made.get(attempt_id)
        return attempt if attempt is not None and attempt.stands() else None

    def keep(self, attempt_id: str, messages: list[Message], at: float) -> None:
        """`messages` were given at `at`, or given again; none are nothing to repeat."""
        if messages:
            self._made[attempt_id] = Attempt(at, [(message, message.wait) for message in messages])
