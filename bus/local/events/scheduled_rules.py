"""Rules by schedule: the events that EventBridge itself puts to their targets.

User guide, "Creating a rule that runs on a schedule": times are UTC, to the minute; a rate counts from the rule's
creation. The events go to the targets of their own rule and to no other.
"""

from dataclasses import dataclass

from bus.local.engine import Timer
from bus.local.events.errors import validation
from bus.local.events.event import Event
from bus.local.events.ground import Ground
from bus.local.events.state import Rule
from bus.local.plane import Plane
from bus.local.times import to_the_second
from bus.schedule_expressions import RULE, InvalidScheduleError, Schedule, parse


def _parsed(expression: str) -> Schedule:
    try:
        return parse(expression, dialect=RULE)
    except InvalidScheduleError as error:
        raise validation("Parameter ScheduleExpression is not valid.") from error


@dataclass
class _Running:
    """A rule's schedule; `timer` waits for its next time, unless the rule is disabled."""

    text: str
    schedule: Schedule
    timer: Timer | None = None

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class ScheduledRules(Ground):
    """Runs the scheduled rules; they wait in the engine's background and keep no plane busy."""

    def __init__(self, plane: Plane) -> None:
        super().__init__(plane)
        self._running: dict[str, _Running] = {}

    def rule_put(self, rule: Rule) -> None:
        """Raises ValidationException for what is no schedule, and for one on another bus than the default one.

        A rate goes on counting as it did while its expression stays.
        """
        super().rule_put(rule)
        text = rule.schedule_expression
        if text is not None and rule.bus != "default":
            raise validation("ScheduleExpression is supported only on the default event bus.")
        schedule = None if text is None else _parsed(text).starting(self._plane.clock.time())
        before = self._running.pop(rule.arn, None)
        if before is not None:
            before.stop()
        if text is None or schedule is None:
            return
        running = before if before is not None and before.text == text else _Running(text, schedule)
        self._running[rule.arn] = running
        if rule.state != "DISABLED":
            self._wait(rule, running)

    def rule_gone(self, rule: Rule) -> None:
        """Stop the schedule of a rule that was deleted."""
        super().rule_gone(rule)
        running = self._running.pop(rule.arn, None)
        if running is not None:
            running.stop()

    def _wait(self, rule: Rule, running: _Running) -> None:
        instant = running.schedule.after(self._plane.clock.time())
        if instant is not None:
            running.timer = self._plane.engine.at(instant, lambda: self._due(rule, running, instant), background=True)

    def _due(self, rule: Rule, running: _Running, instant: float) -> None:
        self._wait(rule, running)
        event = self._scheduled_event(rule, instant)
        self._plane.ledger.record("events", "match", rule.arn, event_id=event.event_id, note="its schedule")
        self.router.fire(rule, event)

    def _scheduled_event(self, rule: Rule, instant: float) -> Event:
        """User guide, "Scheduled events": the event that AWS sends."""
        fields = {
            "version": "0",
            "id": self._plane.chance.uuid(),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": self._plane.account,
            "time": to_the_second(int(instant)),
            "region": self._plane.region,
            "resources": [rule.arn],
            "detail": {},
        }
        return Event(fields, "{}", ingested=instant)
