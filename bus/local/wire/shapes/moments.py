"""Timestamps as the protocols write them: seconds since 1970, ISO 8601, and the dates of HTTP headers.

Smithy, "timestampFormat trait": milliseconds at most. Parameters are aware datetimes, as botocore's users give them.
"""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from botocore.utils import parse_timestamp, parse_to_aware_datetime

from bus.local.wire.shapes.malformed import MalformedError, mismatch


def read(value: Any) -> datetime:
    """A timestamp of any format. Raises MalformedError."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise mismatch(value, "{} can not be converted to a Timestamp")
    try:
        return from_epoch(value) if isinstance(value, int | float) else _parsed(value)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedError(f"{value} can not be converted to a Timestamp") from error


def from_epoch(seconds: float) -> datetime:
    """Raises ValueError, OverflowError or OSError for a year that datetimes do not have."""
    return datetime.fromtimestamp(seconds, UTC)


def _parsed(text: str) -> datetime:
    moment: datetime = parse_timestamp(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def written(value: Any, form: str) -> int | float | str:
    """A timestamp in a format of the service models: unixtimestamp, iso8601 or rfc822."""
    moment: datetime = parse_to_aware_datetime(value)
    match form.lower():
        case "iso8601":
            return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case "rfc822":
            return format_datetime(moment.astimezone(UTC), usegmt=True)
    seconds = round(moment.timestamp(), 3)
    return int(seconds) if seconds.is_integer() else seconds
