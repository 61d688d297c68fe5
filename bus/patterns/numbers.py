"""The `numeric` operator: one comparison, or a range of two."""

from typing import Any, TypeGuard

from bus.patterns.errors import InvalidPatternError
from bus.patterns.terms import Numeric

_SIGNS = ("=", "<", "<=", ">", ">=")
_ONE, _TWO = 2, 4


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether `value` is a JSON number; Python's bool is an int, JSON's is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def numeric(comparisons: object, limit: float) -> Numeric:
    """The range that `[">", 0, "<=", 5]` stands for. Raises InvalidPatternError."""
    if not isinstance(comparisons, list):
        raise InvalidPatternError("Value of numeric must be an array.")
    if not comparisons or not isinstance(comparisons[0], str):
        raise InvalidPatternError(f"Invalid member in numeric match: {comparisons[0] if comparisons else ']'}")
    sign, bound = _comparison(comparisons, 0, limit)
    if len(comparisons) == _ONE:
        return _one_sided(sign, bound, limit)
    if sign not in (">", ">="):
        raise InvalidPatternError("Too many elements in numeric expression")
    upper_sign, top = _upper(comparisons, bound, limit)
    return Numeric(bound, top, sign == ">=", upper_sign == "<=")


def _one_sided(sign: str, bound: float, limit: float) -> Numeric:
    if sign == "=":
        return Numeric(bound, bound)
    if sign in (">", ">="):
        return Numeric(bound, limit, includes_low=sign == ">=")
    return Numeric(-limit, bound, includes_high=sign == "<=")


def _upper(comparisons: list[Any], bottom: float, limit: float) -> tuple[str, float]:
    if not isinstance(comparisons[2], str):
        raise InvalidPatternError(f"Bad value in numeric range: {comparisons[2]}")
    if comparisons[2] not in ("<", "<="):
        raise InvalidPatternError(f"Bad numeric range operator: {comparisons[2]}")
    if len(comparisons) > _TWO:
        raise InvalidPatternError("Too many terms in numeric range expression")
    sign, top = _comparison(comparisons, 2, limit)
    if bottom >= top:
        raise InvalidPatternError("Bottom must be less than top")
    return sign, top


def _comparison(comparisons: list[Any], at: int, limit: float) -> tuple[str, float]:
    sign = comparisons[at]
    if sign not in _SIGNS:
        raise InvalidPatternError(f"Unrecognized numeric range operator: {sign}")
    bound = comparisons[at + 1] if at + 1 < len(comparisons) else None
    if not is_number(bound):
        raise InvalidPatternError(f"Value of {'equals' if sign == '=' else sign} must be numeric")
    return sign, within(bound, limit)


def within(number: float, limit: float) -> float:
    """`number`, when AWS can compare it. Raises InvalidPatternError beyond ±`limit`."""
    if not -limit <= number <= limit:
        raise InvalidPatternError(f"Value must be between {-limit:.1E} and {limit:.1E}, inclusive".replace("E+0", "E"))
    return number
