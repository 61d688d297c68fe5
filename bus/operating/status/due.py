"""When a schedule is due next."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bus.schedule_expressions import InvalidScheduleError, UnknownTimezoneError, parse


def next_of(schedule: Mapping[str, Any], now: float) -> datetime | None:
    """Of a schedule as GetSchedule has it; None for one that is disabled, or over.

    Of a flexible time window this is the beginning.
    """
    if schedule.get("State") == "DISABLED":
        return None
    start = schedule.get("StartDate") or schedule.get("CreationDate")
    try:
        expression = parse(schedule["ScheduleExpression"], schedule.get("ScheduleExpressionTimezone") or "UTC")
    except (InvalidScheduleError, UnknownTimezoneError):
        return None  # newer than what is known here of expressions
    if start is not None:
        expression = expression.starting(start.timestamp())
    begin = schedule.get("StartDate")
    due = expression.after(now if begin is None else max(now, begin.timestamp() - 1))
    end = schedule.get("EndDate")
    if due is None or (end is not None and due > end.timestamp()):
        return None
    return datetime.fromtimestamp(due, UTC)
