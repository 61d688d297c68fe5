from datetime import timedelta

import pytest

from bus.local.errors import NeverIdleError
from bus.local.plane import Plane


def test_tasks_run_in_order_of_time_and_then_of_scheduling():
    engine, ran = Plane().engine, []
    engine.after(2, lambda: ran.append("later"))
    engine.after(1, lambda: ran.append("first"))
    engine.after(1, lambda: ran.append("second"))

    engine.run_until_idle()

    assert ran == ["first", "second", "later"]


def test_the_clock_jumps_to_each_task_and_over_the_time_between():
    plane = Plane()
    start, seen = plane.clock.time(), []
    plane.engine.after(86_400, lambda: seen.append(plane.clock.time() - start))

    plane.engine.run_until_idle()

    assert seen == [86_400]


def test_a_cancelled_timer_neither_runs_nor_moves_the_clock():
    plane = Plane()
    start = plane.clock.time()
    plane.engine.after(30, lambda: pytest.fail("it was called off")).cancel()

    plane.engine.run_until_idle()

    assert plane.clock.time() == start


def test_background_tasks_run_when_time_reaches_them_but_keep_nothing_busy():
    plane, ran = Plane(), []
    plane.engine.after(60, lambda: ran.append("schedule"), background=True)

    plane.engine.run_until_idle()
    assert ran == []

    plane.engine.advance(timedelta(minutes=2))
    assert ran == ["schedule"]


def test_a_background_task_that_comes_due_before_other_work_runs_before_it():
    plane, ran = Plane(), []
    plane.engine.after(60, lambda: ran.append("schedule"), background=True)
    plane.engine.after(120, lambda: ran.append("work"))

    plane.engine.run_until_idle()

    assert ran == ["schedule", "work"]


def test_work_that_never_ends_is_an_error_and_not_a_hang():
    engine = Plane().engine

    def again() -> None:
        engine.after(3600, again)

    again()

    with pytest.raises(NeverIdleError, match="still due after 2 days"):
        engine.run_until_idle(horizon=timedelta(days=2))


def test_timers_that_are_called_off_are_forgotten_however_many_there_are():
    engine, kept = Plane().engine, []
    engine.after(3600, lambda: kept.append(1))

    for _ in range(100_000):
        engine.after(3600, lambda: kept.append(2)).cancel()

    assert engine.waiting < 25_000
    engine.run_until_idle()
    assert kept == [1]


def test_a_loop_in_which_no_time_passes_is_an_error_and_no_endless_run():
    engine = Plane().engine
    engine.most_at_once = 1_000

    def again() -> None:
        engine.soon(again)

    engine.soon(again)

    with pytest.raises(NeverIdleError, match="1,001 tasks at one instant"):
        engine.run_until_idle()
