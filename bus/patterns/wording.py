"""Values, paths and lists, as sentences about patterns name them."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from bus.patterns.arrays import flat

Step = str | int | None
Place = tuple[Step, ...]
"""Where in an event: keys, indices of arrays, and `ANY`: `("lines", 2, "sku")`."""

ANY: Final = None
"""The step into any element of an array."""

_PLAIN = re.compile(r"[\w$][\w$-]*")
_LONGEST, _HEAD, _TAIL = 80, 50, 24
_MOST = 8  # elements of an array
_BITS = 1024  # Python refuses to write integers of some thousand digits


def place_text(place: Place) -> str:
    """`detail.lines[2].sku`; keys with other characters than a name's in brackets; `[*]` for any element."""
    text = ""
    for step in place:
        if step is ANY:
            text += "[*]"
        elif isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{_quoted(step)}]"
    return text


def value_text(value: Any) -> str:
    """A value as JSON, in one short line; of objects only that they are some."""
    if isinstance(value, str):
        return text_in_short(value)
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return _array(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return number_text(value)


def number_text(number: float) -> str:
    """A number as JSON, without the fraction that it does not have."""
    if isinstance(number, int) and number.bit_length() > _BITS:
        return f"an integer of {number.bit_length()} bits"
    whole = int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 2**53 else number
    return json.dumps(whole)


def exact_text(text: str) -> str:
    """Text in quotation marks, all of it."""
    return _quoted(text)


def text_in_short(text: str) -> str:
    """Text in quotation marks; of a long one both ends."""
    if len(text) <= _LONGEST:
        return _quoted(text)
    return f"{_quoted(text[:_HEAD] + '…' + text[-_TAIL:])} ({len(text):,} characters)"


def either(items: Sequence[str], most: int = 0) -> str:
    """`a`, `a or b`, `a, b or c`; past `most` items, where that is not 0, how many more there are."""
    if most and len(items) > most + 1:
        return f"{', '.join(items[:most])} or {len(items) - most:,} more"
    return _joined(items, "or")


def every(items: Sequence[str], most: int = 0) -> str:
    """`a, b and c`, as `either` has it."""
    if most and len(items) > most + 1:
        return f"{', '.join(items[:most])} and {len(items) - most:,} more"
    return _joined(items, "and")


def _joined(items: Sequence[str], word: str) -> str:
    return f" {word} ".join(filter(None, (", ".join(items[:-1]), items[-1])))


def _array(array: list[Any]) -> str:
    if not array:
        return "an empty array"
    elements = list(flat(array))
    if elements and all(isinstance(element, dict) for element in elements):
        return "an array of objects" if len(elements) > 1 else "an array of one object"
    return f"[{_in_short(map(value_text, elements[:_MOST]), len(elements))}]"


def _in_short(texts: Iterable[str], count: int) -> str:
    return ", ".join(texts) + (f", … {count - _MOST:,} more" if count > _MOST else "")


def _quoted(text: str) -> str:
    # What a terminal would act upon or could not show is escaped.
    return json.dumps(text, ensure_ascii=not text.isprintable())
