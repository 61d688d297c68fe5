"""What a ledger of bounded length may forget."""

from collections import deque
from collections.abc import Iterator

_AT_A_TIME = 1_024  # hops: few enough to go in well under a millisecond


class Forgetting:
    """Knows of each event the last hop and the correlation ids, and of the tokens which are held no longer.

    `most` hops are kept at least; when there are `full`, those above `most` go. `last` is the number of the last hop of
    each event that a hop names.
    """

    def __init__(self, most: int) -> None:
        """Raises ValueError when `most` is none."""
        self.limit(most)
        self.last: dict[str, int] = {}
        self._correlations: dict[str, tuple[str, ...]] = {}
        self._released: deque[str] = deque()

    def limit(self, most: int) -> None:
        """Keep `most` hops from now on. Raises ValueError when that is none."""
        if most < 1:
            message = f"a ledger keeps one hop at least, not {most}"
            raise ValueError(message)
        self.most, self.full = most, most + min(_AT_A_TIME, most // 2 + 1)

    def relate(self, event_id: str, correlation_id: str) -> None:
        """The event belongs to this correlation id."""
        known = self._correlations.get(event_id, ())
        if correlation_id not in known:
            self._correlations[event_id] = (*known, correlation_id)

    def unrelated(self, event_id: str) -> tuple[str, ...]:
        """No hop names the event any more: its correlation ids, which are forgotten."""
        return self._correlations.pop(event_id, ())

    def released(self, token: str) -> Iterator[str]:
        """Nothing holds what this token stands for; the tokens that are to be forgotten now."""
        self._released.append(token)
        while len(self._released) > self.most:
            yield self._released.popleft()
