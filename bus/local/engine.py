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

    __slots__ = ("instant", "task")

    def __init__(self, instant: float, task: Task) -> None:
        self.instant = instant
        self.task: Task | None = task

    def cancel(self) -> None:
        """Call it off: the task does not run, and the engine does not move the clock for it."""
        self.task = None


# A heap of (instant, order of scheduling, timer): tuples compare without a call, and never reach the timer.
Queue = list[tuple[float, int, Timer]]

HORIZON = timedelta(days=800)
MOST_AT_ONCE = 2_000_000  # tasks without the clock moving: two orders of magnitude above the largest demo's
_FEW = 10_000  # timers that are not worth a sweep


class Engine:
    """Runs tasks at their virtual instant, earliest first, in order of scheduling within one instant.

    A task runs to its end before the next begins, so rooms need no locks. A task that raises
    stops the run: a room turns what may fail on AWS into an outcome of its own. `running` says whether a task is.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self._due: Queue = []
        self._background: Queue = []
        self._sweep_at = _FEW
        self._instant, self._at_once = 0.0, 0
        self.most_at_once = MOST_AT_ONCE
        self._order = count()
        self.running = False

    @property
    def waiting(self) -> int:
        """How many timers are kept, some of them perhaps called off."""
        return len(self._due) + len(self._background)

    @property
    def next_instant(self) -> float | None:
        """When the next timer is due, in epoch seconds; None when none waits."""
        queue = self._next()
        return queue[0][0] if queue else None

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
        timer = Timer(max(instant, self.clock.time()), task)
        heapq.heappush(queue, (timer.instant, next(self._order), timer))
        if self.waiting > self._sweep_at:
            self._sweep()
        return timer

    def run_until_idle(self, horizon: timedelta = HORIZON) -> None:
        """Run until nothing is due any more, jumping over the time between.

        Raises NeverIdleError when work is still due `horizon` from now, and, as every run does, when `most_at_once`
        tasks ran with no time passing.
        """
        end = self.clock.time() + horizon.total_seconds()
        self._at_once = 0
        while (due := _first(self._due)) is not None:
            if due[0] > end:
                raise NeverIdleError(horizon, len(self._due))
            self._run_first(self._next())

    def advance(self, span: timedelta) -> None:
        """Run everything due within `span`, and leave the clock at its end."""
        self.run_to(self.clock.time() + span.total_seconds())

    def run_to(self, instant: float) -> None:
        """Run everything due up to `instant`, in epoch seconds, and leave the clock there."""
        self._at_once = 0
        while (queue := self._next()) and queue[0][0] <= instant:
            self._run_first(queue)
        self.clock.move_to(instant)

    def run_until(self, happened: Callable[[], bool], instant: float) -> None:
        """Run what is due up to `instant`, and no further than `happened`, whichever comes first.

        The clock is left where it happened, or at `instant`. Not from within a task: nothing can happen then.
        """
        while not happened():
            queue = self._next()
            if not queue or queue[0][0] > instant:
                self.clock.move_to(instant)
                return
            self._run_first(queue)

    def _sweep(self) -> None:
        """Forget timers that were called off; the next sweep is when there are twice as many as are left."""
        for queue in (self._due, self._background):
            queue[:] = [entry for entry in queue if entry[2].task is not None]
            heapq.heapify(queue)
        self._sweep_at = max(_FEW, 2 * self.waiting)

    def _next(self) -> Queue:
        """The queue whose first timer is the next of all; an empty one when nothing waits."""
        due, background = _first(self._due), _first(self._background)
        if due is None or (background is not None and background < due):
            return self._background
        return self._due

    def _run_first(self, queue: Queue) -> None:
        instant, _, timer = heapq.heappop(queue)
        if instant > self._instant:
            self._instant, self._at_once = instant, 0
        self._at_once += 1
        if self._at_once > self.most_at_once:
            raise NeverIdleError(self._at_once, self.waiting)
        self.clock.move_to(instant)
        if timer.task is not None:
            self.running = True
            try:
                timer.task()
            finally:
                self.running = False


def _first(queue: Queue) -> tuple[float, int, Timer] | None:
    while queue and queue[0][2].task is None:
        heapq.heappop(queue)
    return queue[0] if queue else None
