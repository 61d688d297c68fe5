"""Change records: written by the same commit as the items they tell of."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from bus.local.dynamodb import shards
from bus.local.dynamodb import statements as sql
from bus.local.dynamodb.shards import Shard
from bus.local.dynamodb.store import Store

RETENTION = 24 * 3600
# Kept a while longer, unread, so that an iterator that stands before them is told that they were trimmed.
_KEPT = RETENTION + 3600
# 21 digits, the fewest that the API allows; as text they sort as they do as numbers.
_FIRST_SEQUENCE = 10**20


@dataclass
class Stream:
    """A table's stream. `created` and `closed` are epoch seconds, `start` and `end` sequences.

    `shard` is its first shard, `children` are those that came after it: id, first sequence, when it was opened. A
    closed stream is readable for 24 hours (developer guide, "Change data capture for DynamoDB Streams").
    """

    number: int
    arn: str
    label: str
    view: str
    table_name: str
    key_schema: list[dict[str, str]]
    created: float
    shard: str
    start: int
    closed: float | None = None
    end: int | None = None
    children: list[tuple[str, int, float]] = field(default_factory=list)

    @property
    def keeps_before(self) -> bool:
        """Whether records show the item as it was."""
        return self.view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES")

    @property
    def keeps_after(self) -> bool:
        """Whether records show the item as it is now."""
        return self.view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")

    def shards(self, now: float) -> list[Shard]:
        """Its shards, oldest first, but those that were closed so long ago that nothing of them can be read."""
        first = Shard(self.shard, self.start, self.created)
        every = shards.line(first, self.children, self.end, self.closed)
        return [shard for shard in every if shard.closed is None or now - shard.closed <= RETENTION]

    def gone(self, now: float) -> bool:
        """Whether it was closed so long ago that it is no more."""
        return self.closed is not None and now - self.closed > RETENTION

    def save(self, store: Store) -> None:
        """Keep its description."""
        store.save("stream", self.number, orjson.dumps(asdict(self)))


class Record(NamedTuple):
    """A change as stored: images are blobs, None where the view or the change has none."""

    sequence: int
    at: float
    id: str
    event: str
    by_service: int
    keys: bytes
    before: bytes | None
    after: bytes | None


def sequence_number(sequence: int) -> str:
    """A record's place as the API writes it: digits that only ever grow."""
    return str(_FIRST_SEQUENCE + sequence)


def sequence_of(number: str) -> int:
    """The place that a sequence number stands for."""
    return int(number) - _FIRST_SEQUENCE


def label(instant: float) -> str:
    """A stream's label: when it was opened, to the millisecond."""
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")


def append(
    store: Store,
    stream: Stream,
    at: float,
    record_id: str,
    change: tuple[bytes, bytes | None, bytes | None],
    *,
    ttl: bool,
) -> int:
    """Write a record within a commit: `change` is the key, the item before and after. Gives its sequence."""
    _roll(store, stream, at)
    keys, before, after = change
    event = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
    images = (before if stream.keeps_before else None, after if stream.keeps_after else None)
    sequence = store.run(sql.APPEND, (stream.number, at, record_id, event, ttl, keys, *images)).lastrowid
    return sequence or 0


def _roll(store: Store, stream: Stream, at: float) -> None:
    """Close the open shard and open its child, when it is time and the open one holds something."""
    start, opened = stream.children[-1][1:] if stream.children else (stream.start, stream.created)
    if at - opened < shards.ROLLS_AFTER or first(store, stream, start) is None:
        return
    stream.children.append((shards.shard_id(stream.arn, at), last_sequence(store) + 1, at))
    stream.save(store)


def read(store: Store, stream: Stream, reach: tuple[int, int], now: float, limit: int) -> Iterator[Record]:
    """Records that are not yet 24 hours old; `reach` is the first and last sequence to be read."""
    rows = store.run(sql.RECORDS, (stream.number, *reach, now - RETENTION, limit))
    return (Record(*row) for row in rows.fetchall())


def first(store: Store, stream: Stream, start: int, since: float = 0.0) -> int | None:
    """The first sequence of the stream from `start` on, of a record written at `since` (epoch seconds) or later."""
    row = store.run(sql.FIRST_RECORD, (stream.number, start, since)).fetchone()
    return None if row is None else int(row[0])


def trimmed(store: Store, stream: Stream, start: int, now: float) -> bool:
    """Whether the first record of the stream from `start` on is older than 24 hours."""
    oldest = first(store, stream, start)
    return oldest is not None and oldest != first(store, stream, start, now - RETENTION)


def holds(store: Store, stream: Stream, sequence: int, now: float) -> bool:
    """Whether the record of that sequence can still be read."""
    return first(store, stream, sequence, now - RETENTION) == sequence


def last_sequence(store: Store) -> int:
    """The sequence of the newest record of all streams, trimmed or not; 0 before the first."""
    row: tuple[Any, ...] | None = store.run(sql.LAST_SEQUENCE).fetchone()
    return 0 if row is None else int(row[0])


def trim(store: Store, now: float) -> None:
    """Drop what nobody can read any more."""
    store.run(sql.TRIM, (now - _KEPT,))
