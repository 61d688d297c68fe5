"""Numeric ranges, found by a number within them without looking at all of them."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from math import frexp

from bus.patterns.ruleset.buckets import Bucket
from bus.patterns.ruleset.tables import Table

_Range = tuple[float, float]
_FAR = 1e9  # no service compares numbers beyond ±1e9 (SNS) or ±5e9: what reaches that far is open at that end


class Ranges(Table):
    """Closed ranges, by their two ends.

    Those of about one width are kept in the order in which they begin: a number lies only in ranges
    that begin at most that width below it, and if they are spread evenly, in about every other of
    these. Ranges open below are kept in the order in which they end.
    """

    __slots__ = ("_by_end", "_by_start")

    def __init__(self) -> None:
        super().__init__()
        self._by_start: dict[int, list[_Range]] = {}  # by the binary exponent of the width
        self._by_end: list[_Range] = []  # each range turned round

    def _key_changed(self, key: _Range) -> None:
        if key[0] <= -_FAR:
            self._by_end = _changed(self._by_end, key[::-1], there=key in self.buckets)
            return
        exponent = frexp(key[1] - key[0])[1]
        order = _changed(self._by_start.get(exponent, []), key, there=key in self.buckets)
        by_start = {**self._by_start, exponent: order}
        self._by_start = {each: ranges for each, ranges in by_start.items() if ranges}

    def find(self, number: float) -> Iterable[Bucket]:
        """The buckets of the ranges that hold `number`."""
        return [
            bucket
            for low, high in self._near(number, number)
            if low <= number <= high and (bucket := self.buckets.get((low, high))) is not None
        ]

    def find_any(self, numbers: Sequence[float]) -> Iterable[Bucket]:
        """The buckets of the ranges that hold one of `numbers`."""
        least, most = min(numbers), max(numbers)
        return [
            bucket
            for low, high in self._near(least, most)
            if (low <= least <= high or low <= most <= high or any(low <= each <= high for each in numbers))
            and (bucket := self.buckets.get((low, high))) is not None
        ]

    def _near(self, least: float, most: float) -> Iterable[_Range]:
        """All ranges that reach into `least` … `most`, and some beside them."""
        for exponent, ranges in self._by_start.items():
            yield from ranges[bisect_left(ranges, (least - 2.0**exponent,)) : bisect_right(ranges, (most, _LAST))]
        ends = self._by_end
        for end, start in ends[bisect_left(ends, (least,)) :]:
            yield start, end


_LAST = float("inf")


def _changed(ranges: list[_Range], one: _Range, *, there: bool) -> list[_Range]:
    """A copy with `one` in its place, or without it."""
    if not there:
        return [each for each in ranges if each != one]
    copy = ranges.copy()
    insort(copy, one)
    return copy
