"""Shard iterators: where they start, and what callers carry about."""

import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson

from bus.local.dynamodb import records
from bus.local.dynamodb.errors import invalid
from bus.local.dynamodb.parameters import one_of
from bus.local.dynamodb.records import Stream
from bus.local.dynamodb.shards import Shard
from bus.local.dynamodb.store import Store
from bus.local.errors import AwsError
from bus.local.operations import Params

ITERATOR_LASTS = 15 * 60
_KINDS = ("TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP")


class Position(NamedTuple):
    """What an iterator stands for: the next sequence to read in a shard, and when the iterator was given out."""

    stream: str
    shard: str
    sequence: int
    issued: float

    def written(self) -> str:
        """The iterator, as callers carry it about."""
        return f"{self.stream}|{urlsafe_b64encode(orjson.dumps(self[1:])).decode()}"

    @classmethod
    def of(cls, iterator: str) -> "Position":
        """What an iterator says. Raises ValidationException for what is none."""
        stream, _, rest = iterator.rpartition("|")
        try:
            shard, sequence, issued = orjson.loads(urlsafe_b64decode(rest))
            return cls(stream, str(shard), int(sequence), float(issued))
        except (ValueError, TypeError, OverflowError) as error:
            raise invalid("Invalid ShardIterator") from error


@dataclass(frozen=True, slots=True)
class Starts:
    """Where the iterators of one shard start at `now` (epoch seconds)."""

    store: Store
    stream: Stream
    shard: Shard
    now: float

    def of(self, params: Params) -> int:
        """The sequence that GetShardIterator's parameters mean. Raises AwsError."""
        kind = one_of(params, "ShardIteratorType", _KINDS)
        if (kind == "AT_TIMESTAMP") != ("Timestamp" in params):
            raise invalid("Timestamp is required with ShardIteratorType AT_TIMESTAMP, and only with it")
        if kind == "TRIM_HORIZON":
            return self._oldest(0.0)
        if kind == "LATEST":
            return self._following()
        if kind == "AT_TIMESTAMP":
            return self._at(params["Timestamp"])
        return self._numbered(params.get("SequenceNumber", ""), kind)

    def _oldest(self, since: float) -> int:
        """The first record that can be read, of those written at `since` or later; else where the next will be."""
        found = records.first(self.store, self.stream, self.shard.start, max(since, self.now - records.RETENTION))
        return self._following() if found is None else min(found, self._following())

    def _following(self) -> int:
        return 1 + min(records.last_sequence(self.store), self.shard.last)

    def _at(self, instant: datetime | float) -> int:
        """No instant in the future; one before the trim horizon is the trim horizon (API reference)."""
        since = instant.timestamp() if isinstance(instant, datetime) else float(instant)
        if since > self.now:
            raise invalid("Timestamp must not be in the future")
        # It is compared with ApproximateCreationDateTime, which is rounded down to the second.
        return self._oldest(math.ceil(since))

    def _numbered(self, number: str, kind: str) -> int:
        if not number.isdecimal():
            raise invalid(f"The shard iterator type {kind} needs a SequenceNumber")
        sequence = records.sequence_of(number)
        if not self.shard.start <= sequence <= self.shard.last:
            raise invalid(f"Invalid SequenceNumber: {number} is not within the range of shard {self.shard.id}")
        if not records.holds(self.store, self.stream, sequence, self.now):
            raise trimmed()
        return sequence + (1 if kind.startswith("AFTER") else 0)


def trimmed() -> AwsError:
    return AwsError(
        "TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard."
    )
