"""The Condition element of a statement (IAM user guide, "IAM JSON policy elements: Condition operators").

An operator that is not known here raises: a condition that nobody checks would let through what it forbids.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bus.local.errors import UnsupportedOperationError
from bus.local.policies.errors import MalformedPolicyError
from bus.local.policies.request import Request
from bus.local.policies.wildcards import arn_like, like

Compare = Callable[[str, str], bool]
Condition = Callable[[Request], bool]


def compile_conditions(block: Any, where: str) -> tuple[list[Condition], frozenset[str]]:
    """Every condition of a block, all of which are to hold, and the keys they ask for, in lower case.

    Raises MalformedPolicyError, of the statement `where`, and UnsupportedOperationError.
    """
    if not isinstance(block, Mapping) or not all(isinstance(wanted, Mapping) for wanted in block.values()):
        raise MalformedPolicyError(where, "Condition is to have an object for each of its operators")
    tests, keys = [], set()
    for operator, wanted in block.items():
        for key, values in wanted.items():
            if any(isinstance(value, Mapping | list) for value in (values if isinstance(values, list) else [values])):
                raise MalformedPolicyError(where, f"the values of {key} are to be texts, numbers or booleans")
            keys.add(key.lower())
            tests.append(_condition(operator, key, _texts(values)))
    return tests, frozenset(keys)


def _condition(operator: str, key: str, wanted: list[str]) -> Condition:
    quantifier, _, name = operator.rpartition(":")
    name, optional = name.removesuffix("IfExists"), name.endswith("IfExists")
    if any("${" in value for value in wanted):
        raise UnsupportedOperationError(f"policy variables, in the condition {operator} of {key}")
    if name == "Null" and not quantifier and not optional:
        absent = wanted == ["true"]
        return lambda request: (request.values(key) is None) is absent
    positive = name.replace("Not", "", 1) if name in _NEGATED else name
    compare = _COMPARISONS.get(positive)
    if compare is None or quantifier not in _QUANTIFIERS:
        raise UnsupportedOperationError(f"the condition operator {operator}")
    return _test(key, _among(wanted, compare, negated=name in _NEGATED), quantifier, missing=optional, name=name)


def _among(wanted: list[str], compare: Compare, *, negated: bool) -> Callable[[str], bool]:
    """Whether one value is one of those wanted; of a negated operator, whether it is none of them."""
    return lambda value: any(compare(value, each) for each in wanted) is not negated


def _test(key: str, fits: Callable[[str], bool], quantifier: str, *, missing: bool, name: str) -> Condition:
    # A key that the request does not have satisfies negated operators, IfExists and ForAllValues, and no other.
    without = quantifier == "ForAllValues" or (quantifier == "" and (missing or name in _NEGATED))
    every = quantifier == "ForAllValues" or (quantifier == "" and name in _NEGATED)

    def test(request: Request) -> bool:
        values = request.values(key)
        if values is None:
            return without
        return all(map(fits, values)) if every else any(map(fits, values))

    return test


def _texts(values: Any) -> list[str]:
    return [_text(value) for value in values] if isinstance(values, list) else [_text(values)]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _numeric(compare: Callable[[float, float], bool]) -> Compare:
    def numbers(value: str, wanted: str) -> bool:
        try:
            return compare(float(value), float(wanted))
        except ValueError:
            return False

    return numbers


_COMPARISONS: dict[str, Compare] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "NumericEquals": _numeric(float.__eq__),
    "NumericLessThan": _numeric(float.__lt__),
    "NumericLessThanEquals": _numeric(float.__le__),
    "NumericGreaterThan": _numeric(float.__gt__),
    "NumericGreaterThanEquals": _numeric(float.__ge__),
}


_NEGATED = frozenset(
    {
        "StringNotEquals",
        "StringNotEqualsIgnoreCase",
        "StringNotLike",
        "ArnNotEquals",
        "ArnNotLike",
        "NumericNotEquals",
    }
)
_QUANTIFIERS = ("", "ForAllValues", "ForAnyValue")
