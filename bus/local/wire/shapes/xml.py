"""Responses as XML, as the query protocol has it: each shape becomes a function once.

Smithy, "XML shape serialization": a list is an element with its members in `member`, a map one with `entry`s of `key`
and `value`; flattened ones have no element of their own. What a shape does not describe stays behind, and so does None.
"""

from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from bus.local.wire.models import query_name
from bus.local.wire.shapes import moments
from bus.local.wire.shapes.encoding import base64

# Appends a value's elements, which are named after the first parameter.
Write = Callable[[list[str], str, Any], None]
_ESCAPES = {"\r": "&#xD;", '"': "&quot;"}  # as SQS writes them


def text(value: Any) -> str:
    """A text within an element."""
    return escape(str(value), _ESCAPES)


class XmlWriters:
    """The functions for one service's shapes."""

    def __init__(self) -> None:
        self._structures: dict[str, _Structure] = {}

    def members(self, shape: Any) -> Callable[[list[str], Mapping[str, Any]], None]:
        """The function that appends the elements of a structure's members, without one around them."""
        return self._structure(shape).write_members

    def of(self, shape: Any) -> Write:
        """The function that appends the elements of a value of `shape`."""
        match shape.type_name:
            case "structure":
                return self._structure(shape).write
            case "list":
                return self._list(shape)
            case "map":
                return self._map(shape)
            case "timestamp":
                form = shape.serialization.get("timestampFormat", "iso8601")
                return _scalar(lambda value: str(moments.written(value, form)))
        return _scalar(_SCALARS.get(shape.type_name, text))

    def _structure(self, shape: Any) -> "_Structure":
        found = self._structures.get(shape.name)
        if found is None:
            found = self._structures[shape.name] = _Structure(self, shape)
        return found

    def _list(self, shape: Any) -> Write:
        write = self.of(shape.member)
        flattened = bool(shape.serialization.get("flattened"))
        member = query_name(shape.member, "" if flattened else "member")

        def append(out: list[str], name: str, values: Any) -> None:
            if flattened:
                for value in values:
                    write(out, member or name, value)
                return
            out.append(f"<{name}>")
            for value in values:
                write(out, member, value)
            out.append(f"</{name}>")

        return append

    def _map(self, shape: Any) -> Write:
        write = self.of(shape.value)
        key_name, value_name = query_name(shape.key, "key"), query_name(shape.value, "value")
        flattened = bool(shape.serialization.get("flattened"))

        def append(out: list[str], name: str, values: Any) -> None:
            entry = name if flattened else "entry"
            if not flattened:
                out.append(f"<{name}>")
            for key, value in values.items():
                out.append(f"<{entry}><{key_name}>{text(key)}</{key_name}>")
                write(out, value_name, value)
                out.append(f"</{entry}>")
            if not flattened:
                out.append(f"</{name}>")

        return append


class _Structure:
    """A structure's members: made at its first value, so shapes may hold themselves."""

    def __init__(self, writers: XmlWriters, shape: Any) -> None:
        self._writers, self._shape = writers, shape
        self._members: dict[str, tuple[str, Write]] | None = None

    def write(self, out: list[str], name: str, value: Mapping[str, Any]) -> None:
        out.append(f"<{name}>")
        self.write_members(out, value)
        out.append(f"</{name}>")

    def write_members(self, out: list[str], value: Mapping[str, Any]) -> None:
        members = self._members
        if members is None:
            members = self._members = {
                name: (query_name(member, name), self._writers.of(member))
                for name, member in self._shape.members.items()
            }
        for name, given in value.items():
            if given is not None and name in members:
                element, write = members[name]
                write(out, element, given)


def _scalar(of: Callable[[Any], str]) -> Write:
    def append(out: list[str], name: str, value: Any) -> None:
        out.append(f"<{name}>{of(value)}</{name}>")

    return append


def _boolean(value: Any) -> str:
    return "true" if value else "false"


_SCALARS: dict[str, Callable[[Any], str]] = {"boolean": _boolean, "blob": base64}
