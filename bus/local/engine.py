"""The one queue of due things, and the loop that makes them happen in order."""

import heapq
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from bus.local.clock import VirtualClock
from bus.local.errors import NeverIdleError

Task = Callable[[], None]

HORIZON = timedelta(days=800)


class Engine:
    """Runs tasks at their virtual instant, earliest first, in order of scheduling within one instant.

    A task runs to its end before the next begins, so rooms need no locks. A task that raises
    stops the run: a room turns what may fail on AWS into an outcome of its own.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self._due: list[tuple[float, int, Task]] = []
        self._background: list[tuple[float, int, Task]] = []
        self._order = count()

    def soon(self, task: Task) -> None:
        """Run `task` at the present instant, after what is already due."""
        self.at(self.clock.time(), task)

    def after(self, seconds: float, task: Task, *, background: bool = False) -> None:
        """Run `task` when `seconds` of virtual time have passed."""
        self.at(self.clock.time() + seconds, task, background=background)

    def at(self, instant: float, task: Task, *, background: bool = False) -> None:
        """Run `task` at `instant`, in epoch seconds.

        A background task (a schedule, a retention sweep) does not keep the plane busy: it runs
        when time reaches it, but `run_until_idle` does not wait for it.
        """
        queue = self._background if background else self._due
        heapq.heappush(queue, (max(instant, self.clock.time()), next(self._order), task))

    def run_until_idle(self, horizon: timedelta = HORIZON) -> None:
        """Run until nothing is due any more, jumping over the time between.

        Raises NeverIdleError when work is still due `horizon` from now.
        """
        end = self.clock.time() + horizon.total_seconds()
        while self._due:
            if self._due[0][0] > end:
                raise NeverIdleError(horizon, len(self._due))
            self._run_next()

    def advance(self, span: timedelta) -> None:
        """Run everything due within `span`, and leave the clock at its end."""
        self.run_to(self.clock.time() + span.total_seconds())

    def run_to(self, instant: float) -> None:
        """Run everything due up to `instant`, in epoch seconds, and leave the clock there."""
        while (due := self._next_instant()) is not None and due <= instant:
            self._run_next()
        self.clock.move_to(instant)

    def _next_instant(self) -> float | None:
        return min((queue[0][0] for queue in (self._due, self._background) if queue), default=None)

    def _run_next(self) -> None:
        due, background = self._due, self._background
        queue = background if background and (not due or background[0] < due[0]) else due
        instant, _, task = heapq.heappop(queue)
        self.clock.move_to(instant)
        task()
