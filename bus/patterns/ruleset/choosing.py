"""Which of its fields a candidate waits at: the one that is likely to cost each event least."""

from collections import Counter
from collections.abc import Hashable

from bus.patterns.parse import Path
from bus.patterns.ruleset.candidate import Candidate
from bus.patterns.ruleset.places import EXACT, places

_NEARLY_ALL = 0.8
_COMMON = 8  # a field that one rule in so many names is taken to be in every event
_MOST_SEEN = 500  # values of a field; more would not change a choice
_FORESEEN = 8  # values that a field is taken to have beyond those seen, while each rule brings another
# Nanoseconds, roughly as measured: of visiting what was found, of checking its other fields, and of look-ups. The
# longer ones count four times, because most that could share them will find a better place.
_VISIT, _CHECK, _CHECK_FIELD, _LOOK_UP = 90, 80, 30, 50
_LOOK_UPS = {"folded": 120, "ranges": 1000, "others": 800, "networks": 2000, "wildcards": 1400}
_LOOK_UPS |= {"heads": 900, "tails": 900, "folded_heads": 1000, "folded_tails": 1000}
# How likely these are to find a candidate; all others do the less often the more values there are.
_CHANCES = {"ranges": 0.5, "others": 0.9, "absent": 0.5}


class Choices:
    """Keeps count of how many candidates each field could find, by which comparisons and by how many values."""

    __slots__ = ("_named", "_naming", "_seen", "_total")

    def __init__(self) -> None:
        self._total = 0
        self._naming: Counter[Path] = Counter()
        self._named: Counter[tuple[Path, str]] = Counter()
        self._seen: dict[Path, set[Hashable]] = {}

    def see(self, candidate: Candidate) -> None:
        self._count(candidate, 1)
        for path in candidate.open_paths:
            seen = self._seen.setdefault(path, set())
            if len(seen) < _MOST_SEEN:
                seen.update(places(candidate.branch[path]))

    def forget(self, candidate: Candidate) -> None:
        """Count a candidate that was seen no longer; the values that it named may well come again."""
        self._count(candidate, -1)

    def _count(self, candidate: Candidate, by: int) -> None:
        self._total += by
        for path in candidate.open_paths:
            self._naming[path] += by
            for kind in {kind for kind, _ in places(candidate.branch[path])}:
                self._named[path, kind] += by

    def best(self, candidate: Candidate) -> Path | None:
        """The field for a candidate that was seen; None when no look-up is worth while."""
        paths = candidate.open_paths
        if not paths:
            return None
        costs = {path: self._cost(path, candidate) for path in paths}
        path = min(paths, key=lambda path: (costs[path], -len(path), path))
        return path if costs[path] < _CHECK + _CHECK_FIELD * len(paths) else None

    def _cost(self, path: Path, candidate: Candidate) -> float:
        """Nanoseconds for each event, roughly.

        A candidate shares the look-up with all that could wait there; found, it may have to be checked. A
        field that nearly all name is looked at first, for all other look-ups are then made for some events only.
        """
        wanted = places(candidate.branch[path])
        kinds = {kind for kind, _ in wanted}
        seen = len(self._seen[path])
        named = sum(self._named[path, kind] for kind in kinds)
        if kinds <= EXACT and seen > 1 and named >= _NEARLY_ALL * self._total:
            return -seen
        chance = len(wanted) / (seen + _FORESEEN * min(1.0, seen / named))
        chance = max(chance, *(_CHANCES.get(kind, 0.0) for kind in kinds))
        # What few rules name, few events have; where they have it not, a look is soon over.
        there = min(1.0, _COMMON * self._naming[path] / self._total)
        look_ups = sum((_LOOK_UP + there * _LOOK_UPS.get(kind, 0)) / self._named[path, kind] for kind in kinds)
        rest = len(candidate.open_paths) - 1
        return look_ups + there * min(chance, 1.0) * (_VISIT + (_CHECK + _CHECK_FIELD * rest if rest else 0))
