"""The `numeric` operator: one comparison, or a range of two."""

from typing import Any, TypeGuard

from bus.patterns.refusal import Moment, RefusedError, next_after
from bus.patterns.terms import Numeric

_SIGNS = frozenset({"=", "<", "<=", ">", ">="})
_ONE, _TWO = 2, 4


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether `value` is a JSON number; Python's bool is an int, JSON's is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def numeric(comparisons: object, limit: float) -> Numeric:
    """The range that `[">", 0, "<=", 5]` stands for. Raises RefusedError, for the first fault from the left."""
    if not isinstance(comparisons, list):
        raise RefusedError("Value of numeric must be an array.")
    sign, bound = _first(comparisons)
    if len(comparisons) == _ONE:
        return _one_sided(sign, _bounded(bound, limit), limit)
    if sign not in (">", ">="):
        raise RefusedError("Too many elements in numeric expression", 2)
    upper_sign, top = _second(comparisons)
    low, high = _bounded(bound, limit), _bounded(top, limit)
    if low >= high:
        raise RefusedError("Bottom must be less than top", moment=Moment.END)
    return Numeric(low, high, sign == ">=", upper_sign == "<=")


def within(number: float, limit: float) -> float:
    """`number`, when AWS can compare it. Raises RefusedError beyond ±`limit`."""
    if not -limit <= number <= limit:
        text = f"Value must be between {-limit:.1E} and {limit:.1E}, inclusive".replace("E+0", "E")
        raise RefusedError(text)
    return number


def _first(comparisons: list[Any]) -> tuple[str, float]:
    if not comparisons:
        raise RefusedError("Invalid member in numeric match: ]", moment=Moment.END)
    sign = comparisons[0]
    if not isinstance(sign, str):
        raise RefusedError("Invalid member in numeric match: ", 0, quoting=True)
    if sign not in _SIGNS:
        raise next_after(comparisons, 1, f"Unrecognized numeric range operator: {sign}")
    return sign, _bound(comparisons, 1, "equals" if sign == "=" else sign)


def _second(comparisons: list[Any]) -> tuple[str, float]:
    sign = comparisons[2]
    if not isinstance(sign, str):
        raise RefusedError("Bad value in numeric range: ", 2, quoting=True)
    if sign not in ("<", "<="):
        raise RefusedError(f"Bad numeric range operator: {sign}", 2, moment=Moment.READ)
    top = _bound(comparisons, 3, sign)
    if len(comparisons) > _TWO:
        raise RefusedError("Too many terms in numeric range expression", _TWO)
    return sign, top


def _bound(comparisons: list[Any], index: int, sign: str) -> float:
    bound = comparisons[index] if index < len(comparisons) else None
    if not is_number(bound):
        raise next_after(comparisons, index, f"Value of {sign} must be numeric")
    return bound


def _bounded(bound: float, limit: float) -> float:
    try:
        return within(bound, limit)
    except RefusedError as refused:
        refused.moment = Moment.END  # AWS compares when it has read all
        raise


def _one_sided(sign: str, bound: float, limit: float) -> Numeric:
    if sign == "=":
        return Numeric(bound, bound)
    if sign in (">", ">="):
        return Numeric(bound, limit, includes_low=sign == ">=")
    return Numeric(-limit, bound, includes_high=sign == "<=")
