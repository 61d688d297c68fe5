"""Times as AWS writes them into documents, and as its callers give them."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from botocore.utils import parse_to_aware_datetime


def iso(instant: float) -> str:
    """Epoch seconds as "2019-11-14T00:38:06.021Z"."""
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=64)
def to_the_second(instant: int) -> str:
    """Epoch seconds as "2022-03-22T18:59:43Z", with four digits for every year."""
    return datetime.fromtimestamp(instant, UTC).isoformat().replace("+00:00", "Z")


def moment(given: Any) -> datetime:
    """A timestamp parameter, which botocore's users give as a datetime, a number or text, with its time zone."""
    aware: datetime = parse_to_aware_datetime(given)
    return aware
