"""So many a second."""

from collections.abc import Callable

from bus.operating.clock import Clock

_NAP = 0.2  # seconds between looks at whether somebody wants it to stop


class Pace:
    """Lets `rate` things a second begin, evenly; without a rate, as many as there are."""

    def __init__(self, clock: Clock, rate: float | None, stop: Callable[[], bool] = lambda: False) -> None:
        self._clock, self._rate, self._stop = clock, rate, stop
        self._next = clock.now()

    def wait(self) -> None:
        """Return when the next may begin, or when it is to stop."""
        if self._rate is None:
            return
        while (left := self._next - self._clock.now()) > 0 and not self._stop():
            self._clock.sleep(min(left, _NAP))
        self._next = max(self._next, self._clock.now()) + 1 / self._rate
