"""Events, and patterns made from what an event holds: so that matches and near misses are both frequent.

Chance comes from outside, as a function that rolls a die: hypothesis and the fuzzer have each their own.
"""

from typing import Any

from tests.patterns.making_leaves import MOST_STARS, Leaves
from tests.patterns.reference import Path, Scalar, flatten
from tests.patterns.vocabulary import KEYS, SCALARS

Field = tuple[Path, list[Any]]


class Making(Leaves):
    """Makes valid patterns and the events for them."""

    def event(self) -> dict[str, Any]:
        return self._object(depth=3)

    def _object(self, depth: int) -> dict[str, Any]:
        return {self.pick(KEYS): self._value(depth) for _ in range(self.roll(4 if depth else 3))}

    def _value(self, depth: int) -> Any:
        if not depth:
            return self.pick(SCALARS)
        match self.roll(8):
            case 0 | 1:
                return self._object(depth - 1)
            case 2 | 3:
                return [self._object(depth - 1) for _ in range(self.roll(4))]
            case 4:
                return [self._value(depth - 1) for _ in range(self.roll(4))]
        return self.pick(SCALARS)

    def pattern(self, event: dict[str, Any], most: int = 4) -> dict[str, Any]:
        """A pattern of some fields, most of which are the event's."""
        self._stars = MOST_STARS
        there = [(each.path, each.value) for each in flatten(event)]
        paths = [self.pick(there) if there and self.roll(6) else self._anywhere() for _ in range(1 + self.roll(most))]
        return self._written([(path, self.leaf(value)) for path, value in paths])

    def _anywhere(self) -> tuple[Path, Scalar]:
        return tuple(self.pick(KEYS) for _ in range(1 + self.roll(3))), self.pick(SCALARS)

    def _written(self, fields: list[Field]) -> dict[str, Any]:
        """The object that holds the fields: those that it has no place for, and now and then others, in its `$or`."""
        written: dict[str, Any] = {}
        below: dict[str, list[Field]] = {}
        aside: list[Field] = []
        for path, leaf in fields:
            key, rest = path[0], path[1:]
            if key in written or (key in below and not rest) or self.roll(6) == 5:
                aside.append((path, leaf))
            elif rest:
                below.setdefault(key, []).append((rest, leaf))
            else:
                written[key] = leaf
        written |= {key: self._written(inner) for key, inner in below.items()}
        if aside:
            written["$or"] = [self._written(choice) for choice in self._choices(aside)]
        return dict(reversed(written.items())) if self.roll(2) else written

    def _choices(self, fields: list[Field]) -> list[list[Field]]:
        """Some of the fields together, the others each alone; one of nowhere where that makes no choice."""
        together = self.roll(len(fields))
        choices = [fields[: together + 1], *([field] for field in fields[together + 1 :])]
        if len(choices) == 1:
            path, value = self._anywhere()
            choices.append([(path, self.leaf(value))])
        return choices
