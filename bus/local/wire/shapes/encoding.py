"""Responses as values of JSON and of CBOR: each shape becomes a function once, when it is first seen.

What a shape does not describe stays behind: rooms tell one another more than AWS tells its callers. So does None.
"""

from binascii import b2a_base64
from collections.abc import Callable, Mapping
from math import isfinite, isnan
from typing import Any

from bus.local.wire.shapes import moments

Encode = Callable[[Any], Any]


def base64(value: Any) -> str:
    """A blob for JSON."""
    return b2a_base64(value.encode() if isinstance(value, str) else value, newline=False).decode()


def octets(value: Any) -> bytes:
    """A blob for CBOR."""
    return value.encode() if isinstance(value, str) else bytes(value)


class Encoders:
    """The functions for one service's shapes; `blob`, `moment` (of a timestamp and its format) are the format's own."""

    def __init__(self, blob: Encode, moment: Callable[[Any, str], Any]) -> None:
        self._blob, self._moment = blob, moment
        self._structures: dict[str, Encode] = {}

    def of(self, shape: Any) -> Encode:
        """The function that makes values for the wire of a response of `shape`."""
        match shape.type_name:
            case "structure":
                encode = self._structure(shape)
            case "list":
                encode = _list(self.of(shape.member))
            case "map":
                encode = _map(self.of(shape.value))
            case "timestamp":
                encode = self._timestamp(shape.serialization.get("timestampFormat", "unixtimestamp"))
            case "blob":
                encode = self._blob
            case "float" | "double":
                encode = _float
            case _:
                encode = _same
        return encode

    def _timestamp(self, form: str) -> Encode:
        return lambda value: self._moment(value, form)

    def _structure(self, shape: Any) -> Encode:
        if shape.is_document_type:
            return _same
        found = self._structures.get(shape.name)
        if found is None:
            found = self._structures[shape.name] = _Structure(self, shape).encode
        return found


class _Structure:
    """A structure's members, by their names in Python: made at its first value, so shapes may hold themselves."""

    def __init__(self, encoders: Encoders, shape: Any) -> None:
        self._encoders, self._shape = encoders, shape
        self._members: dict[str, tuple[str, Encode]] | None = None

    def encode(self, value: Mapping[str, Any]) -> dict[str, Any]:
        members = self._members
        if members is None:
            members = self._members = self._made()
        written = {}
        for name, given in value.items():
            if given is not None and name in members:
                member, encode = members[name]
                written[member] = encode(given)
        return written

    def _made(self) -> dict[str, tuple[str, Encode]]:
        return {
            name: (member.serialization.get("name", name), self._encoders.of(member))
            for name, member in self._shape.members.items()
            if "location" not in member.serialization  # those of the headers are no part of a body
        }


def _list(member: Encode) -> Encode:
    return list if member is _same else lambda value: [member(one) for one in value]


def _map(member: Encode) -> Encode:
    return dict if member is _same else lambda value: {key: member(one) for key, one in value.items()}


def _same(value: Any) -> Any:
    return value


def _float(value: Any) -> Any:
    if isfinite(value):
        return float(value)
    return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"


def moment_in_json(value: Any, form: str) -> int | float | str:
    """A timestamp for JSON."""
    return moments.written(value, form)
