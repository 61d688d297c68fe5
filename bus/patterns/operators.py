"""Match expressions: from `{"prefix": "us-"}` to the term that it stands for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bus.patterns.addresses import cidr
from bus.patterns.anything_but import anything_but
from bus.patterns.dialects import Dialect
from bus.patterns.numbers import numeric
from bus.patterns.reading import Members
from bus.patterns.refusal import Moment, RefusedError
from bus.patterns.terms import Cidr, EqualsIgnoreCase, Numeric, Prefix, Present, Suffix, Term, Wildcard
from bus.patterns.wildcard import wildcard


@dataclass(frozen=True, slots=True)
class Exactly:
    """`{"exactly": text}`: that text, which is never taken for an address. AWS reads it and does not document it."""

    text: str


@dataclass(frozen=True, slots=True)
class Absent:
    """`{"exists": false}`."""


def read_expression(members: Members, dialect: Dialect) -> Term | Exactly | Absent:
    """What a match expression says. Raises RefusedError."""
    if not members:
        raise RefusedError("Match expression name not found", moment=Moment.END)
    name, operand = members[0]
    if name not in dialect.operators or name not in _OPERATORS:
        raise RefusedError(f"Unrecognized match type {name}", 0)
    try:
        term = _OPERATORS[name](operand, dialect)
    except RefusedError as refused:
        raise refused.within(members, members[0]) from None
    if len(members) > 1:
        raise RefusedError(_SECOND_KEY.get(name, _ONLY_ONE), 1)
    return term


_ONLY_ONE = "Only one key allowed in match expression"
# AWS's words, whatever is too many.
_SECOND_KEY = dict.fromkeys(("numeric", "anything-but"), "Too many elements in numeric expression")


def _text(operand: object, name: str) -> str:
    if not isinstance(operand, str):
        raise RefusedError(f"{name} match pattern must be a string")
    return operand


def _ignoring_case(members: Members, name: str, dialect: Dialect) -> str:
    """The text of `{"equals-ignore-case": text}` within "prefix" or "suffix"."""
    if not dialect.affix_ignore_case:
        raise RefusedError(f"{name} match pattern must be a string")
    if not members:
        raise RefusedError(f"{name.capitalize()} expression name not found", moment=Moment.END)
    inner, text = members[0]
    if inner != "equals-ignore-case":
        raise RefusedError(f"Unsupported {name} pattern: {inner}", 0)
    if not isinstance(text, str):
        raise RefusedError("equals-ignore-case match pattern must be a string", 0)
    if len(members) > 1:
        raise RefusedError(_ONLY_ONE, 1)
    return text


def _prefix(operand: object, dialect: Dialect) -> Prefix:
    if isinstance(operand, tuple):
        return Prefix(_ignoring_case(operand, "prefix", dialect), ignore_case=True)
    return Prefix(_text(operand, "prefix"))


def _suffix(operand: object, dialect: Dialect) -> Suffix:
    if isinstance(operand, tuple):
        return Suffix(_ignoring_case(operand, "suffix", dialect), ignore_case=True)
    return Suffix(_text(operand, "suffix"))


def _equals_ignore_case(operand: object, _: Dialect) -> EqualsIgnoreCase:
    return EqualsIgnoreCase(_text(operand, "equals-ignore-case"))


def _wildcard(operand: object, _: Dialect) -> Wildcard:
    return wildcard(_text(operand, "wildcard"))


def _exactly(operand: object, _: Dialect) -> Exactly:
    return Exactly(_text(operand, "exact"))


def _numeric(operand: object, dialect: Dialect) -> Numeric:
    return numeric(operand, dialect.number_limit)


def _cidr(operand: object, _: Dialect) -> Cidr:
    return cidr(_text(operand, "prefix"))  # AWS says "prefix" here too


def _exists(operand: object, dialect: Dialect) -> Present | Absent:
    if not isinstance(operand, bool):
        raise RefusedError("exists match pattern must be either true or false.")
    return Present(dialect.blank_is_absent) if operand else Absent()


_OPERATORS: dict[str, Callable[[Any, Dialect], Term | Exactly | Absent]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _equals_ignore_case,
    "anything-but": anything_but,
    "numeric": _numeric,
    "exists": _exists,
    "cidr": _cidr,
    "wildcard": _wildcard,
    "exactly": _exactly,
}
