"""Values of JSON and of CBOR as parameters: each shape becomes a function once, when it is first seen.

As AWS's servers do (measured on DynamoDB and Athena): a member that the shape does not have, or that is null, is as
good as absent; a fraction where an integer belongs is cut; every other wrong type is refused.
"""

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable
from typing import Any

from bus.local.wire.models import Shape
from bus.local.wire.shapes import moments
from bus.local.wire.shapes.malformed import MalformedError, mismatch

Decode = Callable[[Any], Any]
_NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_TRUTHS = {"true": True, "false": False}


def base64(value: Any) -> bytes:
    """A blob in JSON. Raises MalformedError."""
    if not isinstance(value, str):
        raise mismatch(value, "{} can not be converted to a Blob")
    try:
        return a2b_base64(value.encode(), strict_mode=True)
    except (Base64Error, UnicodeEncodeError) as error:
        raise MalformedError(f"'{value}' can not be converted to a Blob: {error}") from error


def octets(value: Any) -> bytes:
    """A blob in CBOR. Raises MalformedError."""
    if not isinstance(value, bytes):
        raise mismatch(value, "{} can not be converted to a Blob")
    return value


class Decoders:
    """The functions for one service's shapes; `blob` is the format's own. They raise MalformedError."""

    def __init__(self, blob: Decode) -> None:
        self._blob = blob
        self._structures: dict[str, Decode] = {}

    def of(self, shape: Any) -> Decode:
        """The function that makes parameters of a value of `shape`."""
        match shape.type_name:
            case "structure":
                return self._structure(shape)
            case "list":
                return _list(self.of(shape.member))
            case "map":
                return _map(self.of(shape.value))
            case "blob":
                return self._blob
        return _SCALARS.get(shape.type_name, _same)

    def _structure(self, shape: Any) -> Decode:
        if shape.is_document_type:
            return _same
        found = self._structures.get(shape.name)
        if found is None:
            found = self._structures[shape.name] = _Structure(self, shape).decode
        return found


class _Structure:
    """A structure's members, by their names on the wire: made at its first value, so shapes may hold themselves."""

    def __init__(self, decoders: Decoders, shape: Any) -> None:
        self._decoders, self._shape = decoders, shape
        self._members: dict[str, tuple[str, Decode]] | None = None

    def decode(self, value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise mismatch(value, "Expected null")
        members = self._members
        if members is None:
            members = self._members = self._made()
        read = {}
        for name, given in value.items():
            if given is not None and name in members:
                member, decode = members[name]
                read[member] = decode(given)
        return read

    def _made(self) -> dict[str, tuple[str, Decode]]:
        return {
            member.serialization.get("name", name): (name, self._decoders.of(member))
            for name, member in self._shape.members.items()
            if "location" not in member.serialization  # those of the URL and the headers are no part of a body
        }


def _list(member: Decode) -> Decode:
    def decode(value: Any) -> list[Any]:
        if type(value) is not list:
            raise mismatch(value, "Expected list or null")
        return [member(one) for one in value if one is not None]

    return decode


def _map(member: Decode) -> Decode:
    def decode(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise mismatch(value, "Expected map or null")
        return {_string(key): member(one) for key, one in value.items() if one is not None}

    return decode


def _same(value: Any) -> Any:
    return value


def _string(value: Any) -> str:
    if type(value) is not str:
        raise mismatch(value, "{} can not be converted to a String")
    return value


def _integer(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is not float or value - value != 0:  # neither NaN nor an infinity is a number of anything
        raise mismatch(value, "{} can not be converted to an Integer")
    return int(value)


def _float(value: Any) -> float:
    if type(value) is float or type(value) is int:
        return value
    if isinstance(value, str) and value in _NOT_FINITE:
        return _NOT_FINITE[value]
    raise mismatch(value, "{} can not be converted to a Double")


def _boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    if isinstance(value, str) and value.lower() in _TRUTHS:
        return _TRUTHS[value.lower()]
    raise mismatch(value, "{} can not be converted to a Boolean")


_SCALARS: dict[str, Decode] = {
    "string": _string,
    "character": _string,
    "integer": _integer,
    "long": _integer,
    "float": _float,
    "double": _float,
    "boolean": _boolean,
    "timestamp": moments.read,
}

__all__ = ["Decode", "Decoders", "Shape", "base64", "octets"]
