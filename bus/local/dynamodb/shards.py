"""The shards of a stream: one open at a time, the others closed, each the parent of the next.

On AWS a stream has shards for its table's partitions, and each is closed after about four hours, when a child takes
its place. Here a stream has one line of shards, so that all of a table's records are in order, those of a transaction
together; it rolls with the first write that comes four hours after its open shard got its first record.
"""

import hashlib
from typing import NamedTuple

ROLLS_AFTER = 4 * 3600
LONGEST_SEQUENCE = 2**62


class Shard(NamedTuple):
    """`start` and `end` are the first and last sequence that are its own; `end` is None while it is open.

    `opened` and `closed` are epoch seconds.
    """

    id: str
    start: int
    opened: float
    parent: str | None = None
    end: int | None = None
    closed: float | None = None

    @property
    def last(self) -> int:
        """The last sequence that can be its own."""
        return LONGEST_SEQUENCE if self.end is None else self.end


def shard_id(stream_arn: str, opened: float) -> str:
    """AWS writes the instant and eight digits; here they follow from the stream."""
    digest = hashlib.sha256(f"{stream_arn}/{opened}".encode()).hexdigest()
    return f"shardId-{round(opened * 1000):020d}-{digest[:8]}"


def line(first: Shard, children: list[tuple[str, int, float]], end: int | None, closed: float | None) -> list[Shard]:
    """A stream's shards, oldest first. `children` came after the first: id, first sequence, when it was opened;
    `end` and `closed` are the stream's own.
    """
    begun = [first, *(Shard(*child) for child in children)]
    shards = []
    for at, shard in enumerate(begun):
        parent = begun[at - 1].id if at else None
        if at + 1 < len(begun):
            following = begun[at + 1]
            shards.append(shard._replace(parent=parent, end=following.start - 1, closed=following.opened))
        else:
            shards.append(shard._replace(parent=parent, end=end, closed=closed))
    return shards
