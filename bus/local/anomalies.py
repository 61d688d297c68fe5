"""What AWS may do and rarely does: deliver twice, and out of order."""

import random


class Anomalies:
    """Doubles and delays deliveries where AWS promises no more than at-least-once and best-effort order.

    `twice` is the share of deliveries that are made twice, `late` the share that are held back, by up to
    `lateness_limit` seconds. Its choices come from a seed of their own: an id is the same with anomalies and without.
    Rooms ask it exactly where AWS documents such deliveries, and never for a FIFO group or the order of a shard.
    """

    def __init__(self, *, seed: int = 0, twice: float = 0.0, late: float = 0.0, lateness_limit: float = 5.0) -> None:
        self._twice, self._late, self._limit = twice, late, lateness_limit
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret

    def twice(self) -> bool:
        """Whether this delivery is made twice."""
        return bool(self._twice) and self._random.random() < self._twice

    def lateness(self) -> float:
        """Seconds by which this delivery is held back; 0.0 for most."""
        if not self._late or self._random.random() >= self._late:
            return 0.0
        return self._random.uniform(0.0, self._limit)
