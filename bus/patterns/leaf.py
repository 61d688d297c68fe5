"""One field of a pattern: its list of values and match expressions, any of which may match."""

from dataclasses import dataclass
from typing import Any

from bus.patterns.addresses import address
from bus.patterns.dialects import Dialect
from bus.patterns.errors import InvalidPatternError
from bus.patterns.numbers import is_number
from bus.patterns.operators import read_expression
from bus.patterns.terms import Cidr, Present, Term


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
    """Read the list that a field of a pattern holds. Raises InvalidPatternError."""
    if not values:
        raise InvalidPatternError("Empty arrays are not allowed")
    if len(values) == 1 and isinstance(values[0], str) and ":" not in values[0]:
        return Leaf(frozenset(values))
    texts, numbers, literals, terms, absent = set(), set(), [], [], False
    for value in values:
        if isinstance(value, str):
            texts.add(value)
            terms += _same_address(value)
        elif isinstance(value, dict):
            if "exists" not in value:
                terms.append(read_expression(value, dialect))
            elif _existence(value):
                terms.append(Present(dialect.blank_is_absent))
            else:
                absent = True
        elif is_number(value):
            numbers.add(value)
        elif isinstance(value, list):
            raise InvalidPatternError("Match value must be String, number, true, false, or null")
        elif value not in literals:
            literals.append(value)
    return Leaf(frozenset(texts), frozenset(numbers), tuple(literals), tuple(terms), absent)


def _existence(expression: dict[str, Any]) -> bool:
    wanted = expression["exists"]
    if not isinstance(wanted, bool):
        raise InvalidPatternError("exists match pattern must be either true or false.")
    if len(expression) > 1:
        raise InvalidPatternError("Only one key allowed in match expression")
    return wanted


def _same_address(text: str) -> list[Cidr]:
    """An IPv6 address matches every way of writing it, as event-ruler has it (CIDR.ipToRangeIfPossible)."""
    found = address(text) if ":" in text else None
    return [Cidr(text, found[0], found[1], found[1])] if found else []
