"""Figures that the rooms count, minute by minute, for CloudWatch to tell."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bus.local.clock import Clock

KEPT = 180  # minutes: CloudWatch keeps figures of a minute for 15 days, and a run is seldom as long
MINUTE = 60
_STEP = math.log(1.02)  # of the histogram: percentiles are right to one in a hundred

Key = tuple[str, str, tuple[tuple[str, str], ...]]
"""Namespace, name, and dimensions in order."""


@dataclass(slots=True)
class Figures:
    """What some samples have in common; `spread` counts them by the logarithm of their size."""

    count: int = 0
    total: float = 0.0
    least: float = math.inf
    most: float = -math.inf
    spread: dict[int | None, int] = field(default_factory=dict)

    def add(self, value: float) -> None:
        """One sample, not below 0."""
        self.count += 1
        self.total += value
        self.least, self.most = min(self.least, value), max(self.most, value)
        place = 0 if value == 1.0 else round(math.log(value) / _STEP) if value > 0 else None  # most are counts
        self.spread[place] = self.spread.get(place, 0) + 1

    def merge(self, other: "Figures") -> None:
        """Have the samples of another too."""
        self.count += other.count
        self.total += other.total
        self.least, self.most = min(self.least, other.least), max(self.most, other.most)
        for place, count in other.spread.items():
            self.spread[place] = self.spread.get(place, 0) + count

    def percentile(self, share: float) -> float:
        """The sample that `share` (0 to 1) of all are not above."""
        wanted, passed = share * self.count, 0
        for place in sorted(self.spread, key=lambda each: -math.inf if each is None else each):
            passed += self.spread[place]
            if passed >= wanted:
                value = 0.0 if place is None else math.exp(place * _STEP)
                return min(max(value, self.least), self.most)
        return self.most


class Meters:
    """Keeps the last three hours of each figure."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._minutes: dict[Key, dict[int, Figures]] = {}

    def add(self, namespace: str, name: str, value: float, **dimensions: str) -> None:
        """One sample, now."""
        key = (namespace, name, tuple(sorted(dimensions.items())))
        minute = int(self._clock.time()) // MINUTE
        minutes = self._minutes.setdefault(key, {})
        figures = minutes.get(minute)
        if figures is None:
            for old in [each for each in minutes if each <= minute - KEPT]:
                del minutes[old]
            figures = minutes[minute] = Figures()
        figures.add(value)

    def between(self, key: Key, begin: int, end: int) -> Figures:
        """The samples of the minutes that begin in a span of epoch seconds, its end excluded."""
        found = Figures()
        for minute, figures in self._minutes.get(key, {}).items():
            if begin <= minute * MINUTE < end:
                found.merge(figures)
        return found

    def __iter__(self) -> Iterator[Key]:
        return iter(self._minutes)

    def namespaces(self) -> Iterable[str]:
        """Those that anything is counted in."""
        return {namespace for namespace, _, _ in self._minutes}
