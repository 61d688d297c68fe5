"""Items, index entries and stream records in SQLite: in memory, or in a file with its write-ahead log."""

import sqlite3
import weakref
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bus.local.dynamodb import statements as sql
from bus.local.dynamodb.attributes import Item
from bus.local.dynamodb.codec import thaw
from bus.local.dynamodb.keys import Key

Bindings = Mapping[str, Any]


class Store:
    """One SQLite database. Tables and indexes go by number; items are blobs of `codec.freeze`.

    `path` None keeps it in memory. A file is synced at each commit, so what was answered is kept.
    """

    def __init__(self, path: Path | None = None) -> None:
        # One engine runs everything, task by task; under `bus up` it may be in another thread than its maker.
        self._connect(path)
        self._sql.executescript(sql.SCHEMA)

    def __getstate__(self) -> bytes:
        """The whole database as a file would hold it."""
        return self._sql.serialize()

    def __setstate__(self, database: bytes) -> None:
        self._connect(None)
        self._sql.deserialize(database)

    def _connect(self, path: Path | None) -> None:
        self._sql = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._sql.execute("PRAGMA journal_mode = WAL")
        self._sql.execute("PRAGMA synchronous = FULL")
        self.run = self._sql.execute
        weakref.finalize(self, self._sql.close)

    def close(self) -> None:
        """Give the file back."""
        self._sql.close()

    @contextmanager
    def commit(self) -> Iterator[None]:
        """All of the block, or nothing of it."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.run("ROLLBACK")
            raise
        self.run("COMMIT")

    def get(self, table: int, key: Key) -> bytes | None:
        """The blob of an item, if it is there."""
        row = self.run(sql.GET, (table, *key)).fetchone()
        return None if row is None else row[0]

    def put(self, table: int, key: Key, blob: bytes | None) -> None:
        """Set an item, or with None delete it."""
        if blob is None:
            self.run(sql.DELETE, (table, *key))
        else:
            self.run(sql.PUT, (table, *key, blob))

    def move(self, index: int, key: Key, before: Key | None, after: Key | None) -> None:
        """Take an item's entry in an index from one place to another; None is out of the index."""
        if before is not None:
            self.run(sql.WITHDRAW, (index, *before, *key))
        if after is not None:
            self.run(sql.ENTER, (index, *after, *key))

    def read(self, statement: str, bindings: Bindings) -> Iterator[bytes]:
        """Blobs in order, read one by one: whoever stops early has read no more."""
        with closing(self.run(statement, bindings)) as rows:
            for (blob,) in rows:
                yield blob

    def every(self, table: int) -> list[Item]:
        """All of a table: for building an index."""
        everything = {"tab": table, "low": b"", "high": _ABOVE, "hash": b"", "range": b""}
        return [thaw(blob) for blob in self.read(sql.SCAN, everything)]

    def save(self, kind: str, number: int, document: bytes) -> None:
        """Keep the description of a table or stream."""
        self.run(sql.CATALOGUE, (kind, number, document))

    def saved(self, kind: str) -> list[bytes]:
        """The descriptions of a kind, in order of number."""
        return [document for (document,) in self.run(sql.CATALOG, (kind,))]


# Above every partition: none has a digest of nine bytes of ones.
_ABOVE = b"\xff" * 9
