"""Match expressions: from `{"prefix": "us-"}` to the term that it stands for."""

from collections.abc import Callable
from typing import Any

from bus.patterns.addresses import cidr
from bus.patterns.dialects import Dialect
from bus.patterns.errors import InvalidPatternError
from bus.patterns.numbers import is_number, numeric, within
from bus.patterns.terms import AnythingBut, Cidr, EqualsIgnoreCase, Numeric, Prefix, Suffix, Term, Wildcard
from bus.patterns.wildcard import wildcard


def read_expression(expression: dict[str, Any], dialect: Dialect) -> Term:
    """The term of any match expression but `exists`. Raises InvalidPatternError."""
    if not expression:
        raise InvalidPatternError("Match expression name not found")
    name, operand = next(iter(expression.items()))
    if name not in dialect.operators or name not in _OPERATORS:
        raise InvalidPatternError(f"Unrecognized match type {name}")
    term = _OPERATORS[name](operand, dialect)
    if len(expression) > 1:
        raise InvalidPatternError("Only one key allowed in match expression")
    return term


def _text(operand: object, name: str) -> str:
    if not isinstance(operand, str):
        raise InvalidPatternError(f"{name} match pattern must be a string")
    return operand


def _ignoring_case(operand: dict[str, Any], name: str, dialect: Dialect) -> str:
    """The text of `{"equals-ignore-case": text}` within "prefix" or "suffix"."""
    if not dialect.affix_ignore_case:
        raise InvalidPatternError(f"{name} match pattern must be a string")
    if not operand:
        raise InvalidPatternError(f"{name.capitalize()} expression name not found")
    inner, text = next(iter(operand.items()))
    if inner != "equals-ignore-case":
        raise InvalidPatternError(f"Unsupported {name} pattern: {inner}")
    if len(operand) > 1:
        raise InvalidPatternError("Only one key allowed in match expression")
    return _text(text, "equals-ignore-case")


def _prefix(operand: object, dialect: Dialect) -> Prefix:
    if isinstance(operand, dict):
        return Prefix(_ignoring_case(operand, "prefix", dialect), ignore_case=True)
    return Prefix(_text(operand, "prefix"))


def _suffix(operand: object, dialect: Dialect) -> Suffix:
    if isinstance(operand, dict):
        return Suffix(_ignoring_case(operand, "suffix", dialect), ignore_case=True)
    return Suffix(_text(operand, "suffix"))


def _equals_ignore_case(operand: object, _: Dialect) -> EqualsIgnoreCase:
    return EqualsIgnoreCase(_text(operand, "equals-ignore-case"))


def _wildcard(operand: object, _: Dialect) -> Wildcard:
    return wildcard(_text(operand, "wildcard"))


def _numeric(operand: object, dialect: Dialect) -> Numeric:
    return numeric(operand, dialect.number_limit)


def _cidr(operand: object, _: Dialect) -> Cidr:
    return cidr(_text(operand, "prefix"))  # AWS says "prefix" here too


def _anything_but(operand: object, dialect: Dialect) -> AnythingBut:
    if isinstance(operand, dict):
        return AnythingBut(terms=_inner_terms(operand, dialect))
    values = operand if isinstance(operand, list) else [operand]
    if not isinstance(operand, list) and not (isinstance(operand, str) or is_number(operand)):
        raise InvalidPatternError("Value of anything-but must be an array or single string/number value.")
    if not all(isinstance(value, str) or is_number(value) for value in values):
        raise InvalidPatternError("Inside anything but list, start|null|boolean is not supported.")
    if len({isinstance(value, str) for value in values}) != 1:
        raise InvalidPatternError(
            "Inside anything but list, either all values are number or string, mixed type is not supported"
        )
    return AnythingBut(frozenset(within(each, dialect.number_limit) if is_number(each) else each for each in values))


_Inner = Prefix | Suffix | EqualsIgnoreCase | Wildcard


def _inner_terms(operand: dict[str, Any], dialect: Dialect) -> tuple[_Inner, ...]:
    if not operand:
        raise InvalidPatternError("Anything-But expression name not found")
    name, texts = next(iter(operand.items()))
    if name not in dialect.anything_but:
        raise InvalidPatternError(f"Unsupported anything-but pattern: {name}")
    if len(operand) > 1:
        raise InvalidPatternError("Too many elements in numeric expression")  # AWS's words, whatever the operator
    return tuple(_inner_term(name, text) for text in (texts if isinstance(texts, list) else [texts]))


def _inner_term(name: str, text: object) -> _Inner:
    if not isinstance(text, str):
        raise InvalidPatternError(_NOT_TEXT[name])
    if not text and name in ("prefix", "suffix"):
        raise InvalidPatternError("Null prefix/suffix not allowed")
    return _INNER[name](text)


_NOT_TEXT = {
    "prefix": "prefix/suffix match pattern must be a string",
    "suffix": "prefix/suffix match pattern must be a string",
    "wildcard": "wildcard match pattern must be a string",
    "equals-ignore-case": ("Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."),
}

_INNER: dict[str, Callable[[str], _Inner]] = {
    "prefix": Prefix,
    "suffix": Suffix,
    "equals-ignore-case": EqualsIgnoreCase,
    "wildcard": wildcard,
}

_OPERATORS: dict[str, Callable[[Any, Dialect], Term]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _equals_ignore_case,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
    "wildcard": _wildcard,
}
