"""The way of one event, or of everything that one correlation id names: what happened, and where it is now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bus.local.ledger import Hop
from bus.local.plane import Plane
from bus.local.times import iso
from bus.local.whereabouts import Holder, Whereabouts


@dataclass(frozen=True)
class Trace:
    """`hops` in the order in which they happened; `now` is every place that still holds something of it.

    Its text is for people: a line per hop, with seconds since the first, and a line per place.
    """

    subject: str
    hops: Sequence[Hop]
    now: Sequence[Whereabouts]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.subject}: {len(self.hops)} hops" + (f" since {iso(self.hops[0].at)}" if self.hops else "")
        for hop in self.hops:
            attempt = f" (attempt {hop.attempt})" if hop.attempt > 1 else ""
            note = f": {hop.note}" if hop.note else ""
            what = f"{hop.service:<15} {hop.action:<16} {_short(hop.resource)}"
            yield f"  +{hop.at - self.hops[0].at:>10.3f} s  {hop.outcome:<12} {what}{attempt}{note}"
        if not self.now:
            yield "  now: nowhere on its way"
        for place in self.now:
            until = "" if place.until is None else f" until {iso(place.until)}"
            note = f": {place.note}" if place.note else ""
            yield f"  now: {place.state}{until} in {place.service} {_short(place.resource)}{note}"


def trace_of(plane: Plane, subject: str) -> Trace:
    """The trace of an event's id, or of a correlation id."""
    events = plane.ledger.related(subject) or [subject]
    hops = plane.ledger.of_correlation(subject) or plane.ledger.of(subject)
    return Trace(subject, hops, [place for event in events for place in _held(plane, event)])


def _held(plane: Plane, event_id: str) -> Iterator[Whereabouts]:
    for room in plane.rooms.values():
        if isinstance(room, Holder):
            yield from room.whereabouts(event_id)


def _short(resource: str) -> str:
    """An ARN without what is the same in all of them."""
    return resource.split(":", 5)[5] if resource.startswith("arn:") and resource.count(":") > 4 else resource  # noqa: PLR2004 - an ARN's six parts
