"""Sets of characters, as sorted ranges of code points, both ends included.

Texts of events are JSON in UTF-8, so no lone surrogates occur. `START` and `END` stand around a text
while it is read, which makes the anchors of regular expressions ordinary characters.
"""

from collections.abc import Iterable

Chars = tuple[tuple[int, int], ...]

START, END = -1, 0x110000
EVERY: Chars = ((0, 0xD7FF), (0xE000, 0x10FFFF))
_PLAIN = "a0A-_.:/@ "


def joined(ranges: Iterable[tuple[int, int]]) -> Chars:
    """Ranges in any order and overlapping, put into form."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def these(text: str) -> Chars:
    """The characters of `text`."""
    return joined((ord(char), ord(char)) for char in text)


def others(chars: Chars) -> Chars:
    """Every character that is not in `chars`."""
    left, position = [], 0
    for low, high in (*chars, (END, END)):
        left.append((position, low - 1))
        position = max(position, high + 1)
    return tuple(
        (max(low, start), min(high, end))
        for low, high in left
        for start, end in EVERY
        if max(low, start) <= min(high, end)
    )


def partition(sets: Iterable[Chars]) -> list[int]:
    """One character of each class that `sets` tell apart, the plainest of each, plain ones first."""
    cuts = {0, 0xE000}
    for chars in sets:
        for low, high in chars:
            cuts |= {low, high + 1}
    starts = sorted(cut for cut in cuts if any(low <= cut <= high for low, high in EVERY))
    ends = [*(start - 1 for start in starts[1:]), END - 1]
    found = [_plainest(start, end) for start, end in zip(starts, ends, strict=True)]
    return [ord(char) for _, char in sorted((rank, char) for rank, char in found)]


def _plainest(start: int, end: int) -> tuple[int, str]:
    for rank, char in enumerate(_PLAIN):
        if start <= ord(char) <= end:
            return rank, char
    visible = max(start, ord("!")) if start < ord("!") <= end else start
    return len(_PLAIN) + (not chr(visible).isprintable()) + (visible > ord("~")), chr(visible)
