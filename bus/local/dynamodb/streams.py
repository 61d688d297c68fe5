"""DynamoDB Streams: each table's changes in the order of their commits, for 24 hours.

What its shards are says `shards`. Iterators last for 15 minutes, as on AWS: whoever waits longer keeps a sequence
number instead. A stream that was disabled, or whose table was deleted, can be read for 24 hours more.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from bus.local.dynamodb import records
from bus.local.dynamodb.attributes import size_of
from bus.local.dynamodb.codec import thaw
from bus.local.dynamodb.database import Database
from bus.local.dynamodb.errors import invalid, not_found
from bus.local.dynamodb.expiry import PRINCIPAL
from bus.local.dynamodb.iterators import ITERATOR_LASTS, Position, Starts, trimmed
from bus.local.dynamodb.parameters import accept, one_of
from bus.local.dynamodb.records import Record, Stream
from bus.local.dynamodb.shards import Shard
from bus.local.errors import AwsError
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane

MOST_RECORDS = 1000
MOST_LISTED = 100
LARGEST_PAGE = 1024 * 1024
_ITERATOR = frozenset({"StreamArn", "ShardId", "ShardIteratorType", "SequenceNumber", "Timestamp"})


class DynamoDbStreamsRoom:
    """Reads the streams of the tables in the plane's DynamoDB room, which must be open."""

    service: ClassVar[str] = "dynamodbstreams"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._database: Database = plane.rooms["dynamodb"].database

    @operation("ListStreams")
    def list_streams(self, params: Params) -> Response:
        """Every stream, or a table's, by ARN."""
        accept("ListStreams", params, frozenset({"TableName", "Limit", "ExclusiveStartStreamArn"}))
        start, limit, now = params.get("ExclusiveStartStreamArn", ""), _limit(params), self._plane.clock.time()
        wanted = [
            stream
            for arn, stream in sorted(self._database.streams.items())
            if arn > start and not stream.gone(now) and params.get("TableName", stream.table_name) == stream.table_name
        ]
        response: Response = {"Streams": [_summary(stream) for stream in wanted[:limit]]}
        if len(wanted) > limit:
            response["LastEvaluatedStreamArn"] = wanted[limit - 1].arn
        return response

    @operation("DescribeStream")
    def describe_stream(self, params: Params) -> Response:
        """A stream and its shards, parents before children; with a ShardFilter, the children of one."""
        accept("DescribeStream", params, frozenset({"StreamArn", "Limit", "ExclusiveStartShardId", "ShardFilter"}))
        stream, limit = self._stream(params["StreamArn"]), _limit(params)
        shards = _filtered(stream.shards(self._plane.clock.time()), params.get("ShardFilter") or {})
        after = params.get("ExclusiveStartShardId")
        if after is not None:
            shards = shards[1 + [shard.id for shard in shards].index(after) :] if _has(shards, after) else []
        description = {
            **_summary(stream),
            "StreamStatus": "ENABLED" if stream.end is None else "DISABLED",
            "StreamViewType": stream.view,
            "CreationRequestDateTime": datetime.fromtimestamp(stream.created, UTC),
            "KeySchema": stream.key_schema,
            "Shards": [_described(shard) for shard in shards[:limit]],
        }
        if len(shards) > limit:
            description["LastEvaluatedShardId"] = shards[limit - 1].id
        return {"StreamDescription": description}

    @operation("GetShardIterator")
    def get_shard_iterator(self, params: Params) -> Response:
        """An iterator at the start, at the end, at or after a record, or at an instant."""
        accept("GetShardIterator", params, _ITERATOR)
        stream, now = self._stream(params["StreamArn"]), self._plane.clock.time()
        for shard in stream.shards(now):
            if shard.id == params["ShardId"]:
                starts = Starts(self._database.store, stream, shard, now)
                return {"ShardIterator": Position(stream.arn, shard.id, starts.of(params), now).written()}
        raise not_found(f"Shard: {params['ShardId']} in Stream: {stream.arn} not found")

    @operation("GetRecords")
    def get_records(self, params: Params) -> Response:
        """Records from an iterator on, up to 1,000 or 1 MB; the next iterator, until a closed shard is read."""
        accept("GetRecords", params, frozenset({"ShardIterator", "Limit"}))
        position, limit, now = Position.of(params["ShardIterator"]), _records_limit(params), self._plane.clock.time()
        stream = self._stream(position.stream)
        if now - position.issued > ITERATOR_LASTS:
            raise AwsError("ExpiredIteratorException", "Iterator expired: it was created over 15 minutes ago")
        shard = next((shard for shard in stream.shards(now) if shard.id == position.shard), None)
        if shard is None or self._behind(stream, shard, position.sequence, now):
            raise trimmed()
        found = self._page(stream, (position.sequence, shard.last), limit)
        following = found[-1].sequence + 1 if found else position.sequence
        response: Response = {"Records": [_shown(stream, record, self._plane.region) for record in found]}
        if shard.end is None or (found and following <= shard.end):
            response["NextShardIterator"] = position._replace(sequence=following, issued=now).written()
        return response

    def _behind(self, stream: Stream, shard: Shard, sequence: int, now: float) -> bool:
        """Whether the record at an iterator was trimmed."""
        return sequence <= shard.last and records.trimmed(self._database.store, stream, sequence, now)

    def _page(self, stream: Stream, reach: tuple[int, int], limit: int) -> list[Record]:
        page: list[Record] = []
        size = 0
        for record in records.read(self._database.store, stream, reach, self._plane.clock.time(), limit):
            size += len(record.before or b"") + len(record.after or b"")
            if page and size > LARGEST_PAGE:
                break
            page.append(record)
        return page

    def _stream(self, arn: str) -> Stream:
        stream = self._database.streams.get(arn)
        if stream is None or stream.gone(self._plane.clock.time()):
            raise not_found(f"Stream: {arn} not found")
        return stream


def _limit(params: Params) -> int:
    """How many streams or shards an answer has; "the upper limit is 100"."""
    limit = int(params.get("Limit", MOST_LISTED))
    if limit > MOST_LISTED:
        raise invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            f"Member must have value less than or equal to {MOST_LISTED}"
        )
    return limit


def _records_limit(params: Params) -> int:
    limit = int(params.get("Limit", MOST_RECORDS))
    if limit > MOST_RECORDS:
        raise AwsError(
            "LimitExceededException",
            f"GetRecords was called with a value of more than {MOST_RECORDS} for the limit request parameter.",
        )
    return limit


def _filtered(shards: list[Shard], given: Mapping[str, str]) -> list[Shard]:
    """ShardFilter: its one type is CHILD_SHARDS."""
    if not given:
        return shards
    one_of(given, "Type", ("CHILD_SHARDS",))
    if "ShardId" not in given:
        raise invalid("The ShardFilter CHILD_SHARDS needs a ShardId")
    return [shard for shard in shards if shard.parent == given["ShardId"]]


def _has(shards: list[Shard], name: str) -> bool:
    return any(shard.id == name for shard in shards)


def _summary(stream: Stream) -> dict[str, Any]:
    return {"StreamArn": stream.arn, "TableName": stream.table_name, "StreamLabel": stream.label}


def _described(shard: Shard) -> dict[str, Any]:
    reach = {"StartingSequenceNumber": records.sequence_number(shard.start)}
    if shard.end is not None:
        reach["EndingSequenceNumber"] = records.sequence_number(shard.end)
    parent = {} if shard.parent is None else {"ParentShardId": shard.parent}
    return {"ShardId": shard.id, "SequenceNumberRange": reach, **parent}


def _shown(stream: Stream, record: Record, region: str) -> dict[str, Any]:
    images = {"Keys": record.keys, "NewImage": record.after, "OldImage": record.before}
    items = {member: thaw(blob) for member, blob in images.items() if blob is not None}
    shown: dict[str, Any] = {
        "eventID": record.id,
        "eventName": record.event,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": region,
        "dynamodb": {
            # To the second, as AWS gives it.
            "ApproximateCreationDateTime": datetime.fromtimestamp(int(record.at), UTC),
            **items,
            "SequenceNumber": records.sequence_number(record.sequence),
            "SizeBytes": sum(map(size_of, items.values())),
            "StreamViewType": stream.view,
        },
    }
    return {**shown, "userIdentity": dict(PRINCIPAL)} if record.by_service else shown
