"""The operators of conditions: how one value of the request is held against one of the policy's.

IAM user guide, "IAM JSON policy elements: Condition operators". A value that is no number, date or address matches
nothing.
"""

import base64
import binascii
import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from bus.local.policies.wildcards import arn_like, like

Compare = Callable[[str, str], bool]


@lru_cache(maxsize=1024)
def _instant(text: str) -> float:
    """Epoch seconds of a date in ISO 8601, or of epoch seconds. Raises ValueError."""
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


@lru_cache(maxsize=1024)
def _network(text: str) -> Any:
    return ipaddress.ip_network(text, strict=False)


def _parsed(parse: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Compare:
    def of_both(value: str, wanted: str) -> bool:
        try:
            return compare(parse(value), parse(wanted))
        except ValueError:
            return False

    return of_both


def _within(value: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(value) in _network(wanted)
    except ValueError:
        return False


def _same_bytes(value: str, wanted: str) -> bool:
    try:
        return base64.b64decode(value, validate=True) == base64.b64decode(wanted, validate=True)
    except binascii.Error:
        return False


def _ignoring_case(value: str, wanted: str) -> bool:
    return value.lower() == wanted.lower()


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": float.__eq__,
    "LessThan": float.__lt__,
    "LessThanEquals": float.__le__,
    "GreaterThan": float.__gt__,
    "GreaterThanEquals": float.__ge__,
}

COMPARISONS: dict[str, Compare] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": _ignoring_case,
    "StringLike": like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": _ignoring_case,
    "BinaryEquals": _same_bytes,
    "IpAddress": _within,
    **{f"Numeric{name}": _parsed(float, compare) for name, compare in _ORDERS.items()},
    **{f"Date{name}": _parsed(_instant, compare) for name, compare in _ORDERS.items()},
}
# Those that are satisfied when no value of the policy matches, by what they negate.
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
# Those whose values are patterns, in which `*` and `?` stand for other characters.
PATTERNS = frozenset({"StringLike", "ArnEquals", "ArnLike"})
