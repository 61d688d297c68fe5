"""The open connections of a server, by what they wait for and how long they may."""

import asyncio
from collections.abc import Iterator
from operator import itemgetter
from typing import Protocol

from bus.local.wire.http.limits import Limits


class Guest(Protocol):
    """A connection, as the crowd sees it."""

    def overdue(self) -> None:
        """It waited as long as it may."""

    def cut_off(self) -> None:
        """Close at once: another one needs the room, or the server stops."""

    def retire(self) -> None:
        """The server stops: close, after the answer under way if there is one."""


class Waiting:
    """Connections that wait for one thing, those that have waited longest first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[Guest, float] = {}

    def enter(self, guest: Guest, now: float) -> None:
        """It waits from now."""
        self._since[guest] = now

    def leave(self, guest: Guest) -> None:
        """It waits no longer."""
        self._since.pop(guest, None)

    def longest(self) -> tuple[float, Guest] | None:
        """The one that has waited longest, and since when; None when nobody waits."""
        return next(((since, guest) for guest, since in self._since.items()), None)

    def overdue(self, now: float) -> Iterator[Guest]:
        """Those that have waited too long, which wait here no more."""
        while self._since:
            guest, since = next(iter(self._since.items()))
            if now - since < self._seconds:
                return
            del self._since[guest]
            yield guest


class Crowd:
    """All connections of one server."""

    def __init__(self, limits: Limits, most: int) -> None:
        self.limits = limits
        self.idle = Waiting(limits.idle_seconds)
        self.heads = Waiting(limits.head_seconds)
        self.bodies = Waiting(limits.body_seconds)
        self.stalled = Waiting(limits.stalled_seconds)
        self.lingering = Waiting(limits.lingering_seconds)
        self.gone = asyncio.Event()
        self.gone.set()
        self._most = most
        self._open: dict[Guest, None] = {}

    def admit(self, guest: Guest) -> bool:
        """Take a connection in, if need be in the place of one that waits for its client. Whether there is room."""
        if len(self._open) >= self._most and not self._make_room():
            return False
        self._open[guest] = None
        self.gone.clear()
        return True

    def leave(self, guest: Guest) -> None:
        """It is closed."""
        self._open.pop(guest, None)
        if not self._open:
            self.gone.set()

    def everybody(self) -> list[Guest]:
        """The open connections."""
        return list(self._open)

    def sweep(self, now: float) -> None:
        """Tell those who waited too long."""
        for waiting in self._kinds():
            for guest in waiting.overdue(now):
                guest.overdue()

    def _make_room(self) -> bool:
        longest = [(*first, waiting) for waiting in self._kinds() if (first := waiting.longest()) is not None]
        if not longest:
            return False
        _, guest, waiting = min(longest, key=itemgetter(0))
        waiting.leave(guest)
        self.leave(guest)
        guest.cut_off()
        return True

    def _kinds(self) -> tuple[Waiting, ...]:
        return self.lingering, self.idle, self.heads, self.bodies, self.stalled
