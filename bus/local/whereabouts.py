"""Where an event is that is still on its way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One place that holds an event.

    `service` and `resource` as in the ledger; `state` is in the words of the service: "visible", "in flight",
    "delayed", "waiting to retry", "buffered", "queued". `until` is the instant (epoch seconds) at which it moves
    on by itself, where that is known; `note` is for people.
    """

    service: str
    resource: str
    state: str
    until: float | None = None
    note: str = ""


@runtime_checkable
class Holder(Protocol):
    """A room that can say what it holds of an event."""

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """Every place of the room that holds something of the event; may look at all that is held."""
