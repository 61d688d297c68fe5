"""Where an event goes once a bus has it: its archives, and the targets of the rules that match."""

from collections.abc import Collection

from bus.local.events.delivery import Delivery
from bus.local.events.event import Event
from bus.local.events.state import EventBus
from bus.local.plane import Plane


class Router:
    """Takes events onto buses. Nothing is delivered before the caller has its answer."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane

    def take(self, bus: EventBus, event: Event, rules: Collection[str] | None = None) -> None:
        """Route `event` at this instant, after what is already due; `rules` are the only ARNs a replay goes to."""
        self._plane.engine.soon(lambda: self._route(bus, event, rules))

    def _route(self, bus: EventBus, event: Event, rules: Collection[str] | None) -> None:
        with self._plane.ledger.following(event.event_id):
            if bus.archives and "replay-name" not in event.fields:
                self._archive(bus, event)
            for name in sorted(bus.matching.match(event.fields)):
                rule = bus.rules[name]
                if rules is None or rule.arn in rules:
                    self._plane.ledger.record("events", "match", rule.arn)
                    for target in tuple(rule.targets.values()):
                        Delivery(self._plane, rule, target, event).attempt()

    def _archive(self, bus: EventBus, event: Event) -> None:
        for archive in bus.archives:
            if archive.pattern is None or archive.pattern.matches(event.fields):
                archive.events.append(event)
                archive.size += len(event.data)
                self._plane.ledger.record("events", "archive", archive.arn)
