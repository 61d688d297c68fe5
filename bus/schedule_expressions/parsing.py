"""From an expression to its occasions."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bus.schedule_expressions.cron import parse_cron
from bus.schedule_expressions.errors import InvalidScheduleError, UnknownTimezoneError
from bus.schedule_expressions.fields import FieldError
from bus.schedule_expressions.once import Once
from bus.schedule_expressions.rate import SECONDS, Rate


class Schedule(Protocol):
    """When something is due; instants are epoch seconds."""

    def after(self, instant: float) -> float | None:
        """The first occasion strictly after `instant`, None when there is none."""

    def starting(self, instant: float) -> Self:
        """The same, a rate counted from `instant`."""


@dataclass(frozen=True)
class Dialect:
    """What differs between the services: whether there is at(...), a year may be left out, rate(1 days) may be said."""

    once: bool
    year_optional: bool
    either_number: bool


# Scheduler user guide, "Schedule types": "one optional field, year"; it says rate(1 days), and its API reference
# lists minute and minutes alike. EventBridge user guide, "Schedule expressions": six fields, and "rate(1 hours) and
# rate(5 hour) aren't valid".
SCHEDULER = Dialect(once=True, year_optional=True, either_number=True)
RULE = Dialect(once=False, year_optional=False, either_number=False)

_FORM = re.compile(r"(rate|cron|at)\((\S+(?:\s+\S+)*)\)")
_RATE = re.compile(r"([1-9]\d{0,8}) (minute|hour|day)(s?)", re.ASCII)
_AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", re.ASCII)


def parse(expression: str, timezone: str = "UTC", *, dialect: Dialect = SCHEDULER) -> Schedule:
    """Raises InvalidScheduleError and UnknownTimezoneError."""
    zone = _zone(timezone)
    form = _FORM.fullmatch(expression)
    if form is None:
        raise InvalidScheduleError(expression, "it has the form rate(…), cron(…) or at(…)")
    kind, text = form.groups()
    if kind == "rate":
        return _rate(expression, text, dialect)
    if kind == "at":
        return _once(expression, text, zone, dialect)
    try:
        return parse_cron(text, zone, year_optional=dialect.year_optional)
    except FieldError as error:
        raise InvalidScheduleError(expression, str(error)) from error


def _rate(expression: str, text: str, dialect: Dialect) -> Rate:
    said = _RATE.fullmatch(text)
    if said is None:
        raise InvalidScheduleError(expression, "a rate is a positive whole number and minutes, hours or days")
    value, unit, plural = said.groups()
    if not dialect.either_number and (value == "1") == bool(plural):
        raise InvalidScheduleError(expression, "the unit is singular for 1, and plural otherwise")
    return Rate(int(value) * SECONDS[unit])


def _once(expression: str, text: str, zone: ZoneInfo, dialect: Dialect) -> Once:
    if not dialect.once or _AT.fullmatch(text) is None:
        raise InvalidScheduleError(expression, "a one-time schedule is at(yyyy-mm-ddThh:mm:ss)")
    try:
        wall = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidScheduleError(expression, str(error)) from error
    # A wall time that the clocks skip is read as if they had not been put forward yet: the guide says nothing of it.
    return Once(wall.replace(tzinfo=zone).timestamp())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        # ValueError for a path ("../x"), OSError for a directory ("America") or a name that is too long.
        raise UnknownTimezoneError(name) from error
