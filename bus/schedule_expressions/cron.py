"""cron(minutes hours day-of-month month day-of-week year), in a time zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bus.schedule_expressions.days import Days, days_of_month, days_of_week
from bus.schedule_expressions.fields import HOURS, MINUTES, MONTHS, YEARS, FieldError


@dataclass(frozen=True)
class Cron:
    """The minutes whose wall time in `zone` the fields name.

    Scheduler user guide, "Daylight savings time": a wall time that the clocks skip is skipped, and one that they
    show twice is taken once, "before the shift occurs".
    """

    minutes: Sequence[int]
    hours: Sequence[int]
    days: Days
    months: Sequence[int]
    years: Sequence[int]
    zone: ZoneInfo

    def starting(self, _: float) -> "Cron":
        """Itself: its occasions are where the clock says, whenever it started."""
        return self

    def after(self, instant: float) -> float | None:
        """The first occasion strictly after `instant`, None when there is none up to the year 2199."""
        # The wall time of an instant is never after that of a later one's first pass, so nothing is missed before it.
        begin = datetime.fromtimestamp(instant, self.zone).replace(tzinfo=None, fold=0, second=0, microsecond=0)
        for wall in self._walls(begin):
            found = instant_of(wall, self.zone)
            if found is not None and found > instant:
                return found
        return None

    def _walls(self, begin: datetime) -> Iterator[datetime]:
        """Every wall time that the fields name, from `begin` on."""
        for day in self._dates(begin):
            floor = begin if day.date() == begin.date() else day
            for hour in self.hours:
                if hour >= floor.hour:
                    for minute in self.minutes:
                        wall = day.replace(hour=hour, minute=minute)
                        if wall >= floor:
                            yield wall

    def _dates(self, begin: datetime) -> Iterator[datetime]:
        first = begin.replace(hour=0, minute=0)
        for year in self.years:
            if year >= first.year:
                for month in self.months:
                    if (year, month) >= (first.year, first.month):
                        for day in sorted(self.days(year, month)):
                            date = datetime(year, month, day)  # noqa: DTZ001 - a wall time, until its zone reads it
                            if date >= first:
                                yield date


def instant_of(wall: datetime, zone: ZoneInfo) -> float | None:
    """Epoch seconds of a wall time's first pass in `zone`, None for one that the clocks skip."""
    instant = wall.replace(tzinfo=zone).timestamp()
    return instant if datetime.fromtimestamp(instant, zone).replace(tzinfo=None) == wall else None


_FIELDS = 6


def parse_cron(text: str, zone: ZoneInfo, *, year_optional: bool) -> Cron:
    """`text` is what stands between the parentheses. Raises FieldError."""
    given = text.split()
    if year_optional and len(given) == _FIELDS - 1:
        given.append("*")
    if len(given) != _FIELDS:
        raise FieldError("cron", text, f"has {len(given)} fields, not {_FIELDS}")
    minutes, hours, of_month, month, of_week, year = given
    return Cron(
        minutes=sorted(MINUTES.values(minutes)),
        hours=sorted(HOURS.values(hours)),
        days=_days(of_month, of_week),
        months=sorted(MONTHS.values(month)),
        years=sorted(YEARS.values(year)),
        zone=zone,
    )


def _days(of_month: str, of_week: str) -> Days:
    """One of the two fields says which days, and the other is "?"."""
    if (of_month == "?") == (of_week == "?"):
        raise FieldError("cron", f"{of_month} … {of_week}", "one of day-of-month and day-of-week must be ?")
    return days_of_week(of_week) if of_month == "?" else days_of_month(of_month)
