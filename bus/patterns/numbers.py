"""The `numeric` operator: one comparison, or a range of two."""

import operator
from collections.abc import Callable
from typing import Any, TypeGuard

from bus.patterns.errors import InvalidPatternError

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ONE, _TWO = 2, 4


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether `value` is a JSON number; Python's bool is an int, JSON's is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def matches_numeric(terms: object, limit: float) -> Callable[[Any], bool]:
    """A test for [">", 0, "<=", 5]; numbers beyond ±`limit` never match."""
    if not isinstance(terms, list):
        raise InvalidPatternError("Value of numeric must be an array.")
    if not terms or not isinstance(terms[0], str):
        raise InvalidPatternError(f"Invalid member in numeric match: {terms[0] if terms else ']'}")
    compare, bound = _comparison(terms, 0, limit)
    if len(terms) == _ONE:
        return lambda value: is_number(value) and -limit <= value <= limit and compare(value, bound)
    below, top = _upper(terms, bound, limit)
    return lambda value: is_number(value) and compare(value, bound) and below(value, top)


def _upper(terms: list[Any], bottom: float, limit: float) -> tuple[Callable[[float, float], bool], float]:
    if terms[0] not in (">", ">="):
        raise InvalidPatternError("Too many elements in numeric expression")
    if not isinstance(terms[2], str):
        raise InvalidPatternError(f"Bad value in numeric range: {terms[2]}")
    if terms[2] not in ("<", "<="):
        raise InvalidPatternError(f"Bad numeric range operator: {terms[2]}")
    if len(terms) > _TWO:
        raise InvalidPatternError("Too many terms in numeric range expression")
    below, top = _comparison(terms, 2, limit)
    if bottom >= top:
        raise InvalidPatternError("Bottom must be less than top")
    return below, top


def _comparison(terms: list[Any], at: int, limit: float) -> tuple[Callable[[float, float], bool], float]:
    sign = terms[at]
    if sign not in _COMPARE:
        raise InvalidPatternError(f"Unrecognized numeric range operator: {sign}")
    bound = terms[at + 1] if at + 1 < len(terms) else None
    if not is_number(bound):
        raise InvalidPatternError(f"Value of {'equals' if sign == '=' else sign} must be numeric")
    return _COMPARE[sign], within(bound, limit)


def within(number: float, limit: float) -> float:
    """`number`, when AWS can compare it. Raises InvalidPatternError beyond ±`limit`."""
    if not -limit <= number <= limit:
        raise InvalidPatternError(f"Value must be between {-limit:.1E} and {limit:.1E}, inclusive".replace("E+0", "E"))
    return number
