"""ListShards: a stream's shards by its filters, in pages."""

import base64
import json
from typing import Any

from bus.local.errors import AwsError
from bus.local.kinesis.errors import invalid_argument, not_found
from bus.local.kinesis.requests import checked
from bus.local.kinesis.shard import Shard
from bus.local.kinesis.stream import Stream
from bus.local.kinesis.streams import Streams
from bus.local.operations import Params, Response
from bus.local.plane import Plane
from bus.local.times import moment

_SHARDS_A_PAGE = 1000
_TOKEN_LIFETIME = 300.0  # seconds
_TIMED = ("AT_TIMESTAMP", "FROM_TIMESTAMP")


class Listing:
    """Listing shards."""

    streams: Streams
    _plane: Plane

    @checked("ListShards")
    def list_shards(self, params: Params) -> Response:
        asked = self._continued(params) if params.get("NextToken") else self._asked(params)
        stream = self.streams.named(asked["stream"])
        stream.expire()
        found = [shard for shard in stream.shards if shard.id > asked["after"] and _wanted(stream, shard, asked)]
        limit = min(params.get("MaxResults") or _SHARDS_A_PAGE, _SHARDS_A_PAGE)
        answer: Response = {"Shards": [described(shard) for shard in found[:limit]]}
        if len(found) > limit:
            answer["NextToken"] = _token(asked | {"after": found[limit - 1].id, "issued": self._plane.clock.time()})
        return answer

    def _asked(self, params: Params) -> dict[str, Any]:
        stream = self.streams.of(params)
        created = params.get("StreamCreationTimestamp")
        if created is not None and int(_seconds(created)) != int(stream.created_at.timestamp()):
            raise not_found(f"Stream {stream.name} created at {created} not found.")
        filter_ = params.get("ShardFilter") or {"Type": "FROM_TRIM_HORIZON"}
        type_ = filter_["Type"]
        for member, types in (("ShardId", ("AFTER_SHARD_ID",)), ("Timestamp", _TIMED)):
            if (filter_.get(member) is not None) != (type_ in types):
                raise invalid_argument(
                    f"{member} must be specified for the shard filter types {' and '.join(types)}, and for no others."
                )
        return {
            "stream": stream.name,
            "after": filter_.get("ShardId") or params.get("ExclusiveStartShardId") or "",
            "type": type_,
            "at": None if filter_.get("Timestamp") is None else _seconds(filter_["Timestamp"]),
        }

    def _continued(self, params: Params) -> dict[str, Any]:
        """What a NextToken of ListShards stands for."""
        for member in ("StreamName", "StreamARN", "StreamCreationTimestamp", "ExclusiveStartShardId", "ShardFilter"):
            # The ARN says only what the token says already.
            if params.get(member) is not None and member != "StreamARN":
                raise invalid_argument(f"NextToken and {member} cannot be provided together.")
        try:
            asked: dict[str, Any] = json.loads(base64.b64decode(params["NextToken"], validate=True))
            fresh = asked["issued"] + _TOKEN_LIFETIME >= self._plane.clock.time()
        except (ValueError, KeyError, TypeError):
            fresh = False
        if not fresh:
            raise AwsError("ExpiredNextTokenException", "The pagination token is not valid any more.")
        return asked


def described(shard: Shard) -> dict[str, Any]:
    """A shard as ListShards and DescribeStream answer it; an open one's numbers have no end."""
    numbers = {"StartingSequenceNumber": shard.first_sequence_number}
    if shard.last_sequence_number is not None:
        numbers["EndingSequenceNumber"] = shard.last_sequence_number
    parents = dict(zip(("ParentShardId", "AdjacentParentShardId"), shard.parents, strict=False))
    return {
        "ShardId": shard.id,
        **parents,
        "HashKeyRange": {"StartingHashKey": str(shard.low), "EndingHashKey": str(shard.high)},
        "SequenceNumberRange": numbers,
    }


def _wanted(stream: Stream, shard: Shard, asked: dict[str, Any]) -> bool:
    """API reference, ShardFilter; the trim horizon of a young stream is its beginning."""
    horizon = max(stream.oldest(), stream.created_at.timestamp())
    ended = float("inf") if shard.closed_at is None else shard.closed_at
    match asked["type"]:
        case "AT_LATEST":
            return shard.closed_at is None
        case "AT_TRIM_HORIZON":
            return shard.created_at <= horizon <= ended
        case "AT_TIMESTAMP":
            return bool(shard.created_at <= asked["at"] <= ended)
        case "FROM_TIMESTAMP":
            return bool(ended >= max(asked["at"], horizon))
    return True


def _seconds(timestamp: Any) -> float:
    return moment(timestamp).timestamp()


def _token(asked: dict[str, Any]) -> str:
    return base64.b64encode(json.dumps(asked).encode()).decode()
