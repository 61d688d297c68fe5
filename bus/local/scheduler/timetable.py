"""When schedules invoke their targets.

A schedule waits in the engine's background, so that it keeps no plane busy; what it has begun does, retries included.
User guide, "Schedule types" (60 seconds of precision: here the first of them), "Flexible time windows".
"""

from collections.abc import Callable

from bus.local.plane import Plane
from bus.local.scheduler.invocation import Invocation
from bus.local.scheduler.schedule import Schedule

# A one-time schedule of the minute that is running is still invoked; AWS documents nothing of those before it.
PRECISION = 60.0


class Timetable:
    """Arms schedules and begins their invocations; `completed` is told of a schedule that has no occasion left."""

    def __init__(self, plane: Plane, completed: Callable[[Schedule], None]) -> None:
        self._plane, self._completed = plane, completed

    def start(self, schedule: Schedule) -> None:
        """Wait for the first occasion from now on, unless the schedule is disabled.

        One whose window has begun is waited for as before: only its target may be another now.
        """
        begun = schedule.timer is not None and schedule.due is not None and schedule.due <= self._plane.clock.time()
        if not begun or not schedule.enabled:
            self.stop(schedule)
            if schedule.enabled:
                self._wait(schedule, self._first(schedule))

    def stop(self, schedule: Schedule) -> None:
        """Wait for no further occasion."""
        if schedule.timer is not None:
            schedule.timer.cancel()
            schedule.timer = None

    def call_off(self, schedule: Schedule) -> None:
        """Try nothing again that the schedule has under way."""
        for invocation in tuple(schedule.running):
            invocation.cancel()

    def _first(self, schedule: Schedule) -> float | None:
        now = self._plane.clock.time()
        if schedule.once:
            instant = schedule.expression.after(max(now - PRECISION, schedule.last or 0.0))
            if instant is None and schedule.last is None:
                self._record_past(schedule)
            return instant
        # The present instant counts: "your schedule starts invoking the target immediately" without a StartDate.
        earliest = now if schedule.start is None else max(now, schedule.start)
        before = earliest - _INSTANT if schedule.last is None else max(earliest - _INSTANT, schedule.last)
        return self._within(schedule, schedule.expression.after(before))

    def _within(self, schedule: Schedule, instant: float | None) -> float | None:
        past_end = instant is not None and schedule.end is not None and instant > schedule.end
        return None if past_end else instant

    def _wait(self, schedule: Schedule, occasion: float | None) -> None:
        if occasion is None:
            return
        schedule.due = occasion
        delay = self._plane.chance.random.uniform(0.0, schedule.window) if schedule.window else 0.0
        delay += self._plane.anomalies.lateness()
        planned = occasion + delay
        schedule.timer = self._plane.engine.at(
            planned, lambda: self._invoke(schedule, occasion, planned), background=True
        )

    def _invoke(self, schedule: Schedule, occasion: float, planned: float) -> None:
        schedule.timer, schedule.due, schedule.last = None, None, occasion
        # A plane that was not running for a day (`bus up`) invokes once for all that it missed.
        now = self._plane.clock.time()
        last = max(occasion, now - _INSTANT) if now > planned + PRECISION else occasion
        following = None if schedule.once else self._within(schedule, schedule.expression.after(last))
        invocation = Invocation(self._plane, schedule, occasion, self._done)
        schedule.running.append(invocation)
        self._wait(schedule, following)
        invocation.attempt()

    def _done(self, schedule: Schedule, invocation: Invocation) -> None:
        schedule.running.remove(invocation)
        if schedule.timer is None and not schedule.running and schedule.enabled:
            self._completed(schedule)

    def _record_past(self, schedule: Schedule) -> None:
        self._plane.ledger.record(
            "scheduler", "invoke", schedule.arn, outcome="dropped", note="its one time is past: it is never invoked"
        )


# Shorter than any distance between two occasions, and longer than a float's error in the year 2200.
_INSTANT = 0.001
