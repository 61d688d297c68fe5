"""The fields of a cron expression that are numbers: minutes, hours, months, years, days of the week.

Scheduler user guide, "Schedule types"; EventBridge user guide, "Cron expressions reference".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bus.schedule_expressions.errors import ScheduleError

_NUMBER = re.compile(r"\d{1,4}", re.ASCII)


class FieldError(ScheduleError):
    """A part of a cron expression that its field does not take."""

    def __init__(self, name: str, text: str, reason: str) -> None:
        self.name, self.text, self.reason = name, text, reason
        super().__init__(f"{name} {text!r}: {reason}")


@dataclass(frozen=True)
class Field:
    """A field's name, range and the names of its values. `wraps` allows 22-2, as in "0/30 20-2" of the guide."""

    name: str
    least: int
    most: int
    names: Mapping[str, int] = field(default_factory=dict)
    steps: bool = True
    wraps: bool = True

    def values(self, text: str) -> frozenset[int]:
        """Every value that a list of numbers, ranges, increments and * names. Raises FieldError."""
        return frozenset(value for part in text.split(",") for value in self._part(part))

    def number(self, text: str) -> int:
        """One value, by number or name. Raises FieldError."""
        value = self.names.get(text.upper())
        if value is None:
            if _NUMBER.fullmatch(text) is None:
                raise FieldError(self.name, text, "neither a number nor a name of this field")
            value = int(text)
        if not self.least <= value <= self.most:
            raise FieldError(self.name, text, f"must be between {self.least} and {self.most}")
        return value

    def _part(self, text: str) -> range | list[int]:
        base, slash, step = text.partition("/")
        if not slash:
            return self._range(base)
        if not self.steps:
            raise FieldError(self.name, text, "this field takes no increments")
        every = self._step(step)
        if "-" in base:
            return self._range(base)[::every]
        start = self.least if base == "*" else self.number(base)
        return range(start, self.most + 1, every)

    def _step(self, text: str) -> int:
        if _NUMBER.fullmatch(text) is None or not 1 <= int(text) <= self.most:
            raise FieldError(self.name, text, f"an increment must be between 1 and {self.most}")
        return int(text)

    def _range(self, text: str) -> range | list[int]:
        if text == "*":
            return range(self.least, self.most + 1)
        first, dash, last = text.partition("-")
        start = self.number(first)
        end = self.number(last) if dash else start
        if start <= end:
            return range(start, end + 1)
        if not self.wraps:
            raise FieldError(self.name, text, "the range ends before it starts")
        return [*range(start, self.most + 1), *range(self.least, end + 1)]


def _numbered(names: str, first: int = 1) -> dict[str, int]:
    return {name: number for number, name in enumerate(names.split(), first)}


MINUTES = Field("minutes", 0, 59)
HOURS = Field("hours", 0, 23)
DAYS_OF_MONTH = Field("day-of-month", 1, 31)
MONTHS = Field("month", 1, 12, _numbered("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"))
DAYS_OF_WEEK = Field("day-of-week", 1, 7, _numbered("SUN MON TUE WED THU FRI SAT"), steps=False)
YEARS = Field("year", 1970, 2199, wraps=False)
