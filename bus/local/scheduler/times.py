"""Times as Scheduler's users give them."""

from datetime import datetime
from typing import Any

from botocore.utils import parse_to_aware_datetime


def moment(given: Any) -> datetime:
    """A datetime, a number of epoch seconds or text, as a datetime with its time zone."""
    aware: datetime = parse_to_aware_datetime(given)
    return aware


def epoch(given: Any) -> float | None:
    """The same in epoch seconds; None stays None."""
    return None if given is None else moment(given).timestamp()
