"""rate(value unit): every so many seconds, whatever the clocks on the wall do."""

import math
from dataclasses import dataclass, replace

SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True)
class Rate:
    """Occasions `period` seconds apart, the first of them at `start` (epoch seconds).

    "`days` represents a 24-hour duration on the clock" even where daylight saving makes it shorter or longer (Scheduler
    user guide, "Schedule types"). Without a start it counts from the instant it is asked about.
    """

    period: int
    start: float | None = None

    def starting(self, instant: float) -> "Rate":
        """The same rate, counted from `instant`."""
        return replace(self, start=instant)

    def after(self, instant: float) -> float | None:
        """The first occasion strictly after `instant`."""
        if self.start is None:
            return instant + self.period
        if instant < self.start:
            return self.start
        return self.start + (math.floor((instant - self.start) / self.period) + 1) * self.period
