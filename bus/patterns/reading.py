"""From a pattern as it is given to its tree, and from a refusal on the tree to the error about what was given.

In the tree an array is a list, and an object the tuple of its members, each a name and a value: AWS reads a member
whose name comes a second time like any other.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from bus.patterns.errors import InvalidPatternError, Place
from bus.patterns.jackson.locating import locate, location
from bus.patterns.jackson.salvage import salvaged
from bus.patterns.plain import DEEPEST, TOO_DEEP, TOO_LONG, plain
from bus.patterns.refusal import RefusedError

Members = tuple[tuple[str, Any], ...]

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)


class Given:
    """A pattern as somebody gave it: JSON text, or a parsed one, about which no error can name line and column."""

    __slots__ = ("_fault", "_max_length", "_pattern", "_tree")

    def __init__(self, pattern: str | Mapping[str, Any], max_length: int) -> None:
        self._pattern, self._max_length = pattern, max_length
        self._tree: Any = None
        self._fault: RefusedError | None = None

    def read(self) -> Any:
        """The tree; of a text that is no JSON what stands before its fault. Raises RefusedError."""
        pattern = self._pattern
        if not isinstance(pattern, str):
            self._tree = plain(pattern)
            return self._tree
        if len(pattern) > self._max_length:
            raise RefusedError(f"The pattern is longer than {self._max_length} characters", locations=0)
        if pattern.count("{") + pattern.count("[") > DEEPEST and _depth(pattern) > DEEPEST:
            raise RefusedError(TOO_DEEP, locations=0)
        try:
            self._tree = _decode(pattern)
        except ValueError:
            self._tree, fault = salvaged(pattern)
            self._fault = fault or RefusedError(TOO_LONG, locations=0)
        return self._tree

    def check_whole(self) -> None:
        """Raises RefusedError when the tree was only part of the text."""
        if self._fault is not None:
            raise self._fault

    def error(self, refused: RefusedError, prefix: str) -> InvalidPatternError:
        """The error to raise: for a fault of the text instead, where AWS's reader comes to that first."""
        pattern = self._pattern
        if isinstance(pattern, str) and (refused.locations or self._fault):
            refused, reason, line, column = locate(refused, pattern)
            end = location(pattern, line, column) * refused.locations
            place, _ = self._at(refused)
        else:
            place, value = self._at(refused)
            reason, end, line, column = refused.reason + (_text(value) if refused.quoting else ""), "", None, None
        if not refused.locations:
            line = column = None
        start = prefix if refused.prefix is None else refused.prefix
        return InvalidPatternError(reason, start, location=end, line=line, column=column, place=place)

    def _at(self, refused: RefusedError) -> tuple[Place, Any]:
        """Where in the pattern it was refused, and what stands there."""
        place: list[str | int] = []
        value = self._tree
        for step in refused.steps:
            name, value = value[step] if isinstance(value, tuple) else (step, value[step])
            place.append(name)
        return tuple(place), value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


_decode = json.JSONDecoder(object_pairs_hook=tuple, parse_constant=_refuse_constant).decode


def _depth(text: str) -> int:
    deepest = depth = 0
    for character in _STRINGS.sub("", text):
        depth += (character in "{[") - (character in "}]")
        deepest = max(deepest, depth)
    return deepest


def _text(value: Any) -> str:
    """What Jackson says of a value when it has read its first token."""
    return "{" if isinstance(value, tuple) else "[" if isinstance(value, list) else json.dumps(value)
