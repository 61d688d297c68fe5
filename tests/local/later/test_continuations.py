"""What is made of answers, at once and later."""

import pickle
from functools import partial

import cloudpickle
import pytest

from bus.local.continuations import when_done, within
from bus.local.later import Later
from bus.local.plane import Plane


def halved(given: Later[int]) -> int:
    if given.result() % 2:
        raise ValueError(given.result())
    return given.result() // 2


def test_of_what_is_there_it_is_made_at_once_and_raises():
    plane = Plane()

    assert when_done(plane, 4, halved) == 2
    assert when_done(plane, Later.of(4), halved) == 2
    with pytest.raises(ValueError, match="3"):
        when_done(plane, 3, halved)
    with pytest.raises(KeyError):
        when_done(plane, Later[int].failed(KeyError("k")), halved)


def test_of_what_comes_later_it_is_made_later_following_the_same_event():
    plane, given, seen = Plane(), Later[int](), []

    def make(answer: Later[int]) -> int:
        seen.append(plane.ledger.subject)
        return answer.result() + 1

    with plane.ledger.following("event-1"):
        made = when_done(plane, given, make)
    assert isinstance(made, Later)
    before = made.done
    given.settle(1)

    assert (before, made.result(), seen, plane.ledger.subject) == (False, 2, ["event-1"], None)


@pytest.mark.parametrize("error", [True, False])
def test_an_error_of_the_answer_and_one_of_what_is_made_of_it_are_told_later(error: bool):  # noqa: FBT001 - pytest's
    given = Later[int]()
    made = when_done(Plane(), given, halved)
    assert isinstance(made, Later)

    if error:
        given.fail(ValueError("gone"))
    else:
        given.settle(3)

    with pytest.raises(ValueError, match="gone" if error else "3"):
        made.result()


def test_what_is_made_may_itself_come_later():
    plane, first, second = Plane(), Later[int](), Later[int]()
    made = when_done(plane, first, lambda answer: when_done(plane, second, partial(_sum, answer.result())))
    assert isinstance(made, Later)

    first.settle(1)
    before = made.done
    second.settle(2)

    assert (before, made.result()) == (False, 3)


def _sum(first: int, second: Later[int]) -> int:
    return first + second.result()


def test_an_answer_in_time_is_the_answer_and_calls_the_timer_off():
    plane, given = Plane(), Later[str]()
    first = within(plane, given, 10, "late")
    plane.engine.run_to(plane.clock.time() + 9)

    given.settle("here")
    plane.engine.run_to(plane.clock.time() + 9)

    assert first.result() == "here"
    assert within(plane, given, 10, "late") is given


def test_an_answer_that_is_late_is_nobodys():
    plane, given = Plane(), Later[str]()
    first = within(plane, given, 10, "late")

    plane.engine.run_to(plane.clock.time() + 10)
    before = first.result()
    given.settle("here")

    assert (before, first.result()) == ("late", "late")


def test_what_waits_is_part_of_a_snapshot():
    plane, given = Plane(), Later[int]()
    made = when_done(plane, given, halved)
    assert isinstance(made, Later)
    first = within(plane, made, 10, 0)

    plane, given, first = pickle.loads(cloudpickle.dumps((plane, given, first)))  # noqa: S301 - written here
    given.settle(4)

    assert first.result() == 2
