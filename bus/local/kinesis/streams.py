"""Every stream of the account: by name and by ARN; making and deleting them."""

from typing import Any

from bus.local.kinesis.consumers import Consumers
from bus.local.kinesis.errors import in_use, invalid_argument, limit_exceeded, not_found, validation
from bus.local.kinesis.stream import (
    BY_KEY,
    DEFAULT_RECORD_KIB,
    DEFAULT_RETENTION,
    LARGEST_RECORD_KIB,
    LONGEST_RETENTION,
    Stream,
)
from bus.local.operations import Params
from bus.local.plane import Plane

# Kinesis developer guide, "Quotas and limits", in us-east-1.
SHARDS_A_STREAM, SHARDS_LIMIT = 10_000, 20_000
ON_DEMAND_LIMIT = 50


class Streams:
    """The streams that exist, and who is registered to read them."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._by_name: dict[str, Stream] = {}
        self.consumers = Consumers(plane)

    def names(self) -> list[str]:
        """In alphabetical order, as ListStreams has them."""
        return sorted(self._by_name)

    def all(self) -> list[Stream]:
        return [self._by_name[name] for name in self.names()]

    def has(self, name: str) -> bool:
        return name in self._by_name

    def named(self, name: str) -> Stream:
        """Raises AwsError when there is none."""
        if name not in self._by_name:
            raise not_found(f"Stream {name} under account {self._plane.account} not found.")
        return self._by_name[name]

    def of(self, params: Params) -> Stream:
        """The stream that a request names by StreamARN or StreamName. Raises AwsError."""
        arn: str | None = params.get("StreamARN")
        name: str | None = params.get("StreamName")
        if arn is None and name is None:
            raise invalid_argument("Either StreamName or StreamARN must be provided.")
        stream = self.named(arn.rpartition("/")[2] if arn is not None else str(name))
        if arn not in (None, stream.arn):
            raise not_found(f"Stream {arn} not found.")
        if name not in (None, stream.name):
            raise invalid_argument(f"StreamName {name} and StreamARN {arn} name different streams.")
        return stream

    def create(self, params: Params) -> Stream:
        """Make what CreateStream's parameters say. Raises AwsError for what Kinesis refuses."""
        name = params["StreamName"]
        if name in self._by_name:
            raise in_use(f"Stream {name} under account {self._plane.account} already exists.")
        shards = self._shards(params)
        stream = Stream(self._plane, name, shards=shards, record_kib=record_kib(params.get("MaxRecordSizeInKiB")))
        distribute(stream, params.get("RecordDistributionStrategy") or BY_KEY)
        self._by_name[name] = stream
        return stream

    def delete(self, stream: Stream, *, with_consumers: bool) -> None:
        """Raises AwsError while consumers are registered with the stream, unless they are to go with it."""
        if self.consumers.of_stream(stream.arn) and not with_consumers:
            raise in_use(
                f"Stream {stream.name} under account {self._plane.account} has consumers registered with it: "
                "deregister them, or set EnforceConsumerDeletion to true."
            )
        self.consumers.forget(stream.arn)
        del self._by_name[stream.name]

    def open_shards(self, *, on_demand: bool = False) -> int:
        """How many shards the provisioned streams have open, or the on-demand ones."""
        return sum(len(stream.shards.open) for stream in self._by_name.values() if stream.on_demand == on_demand)

    def on_demand(self) -> int:
        """How many streams are on-demand."""
        return sum(stream.on_demand for stream in self._by_name.values())

    def room_for(self, shards: int) -> None:
        """Raises AwsError when the account may not have that many more shards."""
        there = self.open_shards()
        if there + shards > SHARDS_LIMIT:
            raise limit_exceeded(
                f"This request would exceed the shard limit for the account {self._plane.account} in "
                f"{self._plane.region}. Current shard count for the account: {there}. Limit: {SHARDS_LIMIT}. Number of "
                f"additional shards that would have resulted from this request: {shards}."
            )

    def _shards(self, params: Params) -> int | None:
        mode = (params.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
        count = params.get("ShardCount")
        if mode == "ON_DEMAND":
            if count is not None:
                raise invalid_argument("ShardCount cannot be set for a stream in ON_DEMAND mode.")
            if self.on_demand() >= ON_DEMAND_LIMIT:
                raise limit_exceeded(f"The account may have no more than {ON_DEMAND_LIMIT} on-demand streams.")
            return None
        if mode != "PROVISIONED":
            raise invalid_argument(f"StreamMode {mode} is none of PROVISIONED, ON_DEMAND.")
        if count is None or not 1 <= int(count) <= SHARDS_A_STREAM:
            raise invalid_argument("ShardCount must be set, and at least 1, for a stream in PROVISIONED mode.")
        self.room_for(int(count))
        return int(count)


def set_retention(stream: Stream, hours: int) -> None:
    """Raises AwsError outside 24 hours to 365 days."""
    if hours < DEFAULT_RETENTION:
        raise invalid_argument(
            f"Minimum allowed retention period is {DEFAULT_RETENTION} hours. Requested retention period ({hours} "
            "hours) is too short."
        )
    if hours > LONGEST_RETENTION:
        raise invalid_argument(
            f"Maximum allowed retention period is {LONGEST_RETENTION} hours. Requested retention period ({hours} "
            "hours) is too long."
        )
    stream.retain(hours)


def distribute(stream: Stream, strategy: str) -> None:
    """Raises AwsError for a strategy that is none, and for AUTO on a provisioned stream."""
    if strategy not in (BY_KEY, "AUTO"):
        raise validation(f"RecordDistributionStrategy {strategy} is none of AUTO, {BY_KEY}.")
    if strategy == "AUTO" and not stream.on_demand:
        raise invalid_argument("RecordDistributionStrategy AUTO is only supported for streams in ON_DEMAND mode.")
    stream.distribution = strategy


def record_kib(given: Any) -> int:
    """MaxRecordSizeInKiB, or its default. Raises AwsError outside 1 to 10 MiB."""
    kib = DEFAULT_RECORD_KIB if given is None else int(given)
    if not DEFAULT_RECORD_KIB <= kib <= LARGEST_RECORD_KIB:
        raise invalid_argument(f"MaxRecordSizeInKiB must be between {DEFAULT_RECORD_KIB} and {LARGEST_RECORD_KIB}.")
    return kib
