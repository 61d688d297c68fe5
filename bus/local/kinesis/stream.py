"""A stream: its shards, its settings, and putting records into it."""

from datetime import datetime
from hashlib import md5
from itertools import count
from typing import Any

from bus.local.kinesis.errors import invalid_argument, not_found, throttled, too_long
from bus.local.kinesis.limits import Daily
from bus.local.kinesis.shard import HASHES, Record, Shard
from bus.local.kinesis.shards import Shards
from bus.local.operations import Params
from bus.local.plane import Plane

ON_DEMAND_SHARDS = 4
DEFAULT_RETENTION, LONGEST_RETENTION = 24, 8760  # hours
DEFAULT_RECORD_KIB, LARGEST_RECORD_KIB = 1024, 10_240
BY_KEY, BY_KINESIS = "USER_PARTITION_KEY", "AUTO"
_LONGEST_KEY = 256
_SCALINGS_A_DAY, _SWITCHES_A_DAY = 10, 2


class Stream:
    """One data stream, active from its creation on. Records expire by the retention period when they are looked for."""

    def __init__(self, plane: Plane, name: str, *, shards: int | None, record_kib: int = DEFAULT_RECORD_KIB) -> None:
        """`shards` is None for an on-demand stream."""
        self.name, self.arn = name, plane.arn("kinesis", f"stream/{name}")
        self.on_demand = shards is None
        self.shards = Shards(ON_DEMAND_SHARDS if shards is None else shards, plane.clock.time())
        self.retention_hours = DEFAULT_RETENTION
        self.record_kib = record_kib
        self.distribution = BY_KEY
        self.encryption_key: str | None = None
        self.metrics: list[str] = []
        self.created_at: datetime = plane.clock.now()
        self.tags: dict[str, str] = {}
        self.scalings, self.switches = Daily(plane, _SCALINGS_A_DAY), Daily(plane, _SWITCHES_A_DAY)
        self._plane = plane
        self._requests = count(1)
        self._turns = count()

    @property
    def encryption(self) -> str:
        return "NONE" if self.encryption_key is None else "KMS"

    def shard(self, shard_id: str) -> Shard:
        """Raises AwsError when there is none."""
        self.expire()
        shard = self.shards.get(shard_id)
        if shard is None:
            raise not_found(
                f"Shard {shard_id} in stream {self.name} under account {self._plane.account} does not exist"
            )
        return shard

    def oldest(self) -> float:
        """When the oldest record may have arrived that the retention period leaves in the stream, epoch seconds."""
        return self._plane.clock.time() - self.retention_hours * 3600

    def horizon(self, shard: Shard) -> int:
        """The position of the oldest record that the retention period has left in `shard`."""
        return shard.horizon(self.oldest())

    def expire(self) -> None:
        """Forget the closed shards whose records are all gone."""
        self.shards.expire(self.oldest())

    def retain(self, hours: int) -> None:
        """Keep records for this long; a longer period brings back nothing (API reference,
        IncreaseStreamRetentionPeriod).
        """
        self.expire()
        for shard in self.shards:
            self.horizon(shard)
        self.retention_hours = hours

    def switch(self, *, on_demand: bool) -> None:
        """Give it its other capacity mode; its shards stay."""
        self.on_demand, self.distribution = on_demand, BY_KEY

    def request(self) -> int:
        """A number for a request to put, which its records are put under."""
        return next(self._requests)

    def put(self, params: Params, request: int) -> tuple[Shard, Record]:
        """Put what PutRecord's parameters (or a PutRecords entry's) say; they must have been checked.

        Raises AwsError when the shard of a provisioned stream takes no more in this second.
        """
        key, data = params.get("PartitionKey") or "", blob(params["Data"])
        now = self._plane.clock.time()
        shard = self._shard_for(key, params.get("ExplicitHashKey"))
        if not self.on_demand and not shard.throughput.takes(request, _size(key, data), now, self.record_kib * 1024):
            error = throttled(shard.id, self.name, self._plane.account)
            self._plane.ledger.record("kinesis", "PutRecord", self.arn, outcome=error.code, note=error.message)
            raise error
        record = shard.put(key, data, now, self.encryption)
        self._plane.ledger.record("kinesis", "PutRecord", self.arn)
        self._plane.ledger.keep(f"{self.arn}/{record.sequence_number}")
        return shard, record

    def check(self, params: Params) -> None:
        """Raises AwsError for a key or record that is missing or too long, and an explicit hash key that is none."""
        key, data = params.get("PartitionKey"), blob(params["Data"])
        if key is None and self.distribution == BY_KEY:
            raise invalid_argument("PartitionKey is required for a stream that distributes records by partition key.")
        if key is not None and len(key) > _LONGEST_KEY:
            raise too_long("partitionKey", _LONGEST_KEY)
        if _size(key or "", data) > self.record_kib * 1024:
            raise too_long("data", self.record_kib * 1024)
        if params.get("ExplicitHashKey") is not None:
            hash_key(params["ExplicitHashKey"], "ExplicitHashKey")

    def announce(self) -> None:
        """Say that there are new records, or new shards."""
        self._plane.signals.emit(self.arn)

    def summary(self) -> dict[str, Any]:
        """What the two Describe operations have in common."""
        key = {} if self.encryption_key is None else {"KeyId": self.encryption_key}
        return {
            "StreamName": self.name,
            "StreamARN": self.arn,
            "StreamStatus": "ACTIVE",
            "StreamModeDetails": self.mode(),
            "RetentionPeriodHours": self.retention_hours,
            "StreamCreationTimestamp": self.created_at,
            "EnhancedMonitoring": [{"ShardLevelMetrics": list(self.metrics)}],
            "EncryptionType": self.encryption,
            **key,
        }

    def mode(self) -> dict[str, str]:
        return {"StreamMode": "ON_DEMAND" if self.on_demand else "PROVISIONED"}

    def _shard_for(self, key: str, explicit: str | None) -> Shard:
        if self.distribution == BY_KINESIS:
            return self.shards.open[next(self._turns) % len(self.shards.open)]
        if explicit is not None:
            return self.shards.for_hash(int(explicit))
        return self.shards.for_hash(int.from_bytes(md5(key.encode(), usedforsecurity=False).digest(), "big"))


def blob(data: bytes | str) -> bytes:
    """A blob as boto3 takes it: text stands for its UTF-8."""
    return data.encode() if isinstance(data, str) else bytes(data)


def hash_key(text: str, member: str) -> int:
    """Raises AwsError for what is no hash."""
    if not (text.isascii() and text.isdecimal()) or int(text) >= HASHES:
        raise invalid_argument(
            f"Invalid {member}. {member} must be in the range: [0, 2^128-1]. Specified value was {text}"
        )
    return int(text)


def _size(key: str, data: bytes) -> int:
    """The size of a record is that of its data and its key (API reference, PutRecord, Data)."""
    return len(data) + len(key.encode())
