"""One field of a pattern: its list of values and match expressions, any of which may match."""

import re
from dataclasses import dataclass
from typing import Any

from bus.patterns.addresses import same_address
from bus.patterns.dialects import Dialect
from bus.patterns.operators import Absent, Exactly, read_expression
from bus.patterns.refusal import Moment, RefusedError
from bus.patterns.terms import Term

_NO_ADDRESS = re.compile(r"[^:]*[^:0-9.][^:]*")


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a field accepts: a scalar that is one of `texts`, `numbers` or `literals` (true, false, null), or
    that satisfies one of `terms`; where `absent`, that it is not there.
    """

    texts: frozenset[str] = frozenset()
    numbers: frozenset[int | float] = frozenset()
    literals: tuple[bool | None, ...] = ()
    terms: tuple[Term, ...] = ()
    absent: bool = False

    @property
    def only_texts(self) -> bool:
        """Whether nothing but exact texts will do."""
        return bool(self.texts) and not (self.numbers or self.literals or self.terms or self.absent)


def read_leaf(values: list[Any], dialect: Dialect) -> Leaf:
    """Read the list that a field of a pattern holds. Raises RefusedError."""
    if not values:
        raise RefusedError("Empty arrays are not allowed", moment=Moment.END)
    if len(values) == 1 and isinstance(values[0], str) and _NO_ADDRESS.fullmatch(values[0]):
        return Leaf(frozenset(values))
    reading = _Reading(dialect)
    value: object = None
    try:
        for value in values:
            reading.add(value)
    except RefusedError as refused:
        raise refused.within(values, value) from None
    return reading.leaf()


class _Reading:
    """A leaf as far as it is read."""

    __slots__ = ("_absent", "_dialect", "_literals", "_numbers", "_terms", "_texts")

    def __init__(self, dialect: Dialect) -> None:
        self._dialect, self._absent = dialect, False
        self._texts: set[str] = set()
        self._numbers: set[int | float] = set()
        self._literals: list[bool | None] = []
        self._terms: list[Term] = []

    def add(self, value: Any) -> None:
        kind = value.__class__
        if kind is str:
            self._add_text(value)
        elif kind is tuple:
            self._add_expression(value)
        elif kind is int or kind is float:
            self._numbers.add(value)
        elif kind is list:
            raise RefusedError("Match value must be String, number, true, false, or null")
        elif value not in self._literals:
            self._literals.append(value)

    def _add_text(self, text: str) -> None:
        self._texts.add(text)
        # A text that is an address matches every way of writing it (event-ruler, CIDR.ipToRangeIfPossible).
        same = None if _NO_ADDRESS.fullmatch(text) else same_address(text)
        if same:
            self._terms.append(same)

    def _add_expression(self, members: Any) -> None:
        term = read_expression(members, self._dialect)
        if isinstance(term, Absent):
            self._absent = True
        elif isinstance(term, Exactly):
            self._texts.add(term.text)
        else:
            self._terms.append(term)

    def leaf(self) -> Leaf:
        literals, terms = tuple(self._literals), tuple(self._terms)
        return Leaf(frozenset(self._texts), frozenset(self._numbers), literals, terms, self._absent)
