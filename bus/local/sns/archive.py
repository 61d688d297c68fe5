"""The archive of a FIFO topic, from which subscriptions replay.

Developer guide, "Amazon SNS message archiving and replay for FIFO topics".
"""

from collections import deque
from typing import NamedTuple

from bus.local.clock import Clock
from bus.local.sns.notification import Notification

_DAY = 86_400.0


class Replay(NamedTuple):
    """What a ReplayPolicy asks for: instants in epoch seconds. With an end, the subscription gets nothing after it."""

    start: float
    end: float | None = None


class Archive:
    """Keeps messages for a number of days, once it is told to."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: deque[Notification] = deque()
        self._days: int | None = None
        self._since = 0.0

    @property
    def active(self) -> bool:
        return self._days is not None

    def retain(self, days: int | None) -> None:
        """Keep what is published from now on for so many days; with None, keep nothing, and forget what is here."""
        if days is None:
            self._kept.clear()
        elif self._days is None:
            self._since = self._clock.time()
        self._days = days

    def keep(self, notification: Notification) -> None:
        if self._days is not None:
            self._kept.append(notification)
            self._expire()

    def beginning(self) -> float | None:
        """The earliest instant to replay from; None without an archive."""
        return None if self._days is None else max(self._since, self._clock.time() - self._days * _DAY)

    def between(self, replay: Replay) -> list[Notification]:
        """What was published in that time and is still kept, in order of publication."""
        self._expire()
        return [one for one in self._kept if replay.start <= one.at and (replay.end is None or one.at <= replay.end)]

    def _expire(self) -> None:
        beginning = self.beginning()
        while self._kept and beginning is not None and self._kept[0].at < beginning:
            self._kept.popleft()
