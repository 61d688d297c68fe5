"""The hops of the ledger as they happen, for everybody who watches."""

from collections.abc import Callable, Sequence

import orjson

from bus.local.ledger import Hop, Ledger
from bus.local.wire.messages import Stream

Watcher = Callable[[Sequence[Hop]], None]


class Feed:
    """Looks at the ledger when told that it may have grown, and hands what is new to those who watch."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._next = ledger.end
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell `watcher` of every hop from now on; what is returned ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def look(self) -> None:
        """Hand on what is new."""
        if self._next == self._ledger.end:
            return
        news = self._ledger.since(self._next)
        self._next = self._ledger.end
        for watcher in tuple(self._watchers):
            watcher(news)

    def stream(self, first: int, subject: str | None = None) -> Stream:
        """Every hop from that number on, as lines of JSON, for as long as somebody reads.

        A negative number counts from the end. Of a `subject`, an event's id or a correlation id, its hops alone.
        """
        stream = Stream(200, {"content-type": "application/x-ndjson"})

        def push(hops: Sequence[Hop]) -> None:
            chosen = hops if subject is None else self._of(subject, hops)
            stream.push(b"".join(orjson.dumps([*hop]) + b"\n" for hop in chosen))

        push(self._ledger.since(first if first >= 0 else max(0, self._ledger.end + first + 1)))
        stream.on_closed = self.watch(push)
        return stream

    def _of(self, subject: str, hops: Sequence[Hop]) -> list[Hop]:
        events = {subject, *self._ledger.related(subject)}
        return [hop for hop in hops if hop.event_id in events]
