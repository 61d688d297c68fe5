"""What a reader has in its hands of an event."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bus.local.polling.record import Record

Then = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Held:
    """A record of the event, for the trace that says where it is (`Whereabouts`).

    `state` is "buffered", "in flight", "running" (in whoever answers later) or "waiting to retry"; `until` is when it
    moves on, in epoch seconds, where that is known.
    """

    state: str
    until: float | None
    place: str


def held(records: Iterable[Record], event_id: str, state: str, until: float | None, place: str) -> Iterator[Held]:
    """One for each of `records` that carries the event."""
    for record in records:
        if record.event_id == event_id:
            yield Held(state, until, f"{place} {record.identifier}".strip())
