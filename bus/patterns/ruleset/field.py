"""One field of a node: its tables, and the candidates that its value finds."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import Any

from bus.patterns.arrays import flat
from bus.patterns.compiled import closed
from bus.patterns.leaf import Leaf
from bus.patterns.parse import Path
from bus.patterns.ruleset.buckets import Bucket, visit
from bus.patterns.ruleset.candidate import Add
from bus.patterns.ruleset.ranges import Ranges
from bus.patterns.ruleset.tables import (
    Affixes,
    Anything,
    Folded,
    Networks,
    Table,
    folded_head,
    folded_tail,
    head,
    tail,
)
from bus.patterns.terms import AnythingBut, Cidr, EqualsIgnoreCase, Numeric, Prefix, Present, Suffix, Term, Wildcard

FIND_TEXT = ("folded", "heads", "tails", "folded_heads", "folded_tails", "networks", "any_text", "anything")
Place = tuple[str, Hashable, bool]


class Field:
    """The tables of one path, by the names of `_make_tables`; `kinds` names those that hold something."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tables: dict[str, Table] = _make_tables()

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(name for name, table in self.tables.items() if table.buckets)

    def scan(self, array: list[Any], rest: Path, event: Any, add: Add, at: int) -> None:
        """Visit what any value finds that lies in `array`, below the keys `rest`."""
        self.visit(_spread(array, rest), event, add, at)
        self.visit_absent(event, add, -1)

    def visit(self, values: list[Any], event: Any, add: Add, at: int) -> None:
        """Visit what any of `values` finds."""
        kinds = set(map(type, values))
        if list in kinds:
            values = list(flat(values))
            kinds = set(map(type, values))
        for bucket in self._found(values, kinds):
            visit(bucket, event, add, at)

    def visit_absent(self, event: Any, add: Add, at: int) -> None:
        """Visit what is found by the field's not being there."""
        for bucket in self.tables["absent"].find(None):
            visit(bucket, event, add, at)

    def _found(self, values: Sequence[Any], kinds: set[type]) -> Iterator[Bucket]:
        if str in kinds:
            for text in {value for value in values if value.__class__ is str} if len(kinds) > 1 else set(values):
                yield from self._of_text(text)
        if float in kinds or int in kinds:
            plain = kinds <= _NUMBERS
            yield from self._of_numbers(values if plain else [each for each in values if each.__class__ in _NUMBERS])
        if bool in kinds or _NULL in kinds:
            for literal in {value for value in values if value is None or value.__class__ is bool}:
                yield from self._of_literal(literal)

    def _of_text(self, text: str) -> Iterator[Bucket]:
        bucket = self.tables["texts"].buckets.get(text)
        if bucket is not None:
            yield bucket
        for kind in FIND_TEXT:
            yield from self.tables[kind].find(text)

    def _of_numbers(self, numbers: Sequence[float]) -> Iterator[Bucket]:
        exact = self.tables["numbers"].buckets
        if exact and not exact.keys().isdisjoint(numbers):
            yield from filter(None, map(exact.get, set(numbers)))
        ranges = self.tables["ranges"]
        if ranges.buckets:
            yield from ranges.find_any(numbers)
        yield from self.tables["anything"].find(None)

    def _of_literal(self, literal: bool | None) -> Iterator[Bucket]:
        bucket = self.tables["literals"].buckets.get(literal)
        if bucket is not None:
            yield bucket
        yield from self.tables["anything"].find(None)


_NUMBERS, _NULL = {int, float}, type(None)


def _make_tables() -> dict[str, Table]:
    return {
        "texts": Table(),
        "numbers": Table(),
        "literals": Table(),
        "folded": Folded(),
        "heads": Affixes(head),
        "tails": Affixes(tail),
        "folded_heads": Affixes(folded_head),
        "folded_tails": Affixes(folded_tail),
        "networks": Networks(),
        "ranges": Ranges(),
        "any_text": Anything(),
        "anything": Anything(),
        "absent": Anything(),
    }


def _spread(array: list[Any], rest: Path) -> list[Any]:
    """The values at `rest` below the elements of an array; some may be arrays or objects themselves."""
    for key in rest:
        try:
            array = [element[key] for element in array]
        except (KeyError, TypeError):
            array = [element[key] for element in flat(array) if element.__class__ is dict and key in element]
    return array


def places(leaf: Leaf) -> Collection[Place]:
    """The table and the key of each alternative of a field, and whether being found there decides the field."""
    found: dict[tuple[str, Hashable], bool] = {("texts", text): True for text in leaf.texts}
    found |= {("numbers", number): True for number in leaf.numbers}
    found |= {("literals", literal): True for literal in leaf.literals}
    if leaf.absent:
        found["absent", None] = True
    for kind, key, decides in map(_place, leaf.terms):
        found[kind, key] = decides and found.get((kind, key), True)
    return [(kind, key, decides) for (kind, key), decides in found.items()]


def _place(term: Term) -> Place:  # noqa: C901, PLR0911 - one case per operator
    match term:
        case EqualsIgnoreCase(text) if text.isascii():
            return "folded", text.lower(), True
        case Prefix(text, ignore_case=False):
            return "heads", text, True
        case Suffix(text, ignore_case=False):
            return "tails", text, True
        case Prefix(text) if text.isascii():
            return "folded_heads", text.lower(), True
        case Suffix(text) if text.isascii():
            return "folded_tails", text.lower(), True
        case Wildcard(pieces=pieces) if pieces[0]:
            return "heads", pieces[0], False
        case Wildcard(pieces=pieces) if pieces[-1]:
            return "tails", pieces[-1], False
        case Numeric():
            return "ranges", closed(term), True
        case Cidr(version=version, low=low, high=high):
            bits = (high - low).bit_length()
            return "networks", (version, bits, low >> bits), True
        case Present(filled):
            return "anything", None, not filled
        case AnythingBut():
            return "anything", None, False
    return "any_text", None, False
