"""Where events hold something else than rules expect: arrays above all. Learnt from the events that came."""

from collections.abc import Iterable
from threading import RLock
from typing import Any

from bus.patterns.arrays import flat
from bus.patterns.parse import Path


class Terrain:
    """The paths at which an array or a value has been met in the place of an object, or an array in that of a value.

    Elsewhere generated code expects what rules do and does not look twice. Where it was wrong it stumbles
    (AttributeError or TypeError), the event is matched by slower code, and the path becomes known here.
    """

    def __init__(self) -> None:
        self.changing = RLock()  # held by whoever changes rules or writes code
        self.uneven: frozenset[Path] = frozenset()
        self._patience = 100  # events that taught nothing; some stumble over what no code is prepared for

    def learn(self, event: Any, paths: Iterable[Path]) -> bool:
        """Whether the event shows anything new."""
        if not self._patience:
            return False
        found = self.uneven.union(*(_uneven(event, path) for path in paths))
        if found == self.uneven:
            self._patience -= 1
            return False
        self.uneven = found
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
