"""The time that a running function sees: the plane's, plus what it slept away."""

import time
from datetime import UTC, datetime
from types import TracebackType
from typing import ClassVar, Self

import time_machine

_real_sleep = time.sleep


class TaskTimedOutError(BaseException):
    """The function slept past its timeout; Lambda kills it, so no `except Exception` of the handler stops this."""


class WallClock:
    """Within the block, the wall clock stands at `instant` and `time.sleep` moves it instead of waiting.

    Monotonic clocks are left alone, so progress bars and timers outside go on. Starting and stopping costs about
    2 µs, so each invocation has its own.
    """

    running: ClassVar[list["WallClock"]] = []

    def __init__(self, instant: float, timeout: float) -> None:
        self._timeout, self.began, self.slept = timeout, instant, 0.0
        self._travel = time_machine.travel(_in_utc(instant), tick=False)

    def __enter__(self) -> Self:
        self._traveller = self._travel.start()
        self.running.append(self)
        time.sleep = _sleep  # type: ignore[assignment]  # typeshed's also takes SupportsIndex
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.running.pop()
        self._travel.stop()
        if not self.running:
            time.sleep = _real_sleep

    @classmethod
    def present(cls, instant: float) -> float:
        """The time of the function that is running, in epoch seconds; `instant` when none is."""
        running = cls.running[-1] if cls.running else None
        return instant if running is None else running.began + running.slept

    def remaining(self) -> float:
        """Seconds until the function's timeout."""
        return self._timeout - self.slept

    def spend(self, seconds: float) -> None:
        """Let the function's time pass. Raises TaskTimedOutError past its timeout."""
        self.slept += seconds
        self._traveller.shift(seconds)
        if self.remaining() <= 0:
            raise TaskTimedOutError


def _in_utc(instant: float) -> float | datetime:
    """Local time in a function is UTC. Setting the zone costs five times the rest, so only where it differs."""
    return datetime.fromtimestamp(instant, UTC) if time.timezone or time.daylight else instant


def _sleep(seconds: float, /) -> None:
    """`time.sleep` of whichever function is running; one for all, because modules keep it by `from time import`."""
    if WallClock.running and seconds >= 0:
        WallClock.running[-1].spend(seconds)
    else:
        _real_sleep(seconds)  # which refuses what is below nothing
