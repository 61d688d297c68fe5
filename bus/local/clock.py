"""Where all time in the event plane comes from."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The time, for every room of the plane."""

    def time(self) -> float:
        """Seconds since the Unix epoch."""

    def now(self) -> datetime:
        """The same instant, in UTC."""


class VirtualClock:
    """A clock that stands still until the engine moves it forward."""

    def __init__(self, start: datetime) -> None:
        self._time = start.timestamp()

    def time(self) -> float:
        return self._time

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._time, UTC)

    def move_to(self, instant: float) -> None:
        """Jump to `instant`, in epoch seconds; an instant already past leaves the clock alone."""
        self._time = max(self._time, instant)
