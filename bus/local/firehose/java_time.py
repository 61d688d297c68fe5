"""Times by the patterns of Java's DateTimeFormatter, which is what the prefixes of objects are written in.

Java SE 8 documentation, DateTimeFormatter, "Patterns for Formatting and Parsing", in the English of the United States.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

# A quoted text, a run of one letter, or whatever else stands for itself.
_TOKEN = re.compile(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^A-Za-z'\[\]{}#]+)")
_SHORT, _FULL, _NARROW = 3, 4, 5


def formatted(pattern: str, instant: datetime) -> str:
    """The instant, which must know its zone, as the pattern has it. Raises ValueError for no pattern of Java's."""
    return "".join(_parts(pattern, instant))


def _parts(pattern: str, instant: datetime) -> Iterator[str]:
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            raise ValueError(f"{pattern[at]} at {at} of the pattern {pattern}")
        at = token.end()
        if token[1] is not None:
            yield token[1].replace("''", "'") or "'"
        elif token[3] is not None:
            yield _field(token[3], len(token[2]), instant)
        else:
            yield token[4]


def _field(letter: str, width: int, instant: datetime) -> str:
    if letter not in _FIELDS:
        raise ValueError(f"the pattern letter {letter}")
    return _FIELDS[letter](instant, width)


def _number(value: Callable[[datetime], int]) -> Callable[[datetime, int], str]:
    return lambda instant, width: f"{value(instant):0{width}d}"


def _year(value: Callable[[datetime], int]) -> Callable[[datetime, int], str]:
    two = 2
    return lambda instant, width: f"{value(instant) % 100:02d}" if width == two else f"{value(instant):0{width}d}"


def _text(short: str, full: str, number: Callable[[datetime], int]) -> Callable[[datetime, int], str]:
    def text(instant: datetime, width: int) -> str:
        if width < _SHORT:
            return f"{number(instant):0{width}d}"
        return instant.strftime(full)[0] if width == _NARROW else instant.strftime(full if width == _FULL else short)

    return text


def _day_name(instant: datetime, width: int) -> str:
    return _text("%a", "%A", lambda _: 0)(instant, max(width, _SHORT))


def _saturday(instant: datetime) -> datetime:
    """The end of its week, which begins on Sunday; a year's first week is the one with its first day."""
    return instant + timedelta(days=(5 - instant.weekday()) % 7)


def _quarter(instant: datetime, width: int) -> str:
    number = (instant.month - 1) // 3 + 1
    if width < _SHORT:
        return f"{number:0{width}d}"
    return f"Q{number}" if width == _SHORT else f"{('1st', '2nd', '3rd', '4th')[number - 1]} quarter"


def _offset(zero: str) -> Callable[[datetime, int], str]:
    def offset(instant: datetime, width: int) -> str:
        text = instant.strftime("%z")
        if zero and text == "+0000":
            return zero
        if width == 1 and text.endswith("00"):
            return text[:3]
        return f"{text[:3]}:{text[3:]}" if width == _SHORT else text

    return offset


def _midnight(instant: datetime) -> timedelta:
    return instant - instant.replace(hour=0, minute=0, second=0, microsecond=0)


_FIELDS: dict[str, Callable[[datetime, int], str]] = {
    "y": _year(lambda instant: instant.year),
    "u": _year(lambda instant: instant.year),
    "Y": _year(lambda instant: _saturday(instant).year),
    "w": _number(lambda instant: (_saturday(instant).timetuple().tm_yday - 1) // 7 + 1),
    "Q": _quarter,
    "q": _quarter,
    "M": _text("%b", "%B", lambda instant: instant.month),
    "L": _text("%b", "%B", lambda instant: instant.month),
    "D": _number(lambda instant: instant.timetuple().tm_yday),
    "d": _number(lambda instant: instant.day),
    "E": _day_name,
    "a": lambda instant, _: instant.strftime("%p"),
    "H": _number(lambda instant: instant.hour),
    "k": _number(lambda instant: instant.hour or 24),
    "K": _number(lambda instant: instant.hour % 12),
    "h": _number(lambda instant: instant.hour % 12 or 12),
    "m": _number(lambda instant: instant.minute),
    "s": _number(lambda instant: instant.second),
    "S": lambda instant, width: f"{instant.microsecond:06d}000"[:width],
    "A": _number(lambda instant: _midnight(instant) // timedelta(milliseconds=1)),
    "n": _number(lambda instant: instant.microsecond * 1000),
    "V": lambda instant, _: str(instant.tzinfo),
    "z": lambda instant, _: instant.strftime("%Z"),
    "Z": lambda instant, _: instant.strftime("%z"),
    "x": _offset(""),
    "X": _offset("Z"),
}
