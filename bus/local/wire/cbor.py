"""CBOR (RFC 8949), as AWS's two protocols over it use it: maps by texts, byte strings, and times under tag 1.

Of Smithy's protocol a time is in seconds; of the older `application/x-amz-cbor-1.1`, against the RFC, it is in
milliseconds (aws-sdk-java-v2, issue 4661): hence `per_second`, of the number under tag 1.
"""

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bus.local.wire.shapes.malformed import MalformedError
from bus.local.wire.shapes.moments import from_epoch

_DEEPEST = 150  # levels: far more than any shape has
_UNTIL_BREAK = -1
_BREAK = object()
_SIZES = {24: ">B", 25: ">H", 26: ">I", 27: ">Q"}
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_SIMPLE = {20: False, 21: True, 22: None, 23: None}
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _OTHER = range(8)
_TIME = 1


def loads(data: bytes, per_second: float = 1) -> Any:
    """The one value that `data` is. Raises MalformedError for anything else."""
    reader = _Reader(data, per_second)
    try:
        value = reader.value(0)
    except (struct.error, UnicodeDecodeError, TypeError, OverflowError, OSError, ValueError) as error:
        # Cut short, no text, a list for a key, a year that does not exist.
        raise MalformedError from error
    if value is _BREAK or reader.at != len(data):
        raise MalformedError
    return value


class _Reader:
    def __init__(self, data: bytes, per_second: float) -> None:
        self._data, self._per_second, self.at = data, per_second, 0

    def value(self, depth: int) -> Any:
        if depth > _DEEPEST:
            raise MalformedError
        (head,) = self._take(1)
        kind, more = head >> 5, head & 31
        if kind == _OTHER:
            return self._other(more)
        size = self._size(kind, more)
        return self._READERS[kind](self, size, depth + 1)

    def _take(self, count: int) -> bytes:
        taken = self._data[self.at : self.at + count]
        if len(taken) != count:
            raise MalformedError
        self.at += count
        return taken

    def _number(self, form: str) -> Any:
        (number,) = struct.unpack_from(form, self._data, self.at)
        self.at += struct.calcsize(form)
        return number

    def _size(self, kind: int, more: int) -> int:
        if more < min(_SIZES):
            return more
        if more in _SIZES:
            return int(self._number(_SIZES[more]))
        if more == 31 and kind in {_BYTES, _TEXT, _ARRAY, _MAP}:  # noqa: PLR2004 - RFC 8949, 3.2: of indefinite length
            return _UNTIL_BREAK
        raise MalformedError

    def _other(self, more: int) -> Any:
        if more in _SIMPLE:
            return _SIMPLE[more]
        if more in _FLOATS:
            return self._number(_FLOATS[more])
        if more == 31:  # noqa: PLR2004 - as above
            return _BREAK
        raise MalformedError

    def _whole(self, depth: int) -> Any:
        value = self.value(depth)
        if value is _BREAK:
            raise MalformedError
        return value

    def _bytes(self, size: int, depth: int) -> bytes:
        return self._take(size) if size >= 0 else b"".join(self._pieces(depth, bytes))

    def _text(self, size: int, depth: int) -> str:
        return self._take(size).decode() if size >= 0 else "".join(self._pieces(depth, str))

    def _pieces(self, depth: int, kind: type) -> list[Any]:
        pieces = self._array(_UNTIL_BREAK, depth)
        if not all(isinstance(piece, kind) for piece in pieces):
            raise MalformedError
        return pieces

    def _array(self, size: int, depth: int) -> list[Any]:
        if size >= 0:
            if size > len(self._data) - self.at:  # each takes a byte at least: no room is made for what cannot follow
                raise MalformedError
            return [self._whole(depth) for _ in range(size)]
        values = []
        while (value := self.value(depth)) is not _BREAK:
            values.append(value)
        return values

    def _map(self, size: int, depth: int) -> dict[Any, Any]:
        read: dict[Any, Any] = {}
        while size:
            size -= 1
            key = self.value(depth)
            if key is _BREAK:
                if size >= 0:
                    raise MalformedError
                break
            read[key] = self._whole(depth)
        return read

    def _tag(self, tag: int, depth: int) -> Any:
        value = self._whole(depth)
        if tag != _TIME:
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise MalformedError
        return from_epoch(value / self._per_second)

    _READERS: tuple[Callable[["_Reader", int, int], Any], ...] = (
        lambda _, number, __: number,
        lambda _, number, __: -1 - number,
        _bytes,
        _text,
        _array,
        _map,
        _tag,
    )


def dumps(value: Any, per_second: float = 1) -> bytes:
    """The bytes of a value of None, booleans, numbers, texts, bytes, aware datetimes, lists and maps of these."""
    written = bytearray()
    _write(written, value, per_second)
    return bytes(written)


def _write(out: bytearray, value: Any, per_second: float) -> None:  # noqa: C901 - a case for each type
    match value:
        case None:
            out.append(0xF6)
        case bool():
            out.append(0xF5 if value else 0xF4)
        case int():
            _head(out, *((_UNSIGNED, value) if value >= 0 else (_NEGATIVE, -1 - value)))
        case float():
            out += b"\xfb" + struct.pack(">d", value)
        case str():
            text = value.encode()
            _head(out, _TEXT, len(text))
            out += text
        case bytes():
            _head(out, _BYTES, len(value))
            out += value
        case datetime():
            _head(out, _TAG, _TIME)
            _write(out, _since_1970(value, per_second), per_second)
        case list() | tuple():
            _head(out, _ARRAY, len(value))
            for one in value:
                _write(out, one, per_second)
        case dict():
            _head(out, _MAP, len(value))
            for key, one in value.items():
                _write(out, key, per_second)
                _write(out, one, per_second)
        case _:
            raise TypeError(f"CBOR has nothing for a {type(value).__name__}")


def _since_1970(moment: datetime, per_second: float) -> float:
    """In whole numbers where it is one: so are the milliseconds of the older protocol."""
    seconds = round(moment.astimezone(UTC).timestamp(), 3)
    number = round(seconds * per_second, 3)
    return int(number) if number.is_integer() else number


def _head(out: bytearray, kind: int, number: int) -> None:
    if number < min(_SIZES):
        out.append(kind << 5 | number)
        return
    for more, form in _SIZES.items():
        if number < 1 << 8 * struct.calcsize(form):
            out.append(kind << 5 | more)
            out += struct.pack(form, number)
            return
    raise TypeError(f"CBOR's integers have 64 bits, too few for {number}")
