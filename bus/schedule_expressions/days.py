"""The two fields that name days: day-of-month with L and W, day-of-week with L and #. Sunday is 1."""

import calendar
from collections.abc import Callable, Iterable

from bus.schedule_expressions.fields import DAYS_OF_MONTH, DAYS_OF_WEEK, FieldError

Days = Callable[[int, int], Iterable[int]]  # (year, month) -> the days of that month
_SATURDAY = 7
_MOST_WEEKS = 5


def days_of_month(text: str) -> Days:
    """Raises FieldError."""
    parts = [_of_month(part) for part in text.split(",")]
    return lambda year, month: {day for part in parts for day in part(year, month)}


def days_of_week(text: str) -> Days:
    """Raises FieldError; "if you use a # character, you can define only one expression" in this field."""
    parts = [_of_week(part) for part in text.split(",")]
    if "#" in text and len(parts) > 1:
        raise FieldError("day-of-week", text, "only one expression can be defined with #")
    return lambda year, month: {day for part in parts for day in part(year, month)}


def _of_month(text: str) -> Days:
    if text == "L":
        return lambda year, month: (_length(year, month),)
    if text == "LW":
        return lambda year, month: (_nearest_weekday(year, month, _length(year, month)),)
    if text.endswith("W"):
        wanted = DAYS_OF_MONTH.number(text[:-1])
        return lambda year, month: (_nearest_weekday(year, month, wanted),) if wanted <= _length(year, month) else ()
    days = DAYS_OF_MONTH.values(text)
    return lambda year, month: (day for day in days if day <= _length(year, month))


def _of_week(text: str) -> Days:
    if text == "L":
        return _every({_SATURDAY})
    if text.endswith("L"):
        wanted = DAYS_OF_WEEK.number(text[:-1])
        return lambda year, month: _all(year, month, wanted)[-1:]
    if "#" in text:
        return _nth(text)
    return _every(DAYS_OF_WEEK.values(text))


def _every(wanted: Iterable[int]) -> Days:
    kept = frozenset(wanted)
    return lambda year, month: (day for weekday in kept for day in _all(year, month, weekday))


def _nth(text: str) -> Days:
    weekday, _, week = text.partition("#")
    wanted = DAYS_OF_WEEK.number(weekday)
    if week not in {str(number) for number in range(1, _MOST_WEEKS + 1)}:
        raise FieldError("day-of-week", text, f"what follows # must be between 1 and {_MOST_WEEKS}")
    number = int(week)
    return lambda year, month: _all(year, month, wanted)[number - 1 : number]


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _all(year: int, month: int, weekday: int) -> range:
    """Every day of the month that is this day of the week."""
    first = _weekday(year, month, 1)
    return range(1 + (weekday - first) % 7, _length(year, month) + 1, 7)


def _weekday(year: int, month: int, day: int) -> int:
    return (calendar.weekday(year, month, day) + 1) % 7 + 1


def _nearest_weekday(year: int, month: int, day: int) -> int:
    """The weekday closest to a day, within its month: Friday for a Saturday, Monday for a Sunday."""
    weekday, last = _weekday(year, month, day), _length(year, month)
    if weekday == _SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == 1:
        return day + 1 if day < last else day - 2
    return day
