"""Parsed patterns: from Python's values to a tree, of nothing but what JSON can say."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from bus.patterns.jackson.faults import non_standard
from bus.patterns.refusal import RefusedError

DEEPEST: Final = 200
TOO_DEEP = f"The pattern is nested deeper than {DEEPEST} levels"
TOO_LONG = "The pattern holds an integer of more than 4,300 digits"
_MOST_BITS = 14_000  # of such an integer, which Python neither reads nor writes


def plain(value: object, depth: int = 0) -> Any:
    """The tree of a parsed pattern. Raises RefusedError for what JSON cannot say, and for our own limits."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)  # of a subclass too: an enumeration's member, say
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, int):
        return _integer(value)
    if depth == DEEPEST:
        raise RefusedError(TOO_DEEP, locations=0)
    if isinstance(value, Mapping):
        return tuple((_name(name), plain(each, depth + 1)) for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return [plain(each, depth + 1) for each in value]
    raise _no_json(value)


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise _no_json(name)
    return str.__str__(name)


def _float(number: float) -> float:
    if isfinite(number):
        return float(number)
    word = str(float(number)).replace("nan", "NaN").replace("inf", "Infinity")
    raise RefusedError(non_standard(word), locations=0)


def _integer(number: int) -> int:
    if number.bit_length() > _MOST_BITS:
        raise RefusedError(TOO_LONG, locations=0)
    return int(number)


def _no_json(value: object) -> RefusedError:
    return RefusedError(f"Not valid JSON: a pattern cannot hold a {type(value).__name__} here", locations=0)
