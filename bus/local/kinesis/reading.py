"""Shard iterators, and reading by them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bus.local.errors import AwsError
from bus.local.kinesis.errors import invalid_argument
from bus.local.kinesis.measuring import measure_age
from bus.local.kinesis.shard import Record, Shard
from bus.local.kinesis.stream import Stream
from bus.local.operations import Response
from bus.local.plane import Plane
from bus.local.times import moment

ITERATOR_LIFETIME = 300.0  # seconds; API reference, GetShardIterator
MOST_RECORDS = 10_000
_MOST_BYTES = 10 * 1024 * 1024  # of one answer


@dataclass(frozen=True, slots=True)
class ShardIterator:
    """Where to read on: a position in a shard. `issued` is epoch seconds."""

    stream: str
    shard: str
    position: int
    issued: float

    def __str__(self) -> str:
        return f"{self.stream}/{self.shard}/{self.position}/{self.issued!r}"

    @classmethod
    def parse(cls, text: str) -> "ShardIterator":
        """Raises AwsError for what GetShardIterator never gave out."""
        try:
            stream, shard, position, issued = text.split("/")
            return cls(stream, shard, int(position), float(issued))
        except ValueError as error:
            raise invalid_argument("Invalid ShardIterator.") from error


def start(stream: Stream, shard: Shard, kind: str, number: str | None, instant: Any, now: float) -> int:
    """The position that an iterator's type, sequence number and time stamp mean. Raises AwsError.

    GetShardIterator and SubscribeToShard ask for it in the same words.
    """
    if (number is None) == (kind in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER")):
        raise invalid_argument(
            "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) "
            "TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified "
            f"{kind} and {'no' if number is None else 'also a'} StartingSequenceNumber."
        )
    horizon = stream.horizon(shard)
    if kind == "LATEST":
        return shard.end
    if kind == "TRIM_HORIZON":
        return horizon
    if kind == "AT_TIMESTAMP":
        return max(horizon, shard.position_at(_instant(instant, now)))
    if number is not None:
        position = _position(stream, shard, number) + (kind == "AFTER_SEQUENCE_NUMBER")
        return max(horizon, min(position, shard.end))
    raise invalid_argument(f"ShardIteratorType {kind} is not valid.")


def read(plane: Plane, stream: Stream, iterator: ShardIterator, limit: int | None) -> Response:
    """GetRecords' answer. Raises AwsError for an expired iterator or a bad limit."""
    now = plane.clock.time()
    if now > iterator.issued + ITERATOR_LIFETIME:
        raise AwsError(
            "ExpiredIteratorException",
            f"Iterator expired. The iterator was created at time {_shown(iterator.issued)} while right now it is "
            f"{_shown(now)} which is further in the future than the tolerated delay of 300000 milliseconds.",
        )
    if limit is not None and not 1 <= limit <= MOST_RECORDS:
        raise invalid_argument(f"Limit must be between 1 and {MOST_RECORDS}.")
    shard = stream.shard(iterator.shard)
    position = max(iterator.position, stream.horizon(shard))
    records = within_bytes(shard.read(position, limit or MOST_RECORDS))
    measure_age(plane, stream.name, records)
    following = position + len(records)
    answer: Response = {
        "Records": [answered(record) for record in records],
        "MillisBehindLatest": behind(shard, following, now),
    }
    if shard.closed_at is not None and following >= shard.end:
        # The end of a closed shard: there is no next iterator, and its children go on (API reference, GetRecords).
        return answer | {"ChildShards": children(stream, shard)}
    return answer | {"NextShardIterator": str(ShardIterator(iterator.stream, iterator.shard, following, now))}


def within_bytes(records: Iterable[Record]) -> list[Record]:
    """As many of the first records as one answer may carry; always one."""
    taken: list[Record] = []
    total = 0
    for record in records:
        total += len(record.data)
        if taken and total > _MOST_BYTES:
            break
        taken.append(record)
    return taken


def answered(record: Record) -> dict[str, Any]:
    """A record as GetRecords answers it."""
    encryption = {} if record.encryption == "NONE" else {"EncryptionType": record.encryption}
    return {
        "SequenceNumber": record.sequence_number,
        "ApproximateArrivalTimestamp": datetime.fromtimestamp(record.arrived, UTC),
        "Data": record.data,
        "PartitionKey": record.partition_key,
        **encryption,
    }


def behind(shard: Shard, position: int, now: float) -> int:
    """Milliseconds from the tip; never 0 while there is more to read."""
    waiting = shard.read(position, 1)
    return max(1, round((now - waiting[0].arrived) * 1000)) if waiting else 0


def children(stream: Stream, shard: Shard) -> list[dict[str, Any]]:
    """The children of a closed shard, as its last answer names them."""
    return [
        {
            "ShardId": child.id,
            "ParentShards": list(child.parents),
            "HashKeyRange": {"StartingHashKey": str(child.low), "EndingHashKey": str(child.high)},
        }
        for child in stream.shards.children(shard)
    ]


def _instant(timestamp: Any, now: float) -> float:
    if timestamp is None:
        raise invalid_argument("Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP.")
    instant = moment(timestamp).timestamp()
    if round(instant * 1000) > round(now * 1000):
        raise invalid_argument(
            "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
            f"timestampInMillis: {round(instant * 1000)}, currentTimestampInMillis: {round(now * 1000)}"
        )
    return instant


def _position(stream: Stream, shard: Shard, number: str) -> int:
    position = shard.position_of(number)
    if position is None:
        raise invalid_argument(
            f"StartingSequenceNumber {number} used in GetShardIterator on shard {shard.id} in stream {stream.name} "
            "is invalid."
        )
    return position


def _shown(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
