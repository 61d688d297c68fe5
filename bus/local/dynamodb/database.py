"""The tables of the room, and the one way in which their items change."""

from collections.abc import Sequence
from dataclasses import dataclass

from bus.local.dynamodb import records
from bus.local.dynamodb.codec import freeze, thaw
from bus.local.dynamodb.errors import not_found
from bus.local.dynamodb.expiry import Sweeper
from bus.local.dynamodb.keys import Key
from bus.local.dynamodb.records import Stream
from bus.local.dynamodb.store import Store
from bus.local.dynamodb.tables import Table
from bus.local.plane import Plane

TRIM_EVERY = 3600


@dataclass(frozen=True, slots=True)
class Change:
    """One item's step from one blob to another; None where it is not there."""

    table: Table
    key: Key
    before: bytes | None
    after: bytes | None


class Database:
    """Tables by name, streams by ARN; everything else is in the store."""

    def __init__(self, plane: Plane, store: Store) -> None:
        self.plane, self.store = plane, store
        self.tables: dict[str, Table] = {}
        self.streams: dict[str, Stream] = {}
        self.sweepers: dict[int, Sweeper] = {}
        self._trim_at = 0.0

    def table(self, name: str) -> Table:
        """A table by its name or ARN. Raises ResourceNotFoundException."""
        if name.startswith("arn:"):
            name = name.rpartition("/")[2]
        table = self.tables.get(name)
        if table is None:
            raise not_found()
        return table

    def commit(self, action: str, changes: Sequence[Change], *, by_service: bool = False) -> None:
        """Make all changes or none: items, index entries and stream records together.

        A change that changes nothing writes nothing, and no record, as on AWS. Readers of the
        streams hear of it once it stands.
        """
        written: list[tuple[Stream, int]] = []
        with self.store.commit():
            for change in changes:
                if change.before != change.after:
                    self._make(change, written, by_service=by_service)
        for table in {change.table.number: change.table for change in changes}.values():
            self.plane.ledger.record("dynamodb", action, table.arn)
        self._tell(written)

    def _make(self, change: Change, written: list[tuple[Stream, int]], *, by_service: bool) -> None:
        table, key, before, after = change.table, change.key, change.before, change.after
        self.store.put(table.number, key, after)
        if table.entered:
            self._enter(table, key, before, after)
        if table.stream is None:
            return
        keys = freeze(table.keys.values(thaw(after or before or b"")))
        record_id = self.plane.chance.hex(32)
        at = self.plane.clock.time()
        sequence = records.append(self.store, table.stream, at, record_id, (keys, before, after), ttl=by_service)
        written.append((table.stream, sequence))

    def _enter(self, table: Table, key: Key, before: bytes | None, after: bytes | None) -> None:
        old = None if before is None else thaw(before)
        new = None if after is None else thaw(after)
        for index in table.entered:
            was = None if old is None else index.entry(old)
            now = None if new is None else index.entry(new)
            if was != now:
                self.store.move(index.number, key, was, now)
        if table.expiry is not None and new is not None:
            self.sweepers[table.number].expect(new)

    def _tell(self, written: list[tuple[Stream, int]]) -> None:
        if not written:
            return
        for stream, sequence in written:
            self.plane.ledger.keep(f"{stream.arn}/{records.sequence_number(sequence)}")
        for arn in dict.fromkeys(stream.arn for stream, _ in written):
            self.plane.signals.emit(arn)
        now = self.plane.clock.time()
        if now >= self._trim_at:
            self._trim_at = now + TRIM_EVERY
            records.trim(self.store, now)
