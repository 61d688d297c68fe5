"""What the rules of a set can see of an event: the fields that they name, as attributes of generated classes.

The JSON parser fills such a view directly and skips the rest of the event: it checks the text of
what no rule names, but makes no objects of it. Attributes are also what Python reads fastest.
"""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

import msgspec

from bus.patterns.parse import Path

_WIDEST = 64  # keys of one object; the parser compares each key of an event with all of them
_DEEPEST = 12  # levels, each a loop within another where arrays hold arrays of objects: Python nests twenty
_UNSPELLABLE = {'"', "\\"}
_CLASSES = 4096

_Scalar = str | int | float | bool | None
_Shape = tuple[tuple[str, "_Shape | None"], ...]


class Part(msgspec.Struct, frozen=True, gc=False):
    """An object of the event, or of an array in it."""


class Opaque(Part, frozen=True, gc=False):
    """An object where the rules want a value: nothing in it matters."""


ABSENT = msgspec.UNSET  # the value of a field that the event does not have
View = Part | dict[str, Any]


class Reader:
    """Makes views of events with the fields at `paths`."""

    __slots__ = ("_class", "read_json")

    def __init__(self, paths: Collection[Path]) -> None:
        self._class = _class_of(_shape(paths))
        # Skips text without looking at its encoding. Raises msgspec.MsgspecError where a view is not to be had.
        self.read_json: Callable[[bytes], Part] = msgspec.json.Decoder(self._class).decode

    def read(self, event: object) -> Part:
        """The view of a parsed event. Raises msgspec.MsgspecError where it is not to be had."""
        return msgspec.convert(event, self._class)


class NoReader:
    """Stands in where views would not do, or take longer than to search whole events."""

    def read(self, _: object) -> Part:
        """Raises ValueError."""
        raise ValueError("these fields are not to be had in a view")

    read_json = read


def visible(path: Path) -> bool:
    """Whether a view can have the field."""
    return len(path) <= _DEEPEST and all(key.isprintable() and not _UNSPELLABLE & set(key) for key in path)


def narrow(paths: Collection[Path]) -> bool:
    """Whether a view of these fields is quickly read: no object has very many of them."""
    return max(map(len, _children(paths).values()), default=0) <= _WIDEST


def as_dict(view: View) -> Any:
    """The event's fields as json.loads would give them."""
    return view if view.__class__ is dict else msgspec.to_builtins(view)


def values_below(array: list[Any], names: tuple[str, ...]) -> list[Any]:
    """The values that the objects of an array hold in the attributes `names`, each within the one before.

    Raises TypeError for arrays in arrays, which a view does not look into.
    """
    for name in names:
        flat = [inner for each in array for inner in (each if each.__class__ is list else (each,))]
        if dict in map(type, flat) or list in map(type, flat):
            raise TypeError("an array in an array")
        array = [getattr(part, name) for part in flat if isinstance(part, Part)]
    return array


@lru_cache(maxsize=_CLASSES)
def attribute(key: str) -> str:
    """The name of the attribute that holds what `key` names."""
    # The prefix keeps apart from what values of other types have as attributes: lists have a `count`.
    plain = key.isidentifier() and key.isascii()
    return f"f_{key}" if plain else f"x_{key.encode(errors='surrogatepass').hex()}"


def _children(paths: Collection[Path]) -> dict[Path, set[str]]:
    found: dict[Path, set[str]] = {}
    for path in paths:
        for length, key in enumerate(path):
            found.setdefault(path[:length], set()).add(key)
    return found


def _shape(paths: Collection[Path]) -> _Shape:
    below: dict[str, list[Path]] = {}
    for path in paths:
        below.setdefault(path[0], []).append(path[1:])
    inner = {key: [path for path in rest if path] for key, rest in below.items()}
    return tuple((key, _shape(inner[key]) if inner[key] else None) for key in sorted(below))


@lru_cache(maxsize=_CLASSES)
def _class_of(shape: _Shape) -> type[Part]:
    fields = [(attribute(key), *_type_and_default(below)) for key, below in shape]
    names = {attribute(key): key for key, _ in shape}
    made: type[Any] = msgspec.defstruct("View", fields, bases=(Part,), rename=names, frozen=True, gc=False)
    return made


def _type_and_default(below: "_Shape | None") -> tuple[Any, Any]:
    if below is None:
        return _Scalar | list[Any] | Opaque | msgspec.UnsetType, ABSENT
    part = _class_of(below)
    return _Scalar | list[part | list[Any] | _Scalar] | part, part()  # type: ignore[valid-type]
