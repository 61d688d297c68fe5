"""Numeric ranges, found by a number within them without looking at all of them."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from math import frexp, inf
from typing import Any

from bus.patterns.ruleset.tables import Table
from bus.patterns.ruleset.terrain import Terrain

_Range = tuple[float, float]
_FEW = 12  # ranges; among these a look at each is quicker than a search
_FAR, _FARTHEST = 1e9, 5e9  # services compare numbers up to one of these, so a range that reaches that far is open


class Ranges(Table):
    """Closed ranges, by their two ends.

    Those of about one width are kept in the order in which they begin: a number lies only in ranges
    that begin at most that width below it, and if they are spread evenly, in about every other of
    these. Ranges open below are kept in the order in which they end.
    """

    __slots__ = ("_by_end", "_by_start", "_few")

    def __init__(self, terrain: Terrain) -> None:
        super().__init__(terrain)
        self._few: tuple[_Range, ...] | None = ()  # all of them, unless they are many
        self._by_start: dict[int, list[_Range]] = {}  # by the binary exponent of the width
        self._by_end: list[_Range] = []  # each range turned round

    def _key_changed(self, key: Any) -> None:
        there = key in self.buckets
        if key[0] <= -_FAR:
            self._by_end = _changed(self._by_end, key[::-1], there=there)
        else:
            exponent = frexp(key[1] - key[0])[1]
            order = _changed(self._by_start.get(exponent, []), key, there=there)
            by_start = {**self._by_start, exponent: order}
            self._by_start = {each: ranges for each, ranges in by_start.items() if ranges}
        self._few = tuple(self.buckets) if len(self.buckets) <= _FEW else None

    def keys_of(self, value: float) -> Iterable[_Range]:
        if not -_FARTHEST <= value <= _FARTHEST:
            return ()
        few: Iterable[_Range] | None = self._few
        if few is None:
            few = self._near(value, value)
        return [key for key in few if key[0] <= value <= key[1]]

    def keys_of_any(self, numbers: Sequence[float]) -> Iterable[_Range]:
        """The ranges that hold one of `numbers`."""
        numbers = [each for each in numbers if -_FARTHEST <= each <= _FARTHEST]
        if not numbers:
            return ()
        least, most = min(numbers), max(numbers)
        return [
            key
            for key in (self._near(least, most) if self._few is None else self._few)
            if key[0] <= most <= key[1] or key[0] <= least <= key[1] or _some(*key, least, most, numbers)
        ]

    def _near(self, least: float, most: float) -> Iterable[_Range]:
        """All ranges that reach into `least` … `most`, and some beside them."""
        for exponent, ranges in self._by_start.items():
            yield from ranges[bisect_left(ranges, (least - 2.0**exponent,)) : bisect_right(ranges, (most, inf))]
        ends = self._by_end
        for end, start in ends[bisect_left(ends, (least,)) :]:
            yield start, end


def _some(low: float, high: float, least: float, most: float, numbers: Sequence[float]) -> bool:
    return least < low and high < most and any(low <= each <= high for each in numbers)


def _changed(ranges: list[_Range], one: _Range, *, there: bool) -> list[_Range]:
    """A copy with `one` in its place, or without it."""
    if not there:
        return [each for each in ranges if each != one]
    copy = ranges.copy()
    insort(copy, one)
    return copy
