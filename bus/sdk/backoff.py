"""How long to wait before trying again."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = 1 << 32


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential with full jitter, bounded in tries and in seconds.

    Each pause is uniform between nothing and `first * 2**n` (at most `longest`), so that publishers
    which were throttled together do not come back together (AWS Architecture Blog, "Exponential
    Backoff And Jitter").
    """

    attempts: int = 5
    first: float = 0.1
    longest: float = 2.0

    def pauses(self) -> Iterator[float]:
        """Seconds to wait after each failed attempt but the last."""
        for retry in range(self.attempts - 1):
            yield min(self.longest, self.first * 2**retry) * int.from_bytes(os.urandom(4), "big") / _WORD
