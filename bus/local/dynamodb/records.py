"""Change records: written by the same commit as the items they tell of."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from bus.local.dynamodb import statements as sql
from bus.local.dynamodb.store import Store

RETENTION = 24 * 3600
# 21 digits, the fewest that the API allows; as text they sort as they do as numbers.
_FIRST_SEQUENCE = 10**20


@dataclass
class Stream:
    """A table's stream. `created` and `closed` are epoch seconds.

    A closed one is readable until its records are gone.
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

    @property
    def keeps_before(self) -> bool:
        """Whether records show the item as it was."""
        return self.view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES")

    @property
    def keeps_after(self) -> bool:
        """Whether records show the item as it is now."""
        return self.view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")

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
    keys, before, after = change
    event = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
    images = (before if stream.keeps_before else None, after if stream.keeps_after else None)
    sequence = store.run(sql.APPEND, (stream.number, at, record_id, event, ttl, keys, *images)).lastrowid
    return sequence or 0


def read(store: Store, stream: Stream, start: int, now: float, limit: int) -> Iterator[Record]:
    """Records from `start` on that are not yet 24 hours old."""
    rows = store.run(sql.RECORDS, (stream.number, start, now - RETENTION, limit))
    return (Record(*row) for row in rows.fetchall())


def last_sequence(store: Store) -> int:
    """The sequence of the newest record of all streams, trimmed or not; 0 before the first."""
    row: tuple[Any, ...] | None = store.run(sql.LAST_SEQUENCE).fetchone()
    return 0 if row is None else int(row[0])


def trim(store: Store, now: float) -> None:
    """Drop what nobody can read any more."""
    store.run(sql.TRIM, (now - RETENTION,))
