"""One shard: records in order of arrival, found by position, sequence number or time in constant or log time."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from bus.local.kinesis.throughput import Throughput

HASHES = 1 << 128
# Sequence numbers have 56 digits. From the first number on they count positions, with room for the
# shard's own number below, so that no two records of a stream have the same one.
_FIRST_NUMBER = 49_600_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000
_SHARD_BITS = 16


@dataclass(frozen=True, slots=True)
class Record:
    """What was put; `arrived` is epoch seconds; `encryption` is Kinesis's EncryptionType."""

    sequence_number: str
    partition_key: str
    data: bytes
    arrived: float
    encryption: str = "NONE"


class Shard:
    """A range of MD5 hashes, both ends included, and the records whose keys hash into it.

    `parents` are the ids of the shards that it was split from or merged of; its sequence numbers are higher than
    theirs. `created_at` and `closed_at` are epoch seconds, the latter None while it is open.
    """

    def __init__(self, number: int, low: int, high: int, now: float, parents: "Sequence[Shard]" = ()) -> None:
        self.number, self.low, self.high = number, low, high
        self.id = f"shardId-{number:012d}"
        self.parents = tuple(parent.id for parent in parents)
        self.created_at = now
        self.closed_at: float | None = None
        self.throughput = Throughput()
        # Its numbers go on where those of its parents end.
        self._birth: int = max((parent.after for parent in parents), default=0)
        self._records: list[Record] = []
        # Positions count every record that was ever put; those before `_trimmed` are gone, and
        # `_records` begins with position `_base`.
        self._base = self._trimmed = 0

    @property
    def end(self) -> int:
        """The position that the next record will have."""
        return self._base + len(self._records)

    @property
    def after(self) -> int:
        """Where the numbers of its children may begin."""
        return self._birth + self.end + 2

    @property
    def first_sequence_number(self) -> str:
        """Where the shard's numbers start."""
        return self.number_before(0)

    @property
    def last_sequence_number(self) -> str | None:
        """Where the numbers of a closed shard end; None for an open one."""
        return None if self.closed_at is None else self.number_before(self.end + 1)

    def put(self, partition_key: str, data: bytes, now: float, encryption: str = "NONE") -> Record:
        record = Record(self.number_before(self.end + 1), partition_key, data, now, encryption)
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
        position = (offset >> _SHARD_BITS) - self._birth - 1
        if offset & ((1 << _SHARD_BITS) - 1) != self.number or not -1 <= position <= self.end:
            return None
        return position

    def position_at(self, instant: float) -> int:
        """The position of the first record that arrived at `instant` or later, in whole milliseconds."""
        millis = round(instant * 1000)
        return self._base + bisect_left(self._records, millis, key=lambda record: round(record.arrived * 1000))

    def read(self, position: int, limit: int) -> Sequence[Record]:
        """Up to `limit` records from `position` on."""
        start = max(position - self._base, 0)
        return self._records[start : start + limit]

    def number_before(self, position: int) -> str:
        """The sequence number just before the record at `position`: that of the record before it, if there is one."""
        return str(_FIRST_NUMBER + ((self._birth + position) << _SHARD_BITS) + self.number)


def boundary(number: int, count: int) -> int:
    """The lowest hash of shard `number` where `count` shards divide all hashes evenly."""
    return number * HASHES // count
