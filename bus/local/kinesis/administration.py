"""The operations on streams themselves."""

from typing import Any

from bus.local.errors import AwsError
from bus.local.kinesis.errors import invalid_argument
from bus.local.kinesis.stream import Stream, described
from bus.local.kinesis.streams import Streams, set_retention
from bus.local.operations import Params, Response, only, operation

_SHARDS_A_PAGE = 1000
_CREATES = {"StreamName", "ShardCount", "StreamModeDetails", "Tags", "MaxRecordSizeInKiB"}


class Administration:
    """Creating, describing, tagging and deleting streams."""

    streams: Streams

    @operation("CreateStream")
    def create_stream(self, params: Params) -> Response:
        only("kinesis:CreateStream", params, _CREATES)
        mode = (params.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
        stream = self.streams.create(
            params["StreamName"], mode, params.get("ShardCount"), params.get("MaxRecordSizeInKiB")
        )
        stream.tags.update(params.get("Tags") or {})
        return {}

    @operation("DeleteStream")
    def delete_stream(self, params: Params) -> Response:
        self.streams.delete(self.streams.of(params))
        return {}

    @operation("DescribeStream")
    def describe_stream(self, params: Params) -> Response:
        stream = self.streams.of(params)
        shards = [shard for shard in stream.shards if shard.id > (params.get("ExclusiveStartShardId") or "")]
        limit = params.get("Limit") or 100
        description = stream.summary() | {
            "Shards": [described(shard) for shard in shards[:limit]],
            "HasMoreShards": len(shards) > limit,
        }
        return {"StreamDescription": description}

    @operation("DescribeStreamSummary")
    def describe_stream_summary(self, params: Params) -> Response:
        stream = self.streams.of(params)
        summary = stream.summary() | {
            "OpenShardCount": len(stream.shards),
            "ConsumerCount": 0,
            "MaxRecordSizeInKiB": stream.record_kib,
        }
        return {"StreamDescriptionSummary": summary}

    @operation("ListStreams")
    def list_streams(self, params: Params) -> Response:
        after = params.get("NextToken") or params.get("ExclusiveStartStreamName") or ""
        limit = params.get("Limit") or 100
        names = [name for name in self.streams.names() if name > after]
        page = [self.streams.named(name) for name in names[:limit]]
        more = len(names) > limit
        return {
            "StreamNames": [stream.name for stream in page],
            "StreamSummaries": [_listed(stream) for stream in page],
            "HasMoreStreams": more,
        } | ({"NextToken": page[-1].name} if more else {})

    @operation("ListShards")
    def list_shards(self, params: Params) -> Response:
        name, token_after = _token(params)
        stream = self.streams.named(name) if name else self.streams.of(params)
        filter_ = params.get("ShardFilter") or {}
        # Every shard is open, so the filters by time let them all through.
        after = max(token_after, params.get("ExclusiveStartShardId") or "", filter_.get("ShardId") or "")
        shards = [shard for shard in stream.shards if shard.id > after]
        limit = params.get("MaxResults") or _SHARDS_A_PAGE
        token = {"NextToken": f"{stream.name}/{shards[limit - 1].id}"} if len(shards) > limit else {}
        return {"Shards": [described(shard) for shard in shards[:limit]]} | token

    @operation("IncreaseStreamRetentionPeriod")
    def increase_stream_retention_period(self, params: Params) -> Response:
        stream, hours = self.streams.of(params), params["RetentionPeriodHours"]
        if hours < stream.retention_hours:
            raise invalid_argument("The retention period can only be increased by this operation.")
        set_retention(stream, hours)
        return {}

    @operation("DecreaseStreamRetentionPeriod")
    def decrease_stream_retention_period(self, params: Params) -> Response:
        stream, hours = self.streams.of(params), params["RetentionPeriodHours"]
        if hours > stream.retention_hours:
            raise invalid_argument("The retention period can only be decreased by this operation.")
        set_retention(stream, hours)
        return {}

    @operation("ListTagsForStream")
    def list_tags_for_stream(self, params: Params) -> Response:
        tags = self.streams.of(params).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()], "HasMoreTags": False}


def _listed(stream: Stream) -> dict[str, Any]:
    return {
        "StreamName": stream.name,
        "StreamARN": stream.arn,
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": stream.mode(),
        "StreamCreationTimestamp": stream.created_at,
    }


def _token(params: Params) -> tuple[str, str]:
    """The stream and the shard that a NextToken of ListShards stands for."""
    token = params.get("NextToken")
    if token is None:
        return "", ""
    name, separator, shard = token.partition("/")
    if not separator:
        raise AwsError("ExpiredNextTokenException", "The pagination token is not valid any more.")
    return name, shard
