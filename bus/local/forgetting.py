"""What a ledger of bounded length may forget."""

from collections import deque
from collections.abc import Iterator

_SURPLUS = 1_024  # hops that go at a time: few enough to go in well under a millisecond


class Forgetting:
    """Knows of each event the last hop and the correlation ids, and of the tokens which are held no longer."""

    def __init__(self, most: int) -> None:
        """Keep `most` hops at least. Raises ValueError when that is none."""
        self.limit(most)
        self._last: dict[str, int] = {}
        self._correlations: dict[str, tuple[str, ...]] = {}
        self._released: deque[str] = deque()

    def limit(self, most: int) -> None:
        """Keep `most` hops from now on. Raises ValueError when that is none."""
        if most < 1:
            message = f"a ledger keeps one hop at least, not {most}"
            raise ValueError(message)
        self._most = most

    def saw(self, event_id: str | None, number: int) -> None:
        """A hop of the event has this number."""
        if event_id is not None:
            self._last[event_id] = number

    def relate(self, event_id: str, correlation_id: str) -> None:
        """The event belongs to this correlation id."""
        known = self._correlations.get(event_id, ())
        if correlation_id not in known:
            self._correlations[event_id] = (*known, correlation_id)

    def surplus(self, hops: int) -> int:
        """How many hops may go where there are that many; none until it is worth the work."""
        return hops - self._most if hops >= self._most + min(_SURPLUS, self._most // 2 + 1) else 0

    def unnamed(self, event_id: str | None, number: int) -> Iterator[tuple[str, str]]:
        """The hop of this number goes: the event and its correlation ids, when no later hop names it."""
        if event_id is not None and self._last[event_id] == number:
            del self._last[event_id]
            for correlation_id in self._correlations.pop(event_id, ()):
                yield event_id, correlation_id

    def released(self, token: str) -> Iterator[str]:
        """Nothing holds what this token stands for; the tokens that are to be forgotten now."""
        self._released.append(token)
        while len(self._released) > self._most:
            yield self._released.popleft()
