"""A stream: its shards, its settings, and putting records into it."""

from datetime import datetime
from hashlib import md5
from typing import Any

from bus.local.kinesis.errors import invalid_argument, not_found, too_long
from bus.local.kinesis.shard import Record, Shard, evenly
from bus.local.operations import Params
from bus.local.plane import Plane

ON_DEMAND_SHARDS = 4
DEFAULT_RETENTION, LONGEST_RETENTION = 24, 8760  # hours
DEFAULT_RECORD_KIB, LARGEST_RECORD_KIB = 1024, 10_240
_LONGEST_KEY = 256
_HASHES = 1 << 128


class Stream:
    """One data stream, active from its creation on. Records expire by the retention period when they are looked for."""

    def __init__(self, plane: Plane, name: str, *, shards: int | None, record_kib: int = DEFAULT_RECORD_KIB) -> None:
        """`shards` is None for an on-demand stream."""
        self.name, self.arn = name, plane.arn("kinesis", f"stream/{name}")
        self.on_demand = shards is None
        self.shards = evenly(ON_DEMAND_SHARDS if shards is None else shards)
        self.retention_hours = DEFAULT_RETENTION
        self.record_kib = record_kib
        self.created_at: datetime = plane.clock.now()
        self.tags: dict[str, str] = {}
        self._plane = plane
        self._by_id = {shard.id: shard for shard in self.shards}

    def shard(self, shard_id: str) -> Shard:
        """Raises AwsError when there is none."""
        if shard_id not in self._by_id:
            raise not_found(
                f"Shard {shard_id} in stream {self.name} under account {self._plane.account} does not exist"
            )
        return self._by_id[shard_id]

    def horizon(self, shard: Shard) -> int:
        """The position of the oldest record that the retention period has left in `shard`."""
        return shard.horizon(self._plane.clock.time() - self.retention_hours * 3600)

    def put(self, params: Params) -> tuple[Shard, Record]:
        """Put what PutRecord's parameters (or a PutRecords entry's) say; they must have been checked."""
        key = params["PartitionKey"]
        shard = self._shard_for(key, params.get("ExplicitHashKey"))
        record = shard.put(key, blob(params["Data"]), self._plane.clock.time())
        self._plane.ledger.record("kinesis", "PutRecord", self.arn)
        self._plane.ledger.keep(f"{self.arn}/{record.sequence_number}")
        return shard, record

    def check(self, params: Params) -> None:
        """Raises AwsError for a key or a record that is too long, and for an explicit hash key that is none."""
        if len(params["PartitionKey"]) > _LONGEST_KEY:
            raise too_long("partitionKey", _LONGEST_KEY)
        if len(blob(params["Data"])) > self.record_kib * 1024:
            raise too_long("data", self.record_kib * 1024)
        if params.get("ExplicitHashKey") is not None:
            _hash(params["ExplicitHashKey"])

    def announce(self) -> None:
        """Say that there are new records."""
        self._plane.signals.emit(self.arn)

    def summary(self) -> dict[str, Any]:
        """What the two Describe operations have in common."""
        return {
            "StreamName": self.name,
            "StreamARN": self.arn,
            "StreamStatus": "ACTIVE",
            "StreamModeDetails": self.mode(),
            "RetentionPeriodHours": self.retention_hours,
            "StreamCreationTimestamp": self.created_at,
            "EnhancedMonitoring": [{"ShardLevelMetrics": []}],
            "EncryptionType": "NONE",
        }

    def mode(self) -> dict[str, str]:
        return {"StreamMode": "ON_DEMAND" if self.on_demand else "PROVISIONED"}

    def _shard_for(self, key: str, explicit: str | None) -> Shard:
        hash_ = int(md5(key.encode(), usedforsecurity=False).hexdigest(), 16) if explicit is None else _hash(explicit)
        # Equal widths but for the last shard, which takes the rest.
        return self.shards[min(hash_ // (_HASHES // len(self.shards)), len(self.shards) - 1)]


def blob(data: bytes | str) -> bytes:
    """A blob as boto3 takes it: text stands for its UTF-8."""
    return data.encode() if isinstance(data, str) else data


def described(shard: Shard) -> dict[str, Any]:
    """A shard as ListShards and DescribeStream answer it; it is open, so its numbers have no end."""
    return {
        "ShardId": shard.id,
        "HashKeyRange": {"StartingHashKey": str(shard.low), "EndingHashKey": str(shard.high)},
        "SequenceNumberRange": {"StartingSequenceNumber": shard.first_sequence_number},
    }


def _hash(explicit: str) -> int:
    if not explicit.isdecimal() or int(explicit) >= _HASHES:
        raise invalid_argument(
            "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
            f"Specified value was {explicit}"
        )
    return int(explicit)
