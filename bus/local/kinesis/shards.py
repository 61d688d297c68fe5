"""The shards of one stream: which takes a key, how they are split and merged, and which of them expired.

Kinesis developer guide, "Reshard a stream": a closed parent keeps its records until they leave the stream, and then
it expires itself. Splits and merges take no time here.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from bus.local.kinesis.shard import Shard, boundary


class Shards:
    """Open and closed shards, in the order of their ids."""

    def __init__(self, count: int, now: float) -> None:
        self._by_id: dict[str, Shard] = {}
        self._made = 0
        for number in range(count):
            self._make(boundary(number, count), boundary(number + 1, count) - 1, now)
        self._open = list(self)
        self._lows = [shard.low for shard in self._open]

    def __iter__(self) -> Iterator[Shard]:
        return iter(self._by_id.values())

    def get(self, shard_id: str) -> Shard | None:
        """The shard with this id, if it has not expired."""
        return self._by_id.get(shard_id)

    @property
    def open(self) -> list[Shard]:
        """Those that take records, in the order of their hashes."""
        return self._open

    def for_hash(self, hash_: int) -> Shard:
        """The open shard that takes the records of a hash."""
        return self._open[bisect_right(self._lows, hash_) - 1]

    def children(self, shard: Shard) -> list[Shard]:
        """What a closed shard was split or merged into."""
        return [other for other in self if shard.id in other.parents]

    def split(self, shard: Shard, start: int, now: float) -> tuple[Shard, Shard]:
        """Split an open shard in two; `start` is the lowest hash of the second."""
        shard.closed_at = now
        halves = (
            self._make(shard.low, start - 1, now, shard),
            self._make(start, shard.high, now, shard),
        )
        self._replace(halves, shard)
        return halves

    def merge(self, shard: Shard, adjacent: Shard, now: float) -> Shard:
        """Merge two open shards whose hashes lie side by side; the first is the parent, the second the adjacent one."""
        shard.closed_at = adjacent.closed_at = now
        merged = self._make(min(shard.low, adjacent.low), max(shard.high, adjacent.high), now, shard, adjacent)
        self._replace((merged,), shard, adjacent)
        return merged

    def scale(self, count: int, now: float) -> None:
        """Split and merge until `count` open shards divide all hashes evenly (API reference, UpdateShardCount).

        Where the old ranges do not nest in the new ones this makes shards that live for no time at all.
        """
        for number in range(1, count):
            start = boundary(number, count)
            shard = self.for_hash(start)
            if shard.low != start:
                self.split(shard, start, now)
        for number in range(count):
            end = boundary(number + 1, count) - 1
            shard = self.for_hash(boundary(number, count))
            while shard.high < end:
                shard = self.merge(shard, self.for_hash(shard.high + 1), now)

    def expire(self, oldest: float) -> None:
        """Forget the shards that were closed before `oldest`, epoch seconds."""
        gone = [shard.id for shard in self if shard.closed_at is not None and shard.closed_at < oldest]
        for shard_id in gone:
            del self._by_id[shard_id]

    def _make(self, low: int, high: int, now: float, *parents: Shard) -> Shard:
        shard = Shard(self._made, low, high, now, parents)
        self._made += 1
        self._by_id[shard.id] = shard
        return shard

    def _replace(self, new: Sequence[Shard], *old: Shard) -> None:
        at = bisect_left(self._lows, min(shard.low for shard in old))
        self._open[at : at + len(old)] = new
        self._lows[at : at + len(old)] = [shard.low for shard in new]
