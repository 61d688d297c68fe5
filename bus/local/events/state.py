"""What EventBridge keeps: buses with their rules, archives and replays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bus.local.events.errors import not_found
from bus.local.events.event import Event
from bus.local.events.transform import Transform
from bus.patterns import Pattern, RuleSet

Send = Callable[[Event, str | None], object]


@dataclass
class Target:
    """Where a rule sends its events. `spec` is as it was put; `send` delivers one event, or its transformed text."""

    spec: Mapping[str, Any]
    send: Send
    transform: Transform | None
    max_attempts: int
    max_age: int
    dead_letters: str | None

    @property
    def arn(self) -> str:
        return str(self.spec["Arn"])


@dataclass
class Rule:
    name: str
    arn: str
    bus: str
    pattern_text: str
    pattern: Pattern
    state: str = "ENABLED"
    description: str | None = None
    role_arn: str | None = None
    targets: dict[str, Target] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """A rule as DescribeRule and ListRules show it."""
        shown = {
            "Name": self.name,
            "Arn": self.arn,
            "EventPattern": self.pattern_text,
            "State": self.state,
            "Description": self.description,
            "RoleArn": self.role_arn,
            "EventBusName": self.bus,
        }
        return {name: value for name, value in shown.items() if value is not None}


@dataclass
class Archive:
    """Events of one bus, in the order in which they came, with the epoch second of each."""

    name: str
    arn: str
    source_arn: str
    created: datetime
    description: str | None = None
    pattern_text: str | None = None
    pattern: Pattern | None = None
    retention_days: int = 0
    events: list[Event] = field(default_factory=list)
    size: int = 0


@dataclass
class Replay:
    name: str
    arn: str
    archive: Archive
    destination: Mapping[str, Any]
    begin: datetime
    end: datetime
    started: datetime
    description: str | None = None
    state: str = "STARTING"
    finished: datetime | None = None
    last_replayed: datetime | None = None


@dataclass
class EventBus:
    """A bus; `matching` holds the patterns of its enabled rules."""

    name: str
    arn: str
    created: datetime
    description: str | None = None
    policy: dict[str, Any] | None = None
    rules: dict[str, Rule] = field(default_factory=dict)
    matching: RuleSet = field(default_factory=RuleSet)
    archives: list[Archive] = field(default_factory=list)

    def put(self, rule: Rule) -> None:
        """Add a rule, or change the one of that name."""
        self.rules[rule.name] = rule
        if rule.state == "DISABLED":
            self.matching.remove(rule.name)
        else:
            self.matching.add(rule.name, rule.pattern)

    def rule(self, name: str) -> Rule:
        """Raises ResourceNotFoundException."""
        if name not in self.rules:
            raise not_found(f"Rule {name} does not exist on EventBus {self.name}.")
        return self.rules[name]


class Buses:
    """The account's buses, by name or ARN."""

    def __init__(self) -> None:
        self._buses: dict[str, EventBus] = {}

    def add(self, bus: EventBus) -> None:
        self._buses[bus.name] = bus

    def remove(self, bus: EventBus) -> None:
        del self._buses[bus.name]

    def find(self, name_or_arn: str | None) -> EventBus | None:
        """The bus of this name or ARN, the default bus for None."""
        return self._buses.get((name_or_arn or "default").rpartition("/")[2])

    def get(self, name_or_arn: str | None) -> EventBus:
        """The same. Raises ResourceNotFoundException."""
        bus = self.find(name_or_arn)
        if bus is None:
            raise not_found(f"Event bus {(name_or_arn or '').rpartition('/')[2]} does not exist.")
        return bus

    def __iter__(self) -> Any:
        return iter(self._buses.values())
