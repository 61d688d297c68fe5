"""Reading of an event's JSON only what some rule names: the rest is checked and skipped, not made into objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any, NoReturn, TypedDict

import msgspec

from bus.patterns.errors import InvalidEventError
from bus.patterns.parse import Path

Read = Callable[[bytes], dict[str, Any]]
_WIDEST = 64  # keys of one object; the decoder compares each key of an event with all of them
_DEEPEST = 50  # levels; what lies deeper is read whole

_Scalar = str | int | float | bool | None
_Object = TypedDict("_Object", {}, total=False)  # an object where a value is wanted: no part of it matters
_Leaf = _Scalar | list[Any] | _Object


def reader(paths: Collection[Path]) -> Read:
    """A function that reads from JSON bytes an event with the fields at `paths`, and perhaps others.

    It raises InvalidEventError for what is no JSON object in UTF-8.
    """
    decode = msgspec.json.Decoder(_object([path for path in paths if len(path) < _DEEPEST])).decode

    def read(data: bytes) -> dict[str, Any]:
        try:
            if not data.isascii():
                data.decode()  # the decoder skips text without looking at its encoding
            return decode(data)  # type: ignore[return-value] - a TypedDict, made here
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return read_whole(data)

    return read


def read_whole(data: bytes) -> dict[str, Any]:
    """The event, all of it. Raises InvalidEventError."""
    try:
        event = json.loads(data.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InvalidEventError(f"not JSON: {error}") from error
    if not isinstance(event, dict):
        raise InvalidEventError(f"a JSON {type(event).__name__}, not an object")
    return event


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _object(paths: list[Path]) -> Any:
    below: dict[str, list[Path]] = {}
    for path in paths:
        below.setdefault(path[0], []).append(path[1:])
    # msgspec 0.22 finds no key beyond ASCII in a TypedDict (seen).
    if len(below) > _WIDEST or not all(map(str.isascii, below)):
        return dict[str, Any]
    return TypedDict("Part", {key: _value(rest) for key, rest in below.items()}, total=False)  # type: ignore[misc]


def _value(paths: list[Path]) -> Any:
    inner = [path for path in paths if path]
    if not inner:
        return _Leaf
    part = _object(inner)
    return _Scalar | list[part | list[Any] | _Scalar] | part  # type: ignore[valid-type]
