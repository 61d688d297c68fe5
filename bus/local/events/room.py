"""The room of Amazon EventBridge."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from bus.local.events.api_destination_delivery import Called, call_api_destination
from bus.local.events.api_resources import ApiResources
from bus.local.events.archive_resources import ArchiveResources
from bus.local.events.publishing import Publishing
from bus.local.events.resources import Resources
from bus.local.events.scheduled_rules import ScheduledRules
from bus.local.later import Later
from bus.local.whereabouts import Whereabouts


class EventsRoom(Publishing, ScheduledRules, ApiResources, ArchiveResources, Resources):
    """Answers for service "events": publishing, buses, rules, targets, archives and their resources."""

    service: ClassVar[str] = "events"

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """Where the event is queued on a bus, waits to be delivered, or is archived."""
        yield from self.router.whereabouts(event_id)
        yield from self.archived(event_id)

    def call_api_destination(
        self, arn: str, text: str, path: list[str], headers: Mapping[str, str], query: Mapping[str, str]
    ) -> Called | Later[Called]:
        """Send a body to an API destination, by its connection, once: how a pipe reaches one.

        `path` fills the wildcards of the endpoint. What goes wrong is part of the answer, which under the real clock
        comes later.
        """
        return call_api_destination(self._plane, arn, text, path, headers, query)
