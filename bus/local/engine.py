"""The one queue of due things, and the loop that makes them happen in order."""

import heapq
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from bus.local.clock import VirtualClock
from bus.local.errors import NeverIdleError

Task = Callable[[], None]


class Timer:
    """A task that waits for its instant, and may be called off."""

    __slots__ = ("instant", "number", "task")

    def __init__(self, instant: float, number: int, task: Task) -> None:
        self.instant, self.number = instant, number
        self.task: Task | None = task

    def cancel(self) -> None:
        """Call it off: the task does not run, and the engine does not move the clock for it."""
        self.task = None

    def __lt__(self, other: "Timer") -> bool:
        return (self.instant, self.number) < (other.instant, other.number)


HORIZON = timedelta(days=800)


class Engine:
    """Runs tasks at their virtual instant, earliest first, in order of scheduling within one instant.

    A task runs to its end before the next begins, so rooms need no locks. A task that raises
    stops the run: a room turns what may fail on AWS into an outcome of its own.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self._due: list[Timer] = []
        self._background: list[Timer] = []
        self._order = count()

    def soon(self, task: Task) -> Timer:
        """Run `task` at the present instant, after what is already due."""
        return self.at(self.clock.time(), task)

    def after(self, seconds: float, task: Task, *, background: bool = False) -> Timer:
        """Run `task` when `seconds` of virtual time have passed."""
        return self.at(self.clock.time() + seconds, task, background=background)

    def at(self, instant: float, task: Task, *, background: bool = False) -> Timer:
        """Run `task` at `instant`, in epoch seconds.

        A background task (a schedule, a retention sweep) does not keep the plane busy: it runs
        when time reaches it, but `run_until_idle` does not wait for it.
        """
        queue = self._background if background else self._due
        timer = Timer(max(instant, self.clock.time()), next(self._order), task)
        heapq.heappush(queue, timer)
        return timer

    def run_until_idle(self, horizon: timedelta = HORIZON) -> None:
        """Run until nothing is due any more, jumping over the time between.

        Raises NeverIdleError when work is still due `horizon` from now.
        """
        end = self.clock.time() + horizon.total_seconds()
        while (due := _first(self._due)) is not None:
            if due.instant > end:
                raise NeverIdleError(horizon, len(self._due))
            self._run_next()

    def advance(self, span: timedelta) -> None:
        """Run everything due within `span`, and leave the clock at its end."""
        self.run_to(self.clock.time() + span.total_seconds())

    def run_to(self, instant: float) -> None:
        """Run everything due up to `instant`, in epoch seconds, and leave the clock there."""
        while (timer := self._next()) is not None and timer.instant <= instant:
            self._run_next()
        self.clock.move_to(instant)

    def _next(self) -> Timer | None:
        due, background = _first(self._due), _first(self._background)
        if due is None or (background is not None and background < due):
            return background
        return due

    def _run_next(self) -> None:
        timer = self._next()
        if timer is None or timer.task is None:
            return
        heapq.heappop(self._due if timer is _first(self._due) else self._background)
        self.clock.move_to(timer.instant)
        timer.task()


def _first(queue: list[Timer]) -> Timer | None:
    while queue and queue[0].task is None:
        heapq.heappop(queue)
    return queue[0] if queue else None
