"""Where an event goes once a bus has it: its archives, and the targets of the rules that match."""

from collections.abc import Collection, Iterable, Iterator

from bus.local.events.delivery import Delivery
from bus.local.events.event import Event
from bus.local.events.state import EventBus, Rule
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts
from bus.patterns import InvalidEventError

Taken = tuple[EventBus, Event, Collection[str] | None]


class Router:
    """Takes events onto buses. Nothing is delivered before the caller has its answer."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._queued: dict[int, list[Taken]] = {}
        self._takings = 0
        self._waiting: dict[Delivery, None] = {}

    def take(self, bus: EventBus, event: Event, rules: Collection[str] | None = None) -> None:
        """Route `event` at this instant, after what is already due; `rules` are the only ARNs a replay goes to."""
        self.take_all([(bus, event, rules)])

    def take_all(self, taken: list[Taken]) -> None:
        """The same for several, one after the other."""
        if taken:
            self._takings = number = self._takings + 1
            self._queued[number] = taken
            self._plane.engine.soon(lambda: self._route_all(self._queued.pop(number)))

    def fire(self, rule: Rule, event: Event) -> None:
        """Send `event` to the targets of `rule`, whatever its pattern says: a schedule does."""
        with self._plane.ledger.following(event.event_id):
            self._deliver(rule, event)

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """The buses that have yet to route the event, and the targets that have yet to receive it."""
        for bus, event, _ in (each for taken in self._queued.values() for each in taken):
            if event.event_id == event_id:
                yield Whereabouts("events", bus.arn, "queued")
        for delivery in self._waiting:
            if delivery.event.event_id == event_id:
                yield delivery.whereabouts()

    def _route_all(self, taken: Iterable[Taken]) -> None:
        ledger = self._plane.ledger
        before = ledger.subject
        try:
            for bus, event, rules in taken:
                ledger.subject = event.event_id
                self._route(bus, event, rules)
        finally:
            ledger.subject = before

    def _route(self, bus: EventBus, event: Event, rules: Collection[str] | None) -> None:
        for archive in bus.archives:
            archive.take(event)
        matched = _matched(bus, event)
        if not matched:
            self._plane.ledger.record("events", "match", bus.arn, outcome="filtered", note="no rule matches")
        for name in sorted(matched) if len(matched) > 1 else matched:
            # A target of an earlier rule cannot take a later one away meanwhile: operations wait for the engine.
            rule = bus.rules[name]
            if rules is None or rule.arn in rules:
                self._plane.ledger.record("events", "match", rule.arn)
                self._deliver(rule, event)

    def _deliver(self, rule: Rule, event: Event) -> None:
        """AWS promises each target one delivery at least, and no order (user guide, "Event delivery")."""
        anomalies = self._plane.anomalies
        for target in tuple(rule.targets.values()):
            for _ in range(2 if anomalies.twice() else 1):
                Delivery(self._plane, rule, target, event, self._waiting).start(anomalies.lateness())


def _matched(bus: EventBus, event: Event) -> set[str]:
    if not event.parsed:
        try:
            # From the text only the fields are read that patterns name.
            return bus.matching.match_json(event.data)
        except InvalidEventError:
            # Nested too deeply for the caller's stack; orjson, which has none, took the event.
            pass
    return bus.matching.match(event.fields)
