"""The operations on streams themselves."""

from typing import Any

from bus.local.kinesis.errors import invalid_argument, limit_exceeded
from bus.local.kinesis.listing import described
from bus.local.kinesis.requests import checked
from bus.local.kinesis.stream import Stream
from bus.local.kinesis.streams import ON_DEMAND_LIMIT, SHARDS_LIMIT, Streams
from bus.local.operations import Params, Response

_MOST_SHARDS = 100  # of one answer, unless told otherwise


class Administration:
    """Creating, describing, listing and deleting streams."""

    streams: Streams

    @checked("CreateStream")
    def create_stream(self, params: Params) -> Response:
        stream = self.streams.create(params)
        stream.tags.update(params.get("Tags") or {})
        return {}

    @checked("DeleteStream")
    def delete_stream(self, params: Params) -> Response:
        self.streams.delete(self.streams.of(params), with_consumers=bool(params.get("EnforceConsumerDeletion")))
        return {}

    @checked("DescribeStream")
    def describe_stream(self, params: Params) -> Response:
        stream = self.streams.of(params)
        stream.expire()
        shards = [shard for shard in stream.shards if shard.id > (params.get("ExclusiveStartShardId") or "")]
        limit = params.get("Limit") or _MOST_SHARDS
        description = stream.summary() | {
            "Shards": [described(shard) for shard in shards[:limit]],
            "HasMoreShards": len(shards) > limit,
        }
        return {"StreamDescription": description}

    @checked("DescribeStreamSummary")
    def describe_stream_summary(self, params: Params) -> Response:
        stream = self.streams.of(params)
        distribution = {"RecordDistributionStrategy": stream.distribution} if stream.on_demand else {}
        summary = stream.summary() | {
            "OpenShardCount": len(stream.shards.open),
            "ConsumerCount": len(self.streams.consumers.of_stream(stream.arn)),
            "MaxRecordSizeInKiB": stream.record_kib,
            **distribution,
        }
        return {"StreamDescriptionSummary": summary}

    @checked("ListStreams")
    def list_streams(self, params: Params) -> Response:
        after = params.get("NextToken") or params.get("ExclusiveStartStreamName") or ""
        limit = params.get("Limit") or 100
        found = [stream for stream in self.streams.all() if stream.name > after]
        page = found[:limit]
        more = len(found) > limit
        return {
            "StreamNames": [stream.name for stream in page],
            "StreamSummaries": [_listed(stream) for stream in page],
            "HasMoreStreams": more,
        } | ({"NextToken": page[-1].name} if more else {})

    @checked("DescribeLimits")
    def describe_limits(self, params: Params) -> Response:  # noqa: ARG002 - there are none
        return {
            "ShardLimit": SHARDS_LIMIT,
            "OpenShardCount": self.streams.open_shards(),
            "OnDemandStreamCount": self.streams.on_demand(),
            "OnDemandStreamCountLimit": ON_DEMAND_LIMIT,
        }

    @checked("UpdateStreamMode")
    def update_stream_mode(self, params: Params) -> Response:
        """The shards stay as they are, whichever way it goes (developer guide, "Switch between capacity modes")."""
        stream = self.streams.of(params)
        mode = params["StreamModeDetails"]["StreamMode"]
        if stream.mode()["StreamMode"] == mode:
            raise invalid_argument(f"Stream {stream.name} is in {mode} mode already.")
        if not stream.switches.allowed():
            raise limit_exceeded(
                f"Stream {stream.name} was switched between capacity modes twice within 24 hours, and can be no more."
            )
        self.switch(stream, on_demand=mode == "ON_DEMAND")
        stream.switches.happened()
        return {}

    def switch(self, stream: Stream, *, on_demand: bool) -> None:
        """Give a stream its other capacity mode. Raises AwsError when the account may have no more of that."""
        if on_demand and self.streams.on_demand() >= ON_DEMAND_LIMIT:
            raise limit_exceeded(f"The account may have no more than {ON_DEMAND_LIMIT} on-demand streams.")
        if not on_demand:
            self.streams.room_for(len(stream.shards.open))
        stream.switch(on_demand=on_demand)


def _listed(stream: Stream) -> dict[str, Any]:
    return {
        "StreamName": stream.name,
        "StreamARN": stream.arn,
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": stream.mode(),
        "StreamCreationTimestamp": stream.created_at,
    }
