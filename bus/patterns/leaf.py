"""One field of a pattern: its list of values and match expressions, any of which may match."""

from dataclasses import dataclass
from typing import Any

from bus.patterns.dialects import Dialect
from bus.patterns.errors import InvalidPatternError
from bus.patterns.numbers import is_number
from bus.patterns.operators import Test, compile_expression


@dataclass(frozen=True)
class Leaf:
    """What a field accepts: a value when one of `texts`, `numbers`, `literals`, `tests` does, its absence too."""

    texts: frozenset[str]
    numbers: frozenset[float]
    literals: tuple[bool | None, ...]
    tests: tuple[Test, ...]
    absent: bool

    @property
    def only_texts(self) -> bool:
        return bool(self.texts) and not (self.numbers or self.literals or self.tests or self.absent)


def parse_leaf(values: list[Any], dialect: Dialect) -> Leaf:
    """Read the list that a field of a pattern holds. Raises InvalidPatternError."""
    if not values:
        raise InvalidPatternError("Empty arrays are not allowed")
    expressions = [value for value in values if isinstance(value, dict)]
    if any(isinstance(value, list) for value in values):
        raise InvalidPatternError("Match value must be String, number, true, false, or null")
    existence = [_existence(expression) for expression in expressions if "exists" in expression]
    tests = [compile_expression(each, dialect) for each in expressions if "exists" not in each]
    if True in existence:
        tests.append(_present_and_filled if dialect.blank_is_absent else _present)
    return Leaf(
        texts=frozenset(value for value in values if isinstance(value, str)),
        numbers=frozenset(value for value in values if is_number(value)),
        literals=tuple(literal for literal in (True, False, None) if any(value is literal for value in values)),
        tests=tuple(tests),
        absent=False in existence,
    )


def _existence(expression: dict[str, Any]) -> bool:
    wanted = expression["exists"]
    if not isinstance(wanted, bool):
        raise InvalidPatternError("exists match pattern must be either true or false.")
    if len(expression) > 1:
        raise InvalidPatternError("Only one key allowed in match expression")
    return wanted


def _present(_: object) -> bool:
    return True


def _present_and_filled(value: object) -> bool:
    return value is not None and value != ""
