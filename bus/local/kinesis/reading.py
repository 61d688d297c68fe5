"""Shard iterators, and reading by them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bus.local.errors import AwsError
from bus.local.kinesis.errors import invalid_argument
from bus.local.kinesis.shard import Record, Shard
from bus.local.kinesis.stream import Stream
from bus.local.operations import Params, Response
from bus.local.plane import Plane

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


def start(stream: Stream, shard: Shard, params: Params) -> int:
    """The position that GetShardIterator's parameters mean. Raises AwsError."""
    kind: str = params["ShardIteratorType"]
    if kind == "LATEST":
        return shard.end
    horizon = stream.horizon(shard)
    if kind == "TRIM_HORIZON":
        return horizon
    if kind == "AT_TIMESTAMP":
        return max(horizon, shard.position_at(_instant(params)))
    if kind in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"):
        after = kind == "AFTER_SEQUENCE_NUMBER"
        return max(horizon, _position(stream, shard, params) + after)
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
    records = _within_bytes(shard.read(position, limit or MOST_RECORDS))
    following = position + len(records)
    return {
        "Records": [_answered(record) for record in records],
        "NextShardIterator": str(ShardIterator(iterator.stream, iterator.shard, following, now)),
        "MillisBehindLatest": _behind(shard, following, now),
    }


def _instant(params: Params) -> float:
    timestamp = params.get("Timestamp")
    if timestamp is None:
        raise invalid_argument("Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP.")
    return float(timestamp.timestamp() if isinstance(timestamp, datetime) else timestamp)


def _position(stream: Stream, shard: Shard, params: Params) -> int:
    number = params.get("StartingSequenceNumber")
    if number is None:
        raise invalid_argument(
            f"Must either specify StartingSequenceNumber for iterator of type {params['ShardIteratorType']}."
        )
    position = shard.position_of(str(number))
    if position is None:
        raise invalid_argument(
            f"StartingSequenceNumber {number} used in GetShardIterator on shard {shard.id} in stream {stream.name} "
            "is invalid."
        )
    return position


def _within_bytes(records: Any) -> list[Record]:
    """As many of the first records as one answer may carry; always one."""
    taken: list[Record] = []
    total = 0
    for record in records:
        total += len(record.data)
        if taken and total > _MOST_BYTES:
            break
        taken.append(record)
    return taken


def _answered(record: Record) -> dict[str, Any]:
    return {
        "SequenceNumber": record.sequence_number,
        "ApproximateArrivalTimestamp": datetime.fromtimestamp(record.arrived, UTC),
        "Data": record.data,
        "PartitionKey": record.partition_key,
    }


def _behind(shard: Shard, position: int, now: float) -> int:
    """Milliseconds from the tip; never 0 while there is more to read."""
    waiting = shard.read(position, 1)
    return max(1, round((now - waiting[0].arrived) * 1000)) if waiting else 0


def _shown(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
