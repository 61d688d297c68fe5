"""The operations that change a stream's shards.

Kinesis developer guide, "Reshard a stream". The stream is active again at once.
"""

from bus.local.errors import AwsError
from bus.local.kinesis.errors import invalid_argument, limit_exceeded, not_found, validation
from bus.local.kinesis.requests import checked
from bus.local.kinesis.shard import Shard
from bus.local.kinesis.stream import Stream, hash_key
from bus.local.kinesis.streams import SHARDS_A_STREAM, Streams
from bus.local.operations import Params, Response
from bus.local.plane import Plane


class Resharding:
    """Splitting and merging shards, one by one or uniformly."""

    streams: Streams
    _plane: Plane

    @checked("SplitShard")
    def split_shard(self, params: Params) -> Response:
        stream = self._provisioned(params)
        shard = self._open(stream, params["ShardToSplit"])
        start = hash_key(params["NewStartingHashKey"], "NewStartingHashKey")
        if not shard.low + 1 < start < shard.high:
            raise invalid_argument(
                f"NewStartingHashKey {start} used in SplitShard() on shard {shard.id} in stream {stream.name} under "
                f"account {self._plane.account} is not both greater than one plus the shard's StartingHashKey "
                f"{shard.low} and less than the shard's EndingHashKey {shard.high}."
            )
        self.streams.room_for(1)
        stream.shards.split(shard, start, self._plane.clock.time())
        stream.announce()
        return {}

    @checked("MergeShards")
    def merge_shards(self, params: Params) -> Response:
        stream = self._provisioned(params)
        first = self._open(stream, params["ShardToMerge"])
        second = self._open(stream, params["AdjacentShardToMerge"])
        if first.high + 1 != second.low and second.high + 1 != first.low:
            raise invalid_argument(
                f"Shards {first.id} and {second.id} in stream {stream.name} under account {self._plane.account} are "
                "not an adjacent pair of shards eligible for merging"
            )
        stream.shards.merge(first, second, self._plane.clock.time())
        stream.announce()
        return {}

    @checked("UpdateShardCount")
    def update_shard_count(self, params: Params) -> Response:
        stream, target = self._provisioned(params), params["TargetShardCount"]
        current = len(stream.shards.open)
        self.scale(stream, target)
        return {
            "StreamName": stream.name,
            "CurrentShardCount": current,
            "TargetShardCount": target,
            "StreamARN": stream.arn,
        }

    def scale(self, stream: Stream, target: int) -> None:
        """Raises AwsError beyond the limits of UpdateShardCount, whose words these are."""
        current = len(stream.shards.open)
        counts = f"Current open shard count: {current}, Target shard count: {target}"
        if target > SHARDS_A_STREAM:
            raise limit_exceeded(
                f"Target shard count or number of open shards cannot be greater than {SHARDS_A_STREAM}. {counts}"
            )
        if target > 2 * current:
            raise limit_exceeded(
                f"UpdateShardCount cannot scale up over double your current open shard count. {counts}"
            )
        if 2 * target < current:
            raise limit_exceeded(
                f"UpdateShardCount cannot scale down below half your current open shard count. {counts}"
            )
        if not stream.scalings.allowed():
            raise limit_exceeded(
                f"Stream {stream.name} was scaled ten times within 24 hours, and can be no more. {counts}"
            )
        self.streams.room_for(target - current)
        stream.shards.scale(target, self._plane.clock.time())
        stream.scalings.happened()
        stream.announce()

    def _provisioned(self, params: Params) -> Stream:
        stream = self.streams.of(params)
        if stream.on_demand:
            raise validation(
                f"Request is invalid. Stream {stream.name} under account {self._plane.account} is in On-Demand mode."
            )
        return stream

    def _open(self, stream: Stream, shard_id: str) -> Shard:
        try:
            shard = stream.shard(shard_id)
        except AwsError as error:
            raise not_found(
                f"Could not find shard {shard_id} in stream {stream.name} under account {self._plane.account}."
            ) from error
        if shard.closed_at is not None:
            raise invalid_argument(
                f"Shard {shard_id} in stream {stream.name} under account {self._plane.account} has already been "
                "merged or split, and thus is not eligible for merging or splitting."
            )
        return shard
