"""What EventBridge keeps: buses with their rules and archives."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bus.local.errors import UnsupportedOperationError
from bus.local.events.archive import Archive
from bus.local.events.errors import not_found
from bus.local.events.event import Event
from bus.local.events.transform import Transform
from bus.local.policies import Policy
from bus.patterns import Pattern, RuleSet

Send = Callable[[Event, str | None], object]


@dataclass
class Target:
    """Where a rule sends its events. `spec` is as it was put.

    `send` delivers one event, or its transformed text, and raises AwsError when it cannot; it may answer with a Later,
    which says then what came of it.
    """

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
    """A rule of the bus named `bus`; `managed_by` is the AWS service that made it and alone may change it."""

    name: str
    arn: str
    bus: str
    pattern_text: str | None
    pattern: Pattern | None
    state: str = "ENABLED"
    description: str | None = None
    role_arn: str | None = None
    schedule_expression: str | None = None
    managed_by: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)

    @property
    def enabled(self) -> bool:
        return self.state != "DISABLED"

    def described(self) -> dict[str, Any]:
        """A rule as DescribeRule and ListRules show it."""
        shown = {
            "Name": self.name,
            "Arn": self.arn,
            "EventPattern": self.pattern_text,
            "ScheduleExpression": self.schedule_expression,
            "State": self.state,
            "Description": self.description,
            "RoleArn": self.role_arn,
            "ManagedBy": self.managed_by,
            "EventBusName": self.bus,
        }
        return {name: value for name, value in shown.items() if value is not None}


@dataclass
class EventBus:
    """A bus; `matching` holds the patterns of its enabled rules.

    `policy` is the document that says who may put events, `policy_text` its JSON, and `judge` the same, ready to
    judge. `settings` are those that are kept and shown: Description, KmsKeyIdentifier, DeadLetterConfig, LogConfig.
    """

    name: str
    arn: str
    created: datetime
    modified: datetime
    settings: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    policy: dict[str, Any] | None = None
    policy_text: str | None = None
    judge: Policy | None = None
    rules: dict[str, Rule] = field(default_factory=dict)
    matching: RuleSet = field(default_factory=RuleSet)
    archives: list[Archive] = field(default_factory=list)

    def put(self, rule: Rule) -> None:
        """Add a rule, or change the one of that name."""
        self.rules[rule.name] = rule
        if rule.pattern is not None and rule.enabled:
            self.matching.add(rule.name, rule.pattern)
        else:
            self.matching.remove(rule.name)

    def drop(self, rule: Rule) -> None:
        """Take a rule away."""
        self.matching.remove(rule.name)
        del self.rules[rule.name]

    def rule(self, name: str) -> Rule:
        """Raises ResourceNotFoundException."""
        if name not in self.rules:
            raise not_found(f"Rule {name} does not exist on EventBus {self.name}.")
        return self.rules[name]


class Buses:
    """The account's buses, by name or ARN."""

    def __init__(self) -> None:
        self._buses: dict[str, EventBus] = {}
        self._named: dict[str | None, EventBus] = {}

    def __len__(self) -> int:
        return len(self._buses)

    def __iter__(self) -> Iterator[EventBus]:
        """In the order of their names."""
        return iter([self._buses[name] for name in sorted(self._buses)])

    def add(self, bus: EventBus) -> None:
        self._buses[bus.name] = bus
        self._named |= dict.fromkeys((bus.name, bus.arn), bus)
        if bus.name == "default":
            self._named |= dict.fromkeys((None, ""), bus)

    def remove(self, bus: EventBus) -> None:
        del self._buses[bus.name], self._named[bus.name], self._named[bus.arn]

    def find(self, name_or_arn: str | None) -> EventBus | None:
        """The bus of this name or ARN, the default bus for None.

        Raises UnsupportedOperationError for a bus of another account or Region.
        """
        bus = self._named.get(name_or_arn)
        if bus is None and name_or_arn is not None and name_or_arn.startswith("arn:"):
            self._check_ours(name_or_arn)
        return bus

    def _check_ours(self, arn: str) -> None:
        # Every ARN here is of one account and Region: that of the default bus, which is always there.
        if arn.rpartition("/")[0] != self._named[None].arn.rpartition("/")[0]:
            raise UnsupportedOperationError(f"event buses of other accounts and Regions: {arn}")

    def get(self, name_or_arn: str | None) -> EventBus:
        """The same. Raises ResourceNotFoundException too."""
        bus = self.find(name_or_arn)
        if bus is None:
            raise not_found(f"Event bus {(name_or_arn or '').rpartition('/')[2]} does not exist.")
        return bus
