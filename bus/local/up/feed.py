"""The hops of the ledger as they happen, for everybody who watches."""

from collections.abc import Callable, Sequence

import orjson

from bus.local.ledger import Hop, Ledger
from bus.local.up.names import Names, Told
from bus.local.wire.messages import Stream

Watcher = Callable[[Sequence[Hop]], None]


class Feed:
    """Looks at the ledger when told that it may have grown, and hands what is new to those who watch."""

    def __init__(self, ledger: Ledger, names: Names) -> None:
        self._ledger, self._names = ledger, names
        self._next = ledger.end
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell `watcher` of every hop from now on; what is returned ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def look(self) -> None:
        """Hand on what is new."""
        first, self._next = self._next, self._ledger.end
        if first < self._next and self._watchers:
            news = self._ledger.since(first)
            for watcher in tuple(self._watchers):
                watcher(news)

    def stream(self, first: int, subject: str | None = None) -> Stream:
        """Every hop from that number on, as lines of JSON, for as long as somebody reads: see `line`.

        A negative number counts from the end: -1 is from now on. Of a `subject`, an event's id or a correlation id,
        its hops alone.
        """
        stream = Stream(200, {"content-type": "application/x-ndjson"})

        def push(hops: Sequence[Hop]) -> None:
            chosen = hops if subject is None else self._of(subject, hops)
            stream.push(b"".join(line(self._names.told(hop)) for hop in chosen))

        self.look()  # what there is now is not to be told twice
        push(self._ledger.since(first if first >= 0 else max(0, self._ledger.end + first + 1)))
        stream.on_closed = self.watch(push)
        return stream

    def _of(self, subject: str, hops: Sequence[Hop]) -> list[Hop]:
        events = {subject, *self._ledger.related(subject)}
        return [hop for hop in hops if hop.event_id in events]


def line(told: Told) -> bytes:
    """A hop as JSON: its fields by name, `detail_type` (null where it is not known), `place` and `note` in short names.

    Half of a surrogate pair, which a note may quote and JSON cannot hold, becomes "?".
    """
    fields = told.hop._asdict() | {"detail_type": told.detail_type, "place": told.place, "note": told.note}
    try:
        return orjson.dumps(fields) + b"\n"
    except TypeError:
        return orjson.dumps({name: _sound(value) for name, value in fields.items()}) + b"\n"


def _sound(value: object) -> object:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
