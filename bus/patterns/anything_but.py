"""The `anything-but` operator, over values or over texts that begin, end or look in some way."""

from collections.abc import Callable
from typing import Any

from bus.patterns.dialects import Dialect
from bus.patterns.numbers import is_number, within
from bus.patterns.reading import Members
from bus.patterns.refusal import Moment, RefusedError
from bus.patterns.terms import AnythingBut, EqualsIgnoreCase, Prefix, Suffix, Wildcard
from bus.patterns.wildcard import wildcard

_Inner = Prefix | Suffix | EqualsIgnoreCase | Wildcard
_INNER: dict[str, Callable[[str], _Inner]] = {
    "prefix": Prefix,
    "suffix": Suffix,
    "equals-ignore-case": EqualsIgnoreCase,
    "wildcard": wildcard,
}
_NOT_TEXT = {
    "prefix": "prefix/suffix match pattern must be a string",
    "suffix": "prefix/suffix match pattern must be a string",
    "wildcard": "wildcard match pattern must be a string",
    "equals-ignore-case": "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
}
_TWICE = 2  # what AWS wraps in another error


def anything_but(operand: object, dialect: Dialect) -> AnythingBut:
    """What `{"anything-but": operand}` excludes. Raises RefusedError."""
    if isinstance(operand, str):
        return AnythingBut(frozenset((operand,)))
    if isinstance(operand, list):
        return AnythingBut(_listed(operand, dialect.number_limit))
    if isinstance(operand, tuple):
        return AnythingBut(terms=_inner(operand, dialect))
    if is_number(operand):
        return AnythingBut(frozenset((_single(operand, dialect.number_limit),)))
    raise RefusedError(_NO_VALUE)


_NO_VALUE = "Value of anything-but must be an array or single string/number value."


def _single(number: float, limit: float) -> float:
    try:
        return within(number, limit)
    except RefusedError as refused:
        refused.locations = 0
        raise


def _listed(values: list[Any], limit: float) -> frozenset[str | int | float]:
    value: object = None
    try:
        for value in values:
            _check_value(value, limit)
    except RefusedError as refused:
        raise refused.within(values, value) from None
    if len({isinstance(value, str) for value in values}) != 1:
        raise RefusedError(
            "Inside anything but list, either all values are number or string, mixed type is not supported",
            moment=Moment.END,
        )
    return frozenset(values)


def _check_value(value: object, limit: float) -> None:
    if is_number(value):
        within(value, limit)
    elif not isinstance(value, str):
        raise RefusedError("Inside anything but list, start|null|boolean is not supported.", locations=_TWICE)


def _inner(members: Members, dialect: Dialect) -> tuple[_Inner, ...]:
    if not members:
        raise RefusedError("Anything-But expression name not found", moment=Moment.END)
    name, texts = members[0]
    if name not in dialect.anything_but:
        raise RefusedError(f"Unsupported anything-but pattern: {name}", 0)
    try:
        terms = _terms(name, texts)
    except RefusedError as refused:
        raise refused.within(members, members[0]) from None
    if len(members) > 1:
        raise RefusedError("Too many elements in numeric expression", 1)  # AWS's words, whatever the operator
    return terms


def _terms(name: str, texts: object) -> tuple[_Inner, ...]:
    if isinstance(texts, list):
        return _listed_terms(name, texts)
    if not isinstance(texts, str) and not is_number(texts):
        raise RefusedError(_NO_VALUE)
    return (_INNER[name](_checked(name, texts)),)


def _listed_terms(name: str, texts: list[Any]) -> tuple[_Inner, ...]:
    text: object = None
    try:
        for text in texts:
            _checked(name, text)
    except RefusedError as refused:
        refused.locations = _TWICE
        raise refused.within(texts, text) from None
    try:
        return tuple(map(_INNER[name], texts))
    except RefusedError as refused:
        refused.moment = Moment.END  # AWS looks at wildcards when it has read all
        raise


def _checked(name: str, text: object) -> str:
    if not isinstance(text, str):
        raise RefusedError(_NOT_TEXT[name])
    if not text and name in ("prefix", "suffix"):
        raise RefusedError("Null prefix/suffix not allowed", moment=Moment.READ)
    return text
