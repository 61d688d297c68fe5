"""Times as EventBridge takes and writes them."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from botocore.utils import parse_to_aware_datetime


@lru_cache(maxsize=64)
def timestamp(seconds: int) -> str:
    """Epoch seconds as EventBridge writes them."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(given: Any) -> datetime:
    """A timestamp parameter, which botocore's users give as a datetime, a number or text."""
    aware: datetime = parse_to_aware_datetime(given)
    return aware
