"""Scheduler user guide, "Schedule types"; EventBridge user guide, "Cron expressions reference"."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.schedule_expressions import RULE, InvalidScheduleError, Schedule, UnknownTimezoneError, parse


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def occasions(schedule: Schedule, start: str, count: int) -> list[str]:
    found, instant = [], at(start)
    for _ in range(count):
        following = schedule.after(instant)
        if following is None:
            break
        instant = following
        found.append(datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 12 * * ? *)", ["2026-01-01 12:00", "2026-01-02 12:00"]),
        ("cron(5,35 14 * * ? *)", ["2026-01-01 14:05", "2026-01-01 14:35"]),
        ("cron(1/10 * * * ? *)", ["2026-01-01 00:01", "2026-01-01 00:11"]),
        ("cron(*/20 * * * ? *)", ["2026-01-01 00:20", "2026-01-01 00:40"]),
        ("cron(10-30/10 3 * * ? *)", ["2026-01-01 03:10", "2026-01-01 03:20"]),
        ("cron(0 18 ? * MON-FRI *)", ["2026-01-01 18:00", "2026-01-02 18:00", "2026-01-05 18:00"]),
        ("cron(0 8 1 * ? *)", ["2026-01-01 08:00", "2026-02-01 08:00"]),
        ("cron(0 0 30 1-3 ? *)", ["2026-01-30 00:00", "2026-03-30 00:00"]),
        ("cron(0 0 L * ? *)", ["2026-01-31 00:00", "2026-02-28 00:00"]),
        ("cron(0 0 LW * ? *)", ["2026-01-30 00:00", "2026-02-27 00:00"]),
        ("cron(0 0 3W * ? *)", ["2026-01-02 00:00", "2026-02-03 00:00"]),
        ("cron(0 0 1W * ? *)", ["2026-02-02 00:00", "2026-03-02 00:00"]),
        ("cron(0 0 31W * ? *)", ["2026-01-30 00:00", "2026-03-31 00:00"]),
        ("cron(15 10 ? * 6L *)", ["2026-01-30 10:15", "2026-02-27 10:15"]),
        ("cron(0 0 ? * L *)", ["2026-01-03 00:00", "2026-01-10 00:00"]),
        ("cron(0 9 ? * 2#1 *)", ["2026-01-05 09:00", "2026-02-02 09:00"]),
        ("cron(0 2 ? * SAT#5 *)", ["2026-01-31 02:00", "2026-05-30 02:00"]),
        ("cron(0/30 22-1 ? * FRI-SAT *)", ["2026-01-02 00:00", "2026-01-02 00:30", "2026-01-02 01:00"]),
        ("cron(0 0 ? JAN,jul SUN 2027)", ["2027-01-03 00:00", "2027-01-10 00:00"]),
        ("cron(0 0 29 2 ? *)", ["2028-02-29 00:00", "2032-02-29 00:00"]),
        ("cron(0 0 1 1 ? 2026/2)", ["2028-01-01 00:00", "2030-01-01 00:00"]),
        ("cron(0 0 31 2 ? *)", []),
        ("cron(15 10 ? * 6L 2002-2005)", []),
        ("rate(5 minutes)", ["2026-01-01 00:05", "2026-01-01 00:10"]),
        ("rate(1 day)", ["2026-01-02 00:00", "2026-01-03 00:00"]),
        ("at(2026-01-01T13:00:00)", ["2026-01-01 13:00"]),
        ("at(2025-01-01T13:00:00)", []),
    ],
)
def test_an_expression_is_due_when_the_guide_says(expression: str, expected: list[str]):
    schedule = parse(expression)

    found = occasions(schedule, "2026-01-01", max(len(expected), 1))

    assert found == expected


def test_a_wall_time_that_the_clocks_skip_is_skipped():
    schedule = parse("cron(30 2 * * ? *)", "America/Los_Angeles")

    assert occasions(schedule, "2026-03-07", 3) == ["2026-03-07 10:30", "2026-03-09 09:30", "2026-03-10 09:30"]


def test_a_wall_time_that_the_clocks_show_twice_is_taken_once_before_the_shift():
    schedule = parse("cron(30 1 * * ? *)", "America/Los_Angeles")

    assert occasions(schedule, "2026-10-31 12:00", 2) == ["2026-11-01 08:30", "2026-11-02 09:30"]


def test_a_rate_in_days_is_of_24_hours_whatever_the_clocks_do():
    rate = parse("rate(1 days)", "America/Los_Angeles").starting(at("2026-03-07 20:00"))

    assert occasions(rate, "2026-03-07 19:00", 2) == ["2026-03-07 20:00", "2026-03-08 20:00"]


def test_the_time_zone_applies_to_one_time_schedules():
    assert occasions(parse("at(2026-11-20T13:00:00)", "America/Los_Angeles"), "2026-01-01", 1) == ["2026-11-20 21:00"]


def test_scheduler_lets_the_year_out_and_rules_do_not():
    assert occasions(parse("cron(0 12 * * ?)"), "2026-01-01", 1) == ["2026-01-01 12:00"]
    with pytest.raises(InvalidScheduleError, match="has 5 fields, not 6"):
        parse("cron(0 12 * * ?)", dialect=RULE)


INVALID = [
    "cron(0 1 * * * *)",
    "cron(0 1 ? * ? *)",
    "cron(7 20 * * NOT *)",
    "cron(INVALID)",
    "cron(0 dummy ? * MON-FRI *)",
    "cron(71 8 1 * ? *)",
    "cron(0 24 1 * ? *)",
    "cron(0 0 0 * ? *)",
    "cron(0 0 32W * ? *)",
    "cron(0 0 ? * 0 *)",
    "cron(0 0 ? * 3#6 *)",
    "cron(0 0 ? * 3#1,6#3 *)",
    "cron(0 0 ? * 2/2 *)",
    "cron(0 0 1 * ? 1969)",
    "cron(0 0 1 * ? 2027-2026)",
    "cron(0/0 * * * ? *)",
    "cron(1, * * * ? *)",
    "cron(? * * * ? *)",
    "cron(00000000012 * * * ? *)",
    "cron()",
    "rate(10 seconds)",
    "rate(10 years)",
    "rate()",
    "rate(10)",
    "rate(10 minutess)",
    "rate(foo minutes)",
    "rate(0 minutes)",
    "rate(-10 minutes)",
    "rate(10 MINUTES)",
    "rate( 10 minutes )",
    " rate(10 minutes)",
    "at(2021-12-31T23:59:59Z)",
    "at(2021-12-31)",
    "at(2021-02-31T00:00:00)",
]


@pytest.mark.parametrize("expression", INVALID)
def test_what_is_no_schedule_is_refused(expression: str):
    with pytest.raises(InvalidScheduleError, match="is no schedule expression"):
        parse(expression)


@pytest.mark.parametrize("expression", ["rate(1 hours)", "rate(5 hour)", "at(2026-11-20T13:00:00)"])
def test_rules_refuse_what_scheduler_takes(expression: str):
    assert parse(expression).after(0) is not None
    with pytest.raises(InvalidScheduleError):
        parse(expression, dialect=RULE)


@pytest.mark.parametrize("name", ["Nowhere/Land", "America", "../etc/passwd", "x" * 300])
def test_an_unknown_time_zone_is_refused(name: str):
    with pytest.raises(UnknownTimezoneError, match="is no time zone of the IANA database"):
        parse("rate(1 minute)", name)


@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]),
    start=st.integers(0, 2_000_000_000),
)
def test_a_daily_schedule_comes_every_day_and_never_twice(hour: int, minute: int, zone: str, start: int):
    schedule = parse(f"cron({minute} {hour} * * ? *)", zone)

    instants = [float(start)]
    for _ in range(40):
        following = schedule.after(instants[-1])
        assert following is not None
        instants.append(following)

    gaps = [after - before for before, after in pairwise(instants[1:])]
    # A day may be an hour shorter or longer, and one whose wall time the clocks skip is left out.
    assert all(82_800 <= gap <= 90_000 or 169_200 <= gap <= 176_400 for gap in gaps)


@given(minute=st.integers(0, 59), start=st.integers(1_700_000_000, 1_900_000_000), span=st.integers(0, 7200))
def test_nothing_between_an_instant_and_the_next_occasion_is_missed(minute: int, start: int, span: int):
    schedule = parse(f"cron({minute} * * * ? *)", "Europe/Berlin")

    first = schedule.after(start)

    assert first is not None
    if start + span < first:
        assert schedule.after(start + span) == first
