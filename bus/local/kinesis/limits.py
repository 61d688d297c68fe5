"""How often a thing may be done to a stream in a day."""

from collections import deque

from bus.local.plane import Plane

_DAY = 24 * 3600.0


class Daily:
    """At most `most` times in any 24 hours."""

    def __init__(self, plane: Plane, most: int) -> None:
        self._clock, self._most = plane.clock, most
        self._instants: deque[float] = deque()

    def allowed(self) -> bool:
        """Whether it may be done once more now."""
        while self._instants and self._instants[0] <= self._clock.time() - _DAY:
            self._instants.popleft()
        return len(self._instants) < self._most

    def happened(self) -> None:
        """It was done."""
        self._instants.append(self._clock.time())
