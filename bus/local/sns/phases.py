"""When a failed delivery is tried again: the four phases of a delivery policy.

SNS developer guide, "Amazon SNS message delivery retries". SNS adds jitter of a kind that it does not document; there
is none here. Nor does the guide give the formulas of its four backoff functions, but their graph: each starts at the
shortest delay and ends at the longest, and linear lies above arithmetic, geometric and exponential, in that order.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

Backoff = Callable[[float, float, int, int], float]
"""`(shortest, longest, step, last) -> seconds`, with steps from 0 to `last`, which is at least 1."""


def _linear(shortest: float, longest: float, step: int, last: int) -> float:
    """Equal increments."""
    return shortest + (longest - shortest) * step / last


def _arithmetic(shortest: float, longest: float, step: int, last: int) -> float:
    """Increments that grow by one and the same amount: one, two, three of them."""
    return shortest + (longest - shortest) * (step * (step + 1)) / (last * (last + 1))


def _geometric(shortest: float, longest: float, step: int, last: int) -> float:
    """Delays with one and the same ratio."""
    return shortest * math.pow(longest / shortest, step / last)


def _exponential(shortest: float, longest: float, step: int, last: int) -> float:
    """Increments that double."""
    return shortest + (longest - shortest) * (math.exp2(step) - 1) / (math.exp2(last) - 1)


BACKOFF: dict[str, Backoff] = {
    "linear": _linear,
    "arithmetic": _arithmetic,
    "geometric": _geometric,
    "exponential": _exponential,
}


@dataclass(frozen=True, slots=True)
class Phases:
    """How many retries each phase has, in their order; delays in seconds, `function` a key of BACKOFF."""

    immediate: int
    before_backoff: int
    backoff: int
    after_backoff: int
    shortest: float
    longest: float
    function: str

    @property
    def retries(self) -> int:
        return self.immediate + self.before_backoff + self.backoff + self.after_backoff

    def delay_before(self, retry: int) -> float:
        """Seconds to wait before the `retry`-th retry, counted from 1."""
        if retry <= self.immediate:
            return 0.0
        step = retry - self.immediate - self.before_backoff - 1
        if step < 0:
            return self.shortest
        if step >= self.backoff:
            return self.longest
        return self.shortest if self.backoff == 1 else self._backoff(step)

    def seconds(self) -> float:
        """How long all the retries take together."""
        steps = self._backoff_seconds()
        return self.before_backoff * self.shortest + steps + self.after_backoff * self.longest

    def _backoff(self, step: int) -> float:
        return BACKOFF[self.function](self.shortest, self.longest, step, self.backoff - 1)

    def _backoff_seconds(self) -> float:
        first = self.immediate + self.before_backoff + 1
        return sum(self.delay_before(first + step) for step in range(self.backoff))


# SQS, Lambda, Firehose: over 23 days. The other policy is that of mail and text messages, and Firehose's when it
# throttles: over 6 hours.
AWS_MANAGED = Phases(3, 2, 10, 100_000, 1.0, 20.0, "exponential")
CUSTOMER_MANAGED = Phases(0, 2, 10, 38, 10.0, 600.0, "exponential")
