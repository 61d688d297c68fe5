"""One shard: records in order of arrival, found by position, sequence number or time in constant or log time."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

# Sequence numbers have 56 digits. From the first number on they count positions, with room for the
# shard's own number below, so that no two records of a stream have the same one.
_FIRST_NUMBER = 49_600_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000
_SHARD_BITS = 16


@dataclass(frozen=True, slots=True)
class Record:
    """What was put; `arrived` is epoch seconds."""

    sequence_number: str
    partition_key: str
    data: bytes
    arrived: float


class Shard:
    """A range of MD5 hashes, both ends included, and the records whose keys hash into it."""

    def __init__(self, number: int, low: int, high: int) -> None:
        self.number, self.low, self.high = number, low, high
        self.id = f"shardId-{number:012d}"
        self._records: list[Record] = []
        # Positions count every record that was ever put; those before `_trimmed` are gone, and
        # `_records` begins with position `_base`.
        self._base = self._trimmed = 0

    @property
    def end(self) -> int:
        """The position that the next record will have."""
        return self._base + len(self._records)

    @property
    def first_sequence_number(self) -> str:
        """Where the shard's numbers start."""
        return self._number_at(0)

    def put(self, partition_key: str, data: bytes, now: float) -> Record:
        record = Record(self._number_at(self.end + 1), partition_key, data, now)
        self._records.append(record)
        return record

    def horizon(self, oldest: float) -> int:
        """The position of the first record that arrived at `oldest` or later; those before are forgotten."""
        while self._trimmed < self.end and self._records[self._trimmed - self._base].arrived < oldest:
            self._trimmed += 1
        if (gone := self._trimmed - self._base) > len(self._records) // 2:
            del self._records[:gone]
            self._base = self._trimmed
        return self._trimmed

    def position_of(self, sequence_number: str) -> int | None:
        """The position of a record of this shard; None for what is no number of it."""
        if not sequence_number.isdecimal():
            return None
        offset = int(sequence_number) - _FIRST_NUMBER
        position = (offset >> _SHARD_BITS) - 1
        if offset & ((1 << _SHARD_BITS) - 1) != self.number or not -1 <= position < self.end:
            return None
        return position

    def position_at(self, instant: float) -> int:
        """The position of the first record that arrived at `instant` or later."""
        return self._base + bisect_left(self._records, instant, key=lambda record: record.arrived)

    def read(self, position: int, limit: int) -> Sequence[Record]:
        """Up to `limit` records from `position` on."""
        start = max(position - self._base, 0)
        return self._records[start : start + limit]

    def _number_at(self, position: int) -> str:
        return str(_FIRST_NUMBER + (position << _SHARD_BITS) + self.number)


def evenly(count: int) -> list[Shard]:
    """`count` shards that divide all hashes among them."""
    width = (1 << 128) // count
    highs = [width * (number + 1) - 1 for number in range(count - 1)] + [(1 << 128) - 1]
    return [Shard(number, width * number, high) for number, high in enumerate(highs)]
