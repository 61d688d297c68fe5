"""Where events hold something else than rules expect: arrays above all. Learnt from the events that came."""

from collections.abc import Iterable
from copy import copy
from threading import RLock
from typing import Any

from bus.patterns.arrays import flat
from bus.patterns.parse import Path
from bus.patterns.ruleset.view import NoReader, Reader

_LONGEST_PAUSE = 1_000


class Terrain:
    """The paths at which an array or a value has been met in the place of an object, or an array in that of a value.

    Elsewhere generated code expects what rules do and does not look twice. Where it was wrong it stumbles
    (AttributeError or TypeError), the event is matched by slower code, and the path becomes known here.
    """

    def __init__(self) -> None:
        self.changing = RLock()  # held by whoever changes rules or writes code
        self.reader: Reader | NoReader | None = None  # another one whenever rules have moved or name other fields
        self.uneven: frozenset[Path] = frozenset()
        self.stumbles = 0  # events that no code was prepared for
        self._pause = self._left = 0  # events not to learn from; some stumble over what no code is prepared for

    def disturb(self) -> None:
        """Let whoever is matching know that candidates move, so that some may have been missed."""
        if self.reader is not None:
            self.reader = copy(self.reader)

    def learn(self, event: Any, paths: Iterable[Path]) -> bool:
        """Whether the event shows anything new."""
        if self._left:
            self._left -= 1
            return False
        found = self.uneven.union(*(_uneven(event, path) for path in paths))
        if found == self.uneven:
            self._pause = self._left = min(2 * self._pause + 1, _LONGEST_PAUSE)
            return False
        self.uneven, self._pause, self._left = found, 0, 1
        return True

    def expect(self, paths: Iterable[Path]) -> bool:
        """Take paths as uneven that are so by what the rules say. Whether this is new."""
        before, self.uneven = self.uneven, self.uneven.union(paths)
        return self.uneven != before


def _uneven(event: Any, path: Path) -> set[Path]:
    found: set[Path] = set()
    values = [event]
    for length, key in enumerate(path, start=1):
        objects = [value for value in flat(values) if value.__class__ is dict]
        values = [value[key] for value in objects if key in value]
        expected = dict if length < len(path) else None
        if any(value.__class__ is list or (expected and value.__class__ is not expected) for value in values):
            found.add(path[:length])
    return found
