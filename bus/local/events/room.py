"""The room of Amazon EventBridge."""

from typing import ClassVar

from bus.local.events.publishing import Publishing
from bus.local.events.resources import Resources


class EventsRoom(Publishing, Resources):
    """Answers for service "events": publishing, buses, rules, targets, archives and their resources."""

    service: ClassVar[str] = "events"
