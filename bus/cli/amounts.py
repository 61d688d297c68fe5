"""Counts and times as people read them."""

from datetime import datetime

_SPANS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))
_MINUTE = 60


def span(seconds: float | None) -> str:
    """Such as "2h 5m" and "3.4 s"; "-" where nobody knows."""
    if seconds is None:
        return "-"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTE:
        return f"{seconds:.3g} s"
    left, parts = int(seconds), []
    for unit, size in _SPANS:
        if left >= size:
            parts.append(f"{left // size}{unit}")
            left %= size
    return " ".join(parts[:2])


def instant(at: datetime) -> str:
    """To the second, in UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S}"


def letters(count: int) -> str:
    """So many messages: "1 message", "1,200 messages"."""
    return "1 message" if count == 1 else f"{count:,} messages"
