"""Parameters of the query protocol: `Entries.member.1.Id=a&Entries.member.1.…`, a tree written as a form.

Smithy, "AWS query protocol". Each shape becomes a function of a node once. A node is a text, or a dict by the next part
of the name; one that is both has its text under "".
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from bus.local.wire.models import query_name
from bus.local.wire.shapes import moments
from bus.local.wire.shapes.decoding import base64
from bus.local.wire.shapes.malformed import MalformedError

Decode = Callable[[Any], Any]
_TEXT = ""
_NUMBER = str.isdecimal
_ACTION = re.compile(r"(?:^|&)Action=([A-Za-z0-9]*)(?=&|$)")


def tree(form: str) -> dict[str, Any]:
    """The tree of a form. Raises MalformedError for a form that is no UTF-8."""
    root: dict[str, Any] = {}
    try:
        pairs = parse_qsl(form, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise MalformedError("the form cannot be read") from error
    for name, value in pairs:
        node = root
        *path, last = name.split(".")
        for part in path:
            below = node.get(part)
            if not isinstance(below, dict):
                below = node[part] = {} if below is None else {_TEXT: below}
            node = below
        if isinstance(node.get(last), dict):
            node[last][_TEXT] = value
        else:
            node[last] = value
    return root


def action_of(form: str) -> str:
    """The operation that a form asks for, or ""."""
    found = _ACTION.search(form)
    return "" if found is None else found[1]


class FormDecoders:
    """The functions for one service's shapes. They raise MalformedError."""

    def __init__(self) -> None:
        self._structures: dict[str, Decode] = {}

    def of(self, shape: Any) -> Decode:
        """The function that makes parameters of a node of `shape`."""
        match shape.type_name:
            case "structure":
                found = self._structures.get(shape.name)
                if found is None:
                    found = self._structures[shape.name] = _Structure(self, shape).decode
                return found
            case "list":
                return self._list(shape)
            case "map":
                return self._map(shape)
        return _scalar(_SCALARS.get(shape.type_name, str))

    def _list(self, shape: Any) -> Decode:
        decode = self.of(shape.member)
        within = None if shape.serialization.get("flattened") else query_name(shape.member, "member")
        return lambda node: [decode(one) for one in _numbered(node, within)]

    def _map(self, shape: Any) -> Decode:
        key_name, value_name = query_name(shape.key, "key"), query_name(shape.value, "value")
        decode = self.of(shape.value)
        within = None if shape.serialization.get("flattened") else "entry"

        def entries(node: Any) -> dict[str, Any]:
            read = {}
            for entry in _numbered(node, within):
                if not isinstance(entry, dict) or not isinstance(entry.get(key_name), str) or value_name not in entry:
                    raise MalformedError(f"an entry of a map takes a {key_name} and a {value_name}")
                read[entry[key_name]] = decode(entry[value_name])
            return read

        return entries


class _Structure:
    """A structure's members, by their names in the form: made at its first node, so shapes may hold themselves."""

    def __init__(self, decoders: FormDecoders, shape: Any) -> None:
        self._decoders, self._shape = decoders, shape
        self._members: list[tuple[str, str, Decode]] | None = None

    def decode(self, node: Any) -> dict[str, Any]:
        if self._members is None:
            self._members = [
                (name, _name(member, name), self._decoders.of(member)) for name, member in self._shape.members.items()
            ]
        if not isinstance(node, dict):
            if node:
                raise MalformedError("a structure takes names, not a value")
            return {}
        return {name: decode(node[formal]) for name, formal, decode in self._members if formal in node}


def _name(member: Any, name: str) -> str:
    """A flattened list goes by the name of its members, if they have one."""
    if member.type_name == "list" and member.serialization.get("flattened"):
        return query_name(member.member, query_name(member, name))
    return query_name(member, name)


def _numbered(node: Any, within: str | None) -> Iterator[Any]:
    """What a list holds, in order of their numbers. An empty one is an empty text."""
    if node == "":
        return
    if within is not None and isinstance(node, dict):
        node = node.get(within, {})
    if not isinstance(node, dict):
        raise MalformedError("a list takes numbered names, not a value")
    numbers = [name for name in node if name]
    if not all(map(_NUMBER, numbers)):
        raise MalformedError("a list takes numbers in its names")
    for number in sorted(numbers, key=int):
        yield node[number]


def _scalar(decode: Callable[[str], Any]) -> Decode:
    def read(node: Any) -> Any:
        text = node.get(_TEXT) if isinstance(node, dict) else node
        if text is None:
            raise MalformedError("a value was expected, not further names")
        return decode(text)

    return read


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise MalformedError(f"{text} is not a valid Integer") from error


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise MalformedError(f"{text} is not a valid Double") from error


def _boolean(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise MalformedError(f"{text} is not a valid Boolean")
    return text.lower() == "true"


_SCALARS: dict[str, Decode] = {
    "integer": _integer,
    "long": _integer,
    "float": _float,
    "double": _float,
    "boolean": _boolean,
    "timestamp": moments.read,
    "blob": base64,
}
