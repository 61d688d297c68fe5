"""DynamoDB's numbers: up to 38 significant digits between 1E-130 and 9.99...E+125, kept as text.

Rules: DynamoDB developer guide, "Supported data types", Number.
"""

import re
from decimal import Context, Decimal
from functools import lru_cache

from bus.local.dynamodb.errors import invalid

DIGITS = 38
LARGEST, SMALLEST = 125, -130

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
# Two numbers that DynamoDB accepts may lie 255 digits apart: wide enough for their exact sum.
_EXACT = Context(prec=400, Emin=-(10**9), Emax=10**9)


def canonical(text: str) -> str:
    """The one way to write a number: plain digits, no needless zeros. Raises ValidationException."""
    if text.isdecimal() and text.isascii() and len(text) <= DIGITS and text[0] != "0":
        return text
    return _canonical(text)


@lru_cache(maxsize=4096)
def _canonical(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        ending = f": {text}" if text else ""
        raise invalid(f"The parameter cannot be converted to a numeric value{ending}")
    return _written(Decimal(text))


def _written(value: Decimal) -> str:
    if not value:
        return "0"
    if value.adjusted() > LARGEST:
        raise invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
    if value.adjusted() < SMALLEST:
        raise invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
    value = _EXACT.normalize(value)
    if len(value.as_tuple().digits) > DIGITS:
        raise invalid(f"Attempting to store more than {DIGITS} significant digits in a Number")
    return format(value, "f")


def add(left: str, right: str) -> str:
    """The exact sum. Raises ValidationException when DynamoDB could not hold it."""
    return _written(_EXACT.add(Decimal(left), Decimal(right)))


def subtract(left: str, right: str) -> str:
    """The exact difference. Raises ValidationException when DynamoDB could not hold it."""
    return _written(_EXACT.subtract(Decimal(left), Decimal(right)))


@lru_cache(maxsize=4096)
def sort_bytes(text: str) -> bytes:
    """Bytes that sort as the numbers do: sign, exponent, digits; complemented when negative."""
    value = _EXACT.normalize(Decimal(text))
    if not value:
        return b"\x01"
    # Digits count from 1, so that a negative number's end (0xff) sorts after any further digit.
    magnitude = bytes((value.adjusted() - SMALLEST, *(digit + 1 for digit in value.as_tuple().digits)))
    if value.is_signed():
        return b"\x00" + bytes(0xFF - byte for byte in magnitude) + b"\xff"
    return b"\x02" + magnitude


def size(text: str) -> int:
    """Bytes that a number counts for: one per two significant digits, and one more."""
    return (len(text.replace(".", "").strip("-0")) + 1) // 2 + 1
