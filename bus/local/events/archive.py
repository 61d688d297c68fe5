"""An archive: the events of one bus that its pattern wants, for as many days as it keeps them.

User guide, "Archiving and replaying events"; API reference, CreateArchive.
"""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bus.local.engine import Timer
from bus.local.events.event import Event
from bus.local.plane import Plane
from bus.patterns import Pattern

DAY = 86_400
RULE_PREFIX = "Events-Archive-"
MANAGED_BY = "prod.vhs.events.aws.internal"


@dataclass
class Archive:
    """`events` are in the order in which they came; `retention_days` of 0 keeps them for good."""

    plane: Plane
    name: str
    arn: str
    source_arn: str
    created: datetime
    description: str | None = None
    pattern_text: str | None = None
    pattern: Pattern | None = None
    retention_days: int = 0
    key: str | None = None
    events: deque[Event] = field(default_factory=deque)
    size: int = 0
    timer: Timer | None = None

    def take(self, event: Event) -> None:
        """Keep an event, if it is wanted: a replayed one never is."""
        if "replay-name" in event.fields or not (self.pattern is None or self.pattern.matches(event.fields)):
            return
        self.events.append(event)
        self.size += len(event.data)
        self.plane.ledger.record("events", "archive", self.arn)
        if self.timer is None:
            self.sweep_later()

    def sweep_later(self) -> None:
        """Wait until the oldest event is past its retention."""
        self.stop()
        if self.events:
            due = self.until(self.events[0])
            self.timer = None if due is None else self.plane.engine.at(due, self._sweep, background=True)

    def until(self, event: Event) -> float | None:
        """The epoch second at which an event's retention ends, None for never."""
        return event.ingested + self.retention_days * DAY if self.retention_days else None

    def stop(self) -> None:
        """Sweep no more."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def _sweep(self) -> None:
        oldest = self.plane.clock.time() - self.retention_days * DAY
        while self.events and self.events[0].ingested <= oldest:
            event = self.events.popleft()
            self.size -= len(event.data)
            self.plane.ledger.record("events", "expire", self.arn, event_id=event.event_id)
        self.sweep_later()

    def between(self, begin: datetime, end: datetime) -> Iterator[Event]:
        """The events that occurred within a span, both ends included: their own times decide."""
        return (event for event in self.events if begin <= time_of(event) <= end)

    def rule_pattern(self) -> str:
        """The pattern of the managed rule that feeds it, which lets no replayed event through."""
        given = {} if self.pattern_text is None else json.loads(self.pattern_text)
        return json.dumps({**given, "replay-name": [{"exists": False}]})

    def answered(self) -> dict[str, Any]:
        """As the operations that change it answer."""
        return {"ArchiveArn": self.arn, "State": "ENABLED", "CreationTime": self.created}

    def summary(self) -> dict[str, Any]:
        """As ListArchives shows it."""
        return {
            "ArchiveName": self.name,
            "EventSourceArn": self.source_arn,
            "State": "ENABLED",
            "RetentionDays": self.retention_days,
            "SizeBytes": self.size,
            "EventCount": len(self.events),
            "CreationTime": self.created,
        }

    def described(self) -> dict[str, Any]:
        """As DescribeArchive shows it."""
        more = {
            "ArchiveArn": self.arn,
            "Description": self.description,
            "EventPattern": self.pattern_text,
            "KmsKeyIdentifier": self.key,
        }
        return {**self.summary(), **{name: value for name, value in more.items() if value is not None}}


def time_of(event: Event) -> datetime:
    """When the event says that it occurred."""
    return datetime.fromisoformat(event.fields["time"])
