"""The time by which operators wait."""

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds since the Unix epoch, and waiting."""

    def now(self) -> float:
        """Seconds since the Unix epoch, where the account is."""

    def sleep(self, seconds: float) -> None:
        """Let that much time pass."""


class RealClock:
    """The machine's own."""

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
