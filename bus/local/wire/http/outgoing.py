"""Answers as the bytes of HTTP/1.1."""

import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from bus.local.errors import PlaneError

_OWN = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})
_BODILESS = frozenset({204, 304})


class UnsendableError(PlaneError):
    """An answer with a line break in a header: what follows would be taken for another answer."""


def head(status: int, headers: Mapping[str, str | list[str]], framing: str) -> bytes:
    """The status line and headers. `framing` is the server's own lines, each ended. Raises UnsendableError.

    A Date of the answer's own stands; what it says of the connection and of its length does not.
    """
    lines = [_status_line(status)]
    dated = False
    for name, values in headers.items():
        lower = name.lower()
        if lower in _OWN:
            continue
        dated = dated or lower == "date"
        if isinstance(values, str):
            lines.append(f"{name}: {values}")
        else:
            lines += [f"{name}: {value}" for value in values]
    if not dated:
        lines.append(f"date: {_date(int(time.time()))}")
    text = "\r\n".join(lines)
    if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
        raise UnsendableError(f"a line break in the headers of an answer: {dict(headers)!r}")
    return _encoded(f"{text}\r\n{framing}\r\n")


def fields(headers: Mapping[str, str | list[str]]) -> list[tuple[str, str]]:
    """The headers of an answer as HTTP/2 has them: in lower case, without what is of one connection."""
    found = [
        (name.lower(), value)
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
        if name.lower() not in _OWN
    ]
    if not any(name == "date" for name, _ in found):
        found.append(("date", _date(int(time.time()))))
    return found


def has_body(status: int) -> bool:
    """Whether an answer of this status has a body (RFC 9110, 15.3.5 and 15.4.5)."""
    return status not in _BODILESS


def chunk(data: bytes) -> bytes:
    """A piece of a body of unknown length; the last is empty (RFC 9112, 7.1)."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def _encoded(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


@lru_cache(maxsize=128)
def _status_line(status: int) -> str:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}"


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
