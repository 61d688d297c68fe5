"""One field of a node: the tables of its alternatives, and what its values find in them."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import Any

from bus.patterns.arrays import flat
from bus.patterns.parse import Path
from bus.patterns.ruleset.affixes import Affixes, Heads, Wildcards, folded_head, folded_tail, tail
from bus.patterns.ruleset.buckets import Bucket
from bus.patterns.ruleset.others import Others
from bus.patterns.ruleset.ranges import Ranges
from bus.patterns.ruleset.tables import Absent, Folded, Networks, Table
from bus.patterns.ruleset.terrain import Terrain

FOR_TEXT = ("texts", "folded", "heads", "tails", "folded_heads", "folded_tails", "wildcards", "networks", "others")
_NUMBERS = {int, float}


class Field:
    """The tables of one path; a table that holds nothing costs nothing."""

    __slots__ = ("absent", "literals", "numbers", "others", "path", "ranges", "tables", "texts")

    def __init__(self, path: Path, terrain: Terrain) -> None:
        self.path = path
        self.texts, self.numbers, self.literals = Table(terrain), Table(terrain), Table(terrain)
        self.ranges, self.others, self.absent = Ranges(terrain), Others(terrain), Absent(terrain)
        self.tables: dict[str, Table] = {
            "texts": self.texts,
            "numbers": self.numbers,
            "literals": self.literals,
            "folded": Folded(terrain),
            "heads": Heads(terrain),
            "tails": Affixes(terrain, tail),
            "folded_heads": Affixes(terrain, folded_head),
            "folded_tails": Affixes(terrain, folded_tail),
            "wildcards": Wildcards(terrain),
            "networks": Networks(terrain),
            "ranges": self.ranges,
            "others": self.others,
            "absent": self.absent,
        }

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of the tables that hold something."""
        return tuple(name for name, table in self.tables.items() if table.buckets)

    def found(self, values: Collection[Any]) -> Iterator[Bucket]:
        """The buckets that any of `values` finds, objects aside; arrays stand for their elements."""
        for table, key in self.keys_of(values):
            bucket = table.buckets.get(key)
            if bucket is not None:
                yield bucket

    def keys_of(self, values: Collection[Any]) -> Iterator[tuple[Table, Hashable]]:
        """As `found`, but the tables and the keys."""
        if list in map(type, values):
            values = list(flat(list(values)))
        for text in {value for value in values if value.__class__ is str}:
            for kind in FOR_TEXT:
                if self.tables[kind].buckets:
                    yield from ((self.tables[kind], key) for key in self.tables[kind].keys_of(text))
        yield from self._keys_of_numbers([value for value in values if value.__class__ in _NUMBERS])
        for literal in {value for value in values if value is None or value.__class__ is bool}:
            yield from ((self.literals, key) for key in self.literals.keys_of(literal))
            yield from ((self.others, key) for key in self.others.keys_of_literal(literal))

    def keys_of_numbers(self, values: Sequence[Any]) -> Iterator[tuple[Table, Hashable]]:
        """As `keys_of`, quicker where all of the values are numbers."""
        return self._keys_of_numbers(values) if _NUMBERS.issuperset(map(type, values)) else self.keys_of(values)

    def _keys_of_numbers(self, numbers: Sequence[Any]) -> Iterator[tuple[Table, Hashable]]:
        if not numbers:
            return
        exact = self.numbers.buckets
        if exact and not exact.keys().isdisjoint(numbers):
            yield from ((self.numbers, number) for number in set(numbers) if number in exact)
        if self.ranges.buckets:
            yield from ((self.ranges, key) for key in self.ranges.keys_of_any(numbers))
        if self.others.buckets:
            for number in set(numbers):
                yield from ((self.others, key) for key in self.others.keys_of_number(number))
