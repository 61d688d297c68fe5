"""A replay: the events of an archive once more, minute by minute of their own time.

API reference, StartReplay: "A replay processes events to replay based on the time in the event, and replays them using
1 minute intervals"; within a minute no order is promised, and here it is the archive's.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bus.local.engine import Timer
from bus.local.events.archive import Archive, time_of
from bus.local.events.event import Event
from bus.local.plane import Plane

# How long a replay works on a minute of events is not documented; so long it can be seen running, and be cancelled.
INTERVAL = 1.0
CANCELLABLE = ("STARTING", "RUNNING")

Send = Callable[[Event], object]


@dataclass
class Replay:
    """`begin` and `end` are the span of event times that it covers, `started` and `finished` when it ran."""

    plane: Plane
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
    timer: Timer | None = None
    _minutes: list[list[Event]] = field(default_factory=list)

    def start(self, send: Send) -> None:
        """Begin, after what is already due; `send` puts one event onto the bus."""
        self.timer = self.plane.engine.soon(lambda: self._run(send))

    def cancel(self) -> None:
        """Replay nothing more; what was replayed stays so."""
        self._end("CANCELLED")

    def _run(self, send: Send) -> None:
        self.state = "RUNNING"
        self._minutes = _by_minute(self.archive.between(self.begin, self.end))
        self._next(send)

    def _next(self, send: Send) -> None:
        if not self._minutes:
            self._end("COMPLETED")
            return
        now = self.plane.clock.time()
        for event in self._minutes.pop(0):
            self.plane.ledger.record("events", "replay", self.arn, event_id=event.event_id)
            send(event.replayed(self.name, now))
            self.last_replayed = time_of(event)
        self.timer = self.plane.engine.after(INTERVAL, lambda: self._next(send))

    def _end(self, state: str) -> None:
        self.state, self.finished = state, self.plane.clock.now()
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        self._minutes = []

    def summary(self) -> dict[str, Any]:
        """As ListReplays shows it."""
        shown = {
            "ReplayName": self.name,
            "EventSourceArn": self.archive.arn,
            "State": self.state,
            "EventStartTime": self.begin,
            "EventEndTime": self.end,
            "EventLastReplayedTime": self.last_replayed,
            "ReplayStartTime": self.started,
            "ReplayEndTime": self.finished,
        }
        return {name: value for name, value in shown.items() if value is not None}

    def described(self) -> dict[str, Any]:
        """As DescribeReplay shows it."""
        more = {} if self.description is None else {"Description": self.description}
        return {**self.summary(), "ReplayArn": self.arn, "Destination": deepcopy(self.destination), **more}


def _by_minute(events: Any) -> list[list[Event]]:
    minutes: dict[datetime, list[Event]] = {}
    for event in events:
        minutes.setdefault(time_of(event).replace(second=0, microsecond=0), []).append(event)
    return [minutes[minute] for minute in sorted(minutes)]
