"""What goes on when an answer is there: at once under the virtual clock, perhaps later under the real one."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from bus.local.engine import Timer
from bus.local.later import Later
from bus.local.ledger import Ledger
from bus.local.plane import Plane

_T = TypeVar("_T")
_R = TypeVar("_R")


def when_done(plane: Plane, answer: _T | Later[_T], make: Callable[[Later[_T]], _R | Later[_R]]) -> _R | Later[_R]:
    """What `make` makes of an answer. Of one that is there it is made at once, and what `make` raises is raised.

    Else it is made later, while the ledger follows the event that it follows now; what `make` raises is then the
    error of what is returned.
    """
    given = answer if isinstance(answer, Later) else Later.of(answer)
    if given.done:
        return make(given)
    made = Later[_R]()
    given.then(partial(_go_on, plane.ledger, plane.ledger.subject, make, made))
    return made


def within(plane: Plane, answer: Later[_T], seconds: float, instead: _T) -> Later[_T]:
    """`answer`, or `instead` when it is not there after `seconds`; what is answered after that, nobody hears."""
    if answer.done:
        return answer
    first = Later[_T]()
    timer = plane.engine.after(seconds, partial(first.settle, instead))
    answer.then(partial(_in_time, first, timer))
    return first


def _go_on(
    ledger: Ledger,
    subject: str | None,
    make: Callable[[Later[Any]], Any],
    made: Later[Any],
    answer: Later[Any],
) -> None:
    try:
        with ledger.following(subject):
            value = make(answer)
    except Exception as error:  # noqa: BLE001 - whoever waits gets it from `result`, which raises it
        made.fail(error)
        return
    if isinstance(value, Later):
        value.then(partial(_pass_on, made))
    else:
        made.settle(value)


def _in_time(first: Later[Any], timer: Timer, answer: Later[Any]) -> None:
    if not first.done:
        timer.cancel()
        _pass_on(first, answer)


def _pass_on(to: Later[Any], answer: Later[Any]) -> None:
    try:
        value = answer.result()
    except Exception as error:  # noqa: BLE001 - as above
        to.fail(error)
    else:
        to.settle(value)
