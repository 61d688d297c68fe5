"""How Athena writes values as text, in results and their files."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

_LARGE, _SMALL = 1e7, 1e-3


def text(value: Any) -> str | None:
    """A value as DuckDB returns it, as Athena writes it; None is null."""
    return None if value is None else _WRITERS.get(type(value), str)(value)


def _within(value: Any) -> str:
    return text(value) or "null"


def _bool(value: bool) -> str:  # noqa: FBT001 - it is the value
    return "true" if value else "false"


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


def _date(value: date) -> str:
    return value.isoformat()


def _timestamp(value: datetime) -> str:
    """Iceberg's times are timestamp(6) with time zone, and read in UTC; Hive's are timestamp(3)."""
    if value.tzinfo is None:
        return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}"
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"


def _bytes(value: bytes) -> str:
    return value.hex(" ")


def _row(value: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}={_within(below)}" for name, below in value.items()) + "}"


def _array(value: Iterable[Any]) -> str:
    return "[" + ", ".join(map(_within, value)) + "]"


def _double(value: float) -> str:
    """Java's Double.toString: at least one digit after the point, an exponent outside of 10^-3 to 10^7."""
    match str(value):
        case "nan":
            return "NaN"
        case "inf":
            return "Infinity"
        case "-inf":
            return "-Infinity"
    if value == 0 or _SMALL <= abs(value) < _LARGE:
        return repr(value)
    digits, exponent = f"{Decimal(repr(value)).normalize():E}".split("E")
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    bool: _bool,
    float: _double,
    Decimal: _decimal,
    datetime: _timestamp,
    date: _date,
    bytes: _bytes,
    dict: _row,
    list: _array,
    tuple: _array,
}
