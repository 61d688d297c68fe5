"""The Condition element of a statement (IAM user guide, "IAM JSON policy elements: Condition operators").

An operator that is not known here raises: a condition that nobody checks would let through what it forbids.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bus.local.errors import UnsupportedOperationError
from bus.local.policies.errors import MalformedPolicyError
from bus.local.policies.operators import COMPARISONS, NEGATED, PATTERNS
from bus.local.policies.request import Request
from bus.local.policies.variables import escaped, has_variables, plain, text_of

Condition = Callable[[Request], bool]
# Whether a value of the request is one that the policy names.
_Fits = Callable[[str, Request], bool]


def compile_conditions(block: Any, where: str, *, variables: bool = True) -> tuple[list[Condition], frozenset[str]]:
    """Every condition of a block, all of which are to hold, and the keys they ask for, in lower case.

    `variables` says whether the policy's version knows policy variables. Raises MalformedPolicyError, of the statement
    `where`, and UnsupportedOperationError.
    """
    if not isinstance(block, Mapping) or not all(isinstance(wanted, Mapping) for wanted in block.values()):
        raise MalformedPolicyError(where, "Condition is to have an object for each of its operators")
    tests, keys = [], set()
    for operator, wanted in block.items():
        for key, values in wanted.items():
            if any(isinstance(value, Mapping | list) for value in (values if isinstance(values, list) else [values])):
                raise MalformedPolicyError(where, f"the values of {key} are to be texts, numbers or booleans")
            keys.add(key.lower())
            tests.append(_condition(operator, key, _texts(values), variables=variables))
    return tests, frozenset(keys)


def _condition(operator: str, key: str, wanted: list[str], *, variables: bool) -> Condition:
    quantifier, _, name = operator.rpartition(":")
    name, optional = name.removesuffix("IfExists"), name.endswith("IfExists")
    if name == "Null" and not quantifier and not optional:
        absent = wanted == ["true"]
        return lambda request: (request.values(key) is None) is absent
    positive = NEGATED.get(name, name)
    if positive not in COMPARISONS or quantifier not in _QUANTIFIERS:
        raise UnsupportedOperationError(f"the condition operator {operator}")
    fits = [_one(positive, each, variables=variables) for each in wanted]
    return _test(key, fits, quantifier, optional=optional, negated=name in NEGATED)


def _one(operator: str, wanted: str, *, variables: bool) -> _Fits:
    compare = COMPARISONS[operator]
    if not variables or not has_variables(wanted):
        return lambda value, _: compare(value, wanted)
    fill, is_pattern = text_of(wanted), operator in PATTERNS

    def filled(value: str, request: Request) -> bool:
        text = fill(request)
        if text is None:
            return False
        return compare(escaped(value), text) if is_pattern else compare(value, plain(text))

    return filled


def _test(key: str, fits: list[_Fits], quantifier: str, *, optional: bool, negated: bool) -> Condition:
    # A key that the request does not have satisfies negated operators, IfExists and ForAllValues, and no other.
    without = quantifier == "ForAllValues" or (quantifier == "" and (optional or negated))
    every = quantifier == "ForAllValues" or (quantifier == "" and negated)

    def test(request: Request) -> bool:
        values = request.values(key)
        if values is None:
            return without
        found = (any(one(value, request) for one in fits) is not negated for value in values)
        return all(found) if every else any(found)

    return test


def _texts(values: Any) -> list[str]:
    return [_text(value) for value in values] if isinstance(values, list) else [_text(values)]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_QUANTIFIERS = ("", "ForAllValues", "ForAnyValue")
