"""DynamoDB Streams: each table's changes in the order of their commits, for 24 hours.

A stream has one shard, so all of a table's records are in order, those of a transaction together.
Iterators last for 15 minutes, as on AWS: whoever waits longer keeps a sequence number instead.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple

import orjson

from bus.local.dynamodb import records
from bus.local.dynamodb.attributes import size_of
from bus.local.dynamodb.codec import thaw
from bus.local.dynamodb.database import Database
from bus.local.dynamodb.errors import invalid, not_found
from bus.local.dynamodb.expiry import PRINCIPAL
from bus.local.dynamodb.parameters import accept
from bus.local.dynamodb.records import Record, Stream
from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane

ITERATOR_LASTS = 15 * 60
MOST_RECORDS = 1000
LARGEST_PAGE = 1024 * 1024


class Position(NamedTuple):
    """What an iterator stands for: the next sequence to read, and when the iterator was given out."""

    stream: str
    sequence: int
    issued: float

    def written(self) -> str:
        """The iterator, as callers carry it about."""
        return f"{self.stream}|{urlsafe_b64encode(orjson.dumps(self[1:])).decode()}"

    @classmethod
    def of(cls, iterator: str) -> "Position":
        """What an iterator says. Raises ValidationException for what is none."""
        stream, _, rest = iterator.rpartition("|")
        try:
            return cls(stream, *orjson.loads(urlsafe_b64decode(rest)))
        except (ValueError, TypeError) as error:
            raise invalid("Invalid ShardIterator") from error


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
        start, limit = params.get("ExclusiveStartStreamArn", ""), params.get("Limit", 100)
        wanted = [
            stream
            for arn, stream in sorted(self._database.streams.items())
            if arn > start and params.get("TableName", stream.table_name) == stream.table_name
        ]
        response: Response = {"Streams": [_summary(stream) for stream in wanted[:limit]]}
        if len(wanted) > limit:
            response["LastEvaluatedStreamArn"] = wanted[limit - 1].arn
        return response

    @operation("DescribeStream")
    def describe_stream(self, params: Params) -> Response:
        """A stream and its shard."""
        accept("DescribeStream", params, frozenset({"StreamArn", "Limit", "ExclusiveStartShardId"}))
        stream = self._stream(params["StreamArn"])
        description = {
            **_summary(stream),
            "StreamStatus": "ENABLED" if stream.end is None else "DISABLED",
            "StreamViewType": stream.view,
            "CreationRequestDateTime": datetime.fromtimestamp(stream.created, UTC),
            "KeySchema": stream.key_schema,
            "Shards": [] if params.get("ExclusiveStartShardId") == stream.shard else [_shard(stream)],
        }
        return {"StreamDescription": description}

    @operation("GetShardIterator")
    def get_shard_iterator(self, params: Params) -> Response:
        """An iterator at the start, at the end, or at a record."""
        accept("GetShardIterator", params, frozenset({"StreamArn", "ShardId", "ShardIteratorType", "SequenceNumber"}))
        stream = self._stream(params["StreamArn"])
        if params["ShardId"] != stream.shard:
            raise not_found(f"Shard: {params['ShardId']} in Stream: {stream.arn} not found")
        position = Position(stream.arn, self._start(stream, params), self._plane.clock.time())
        return {"ShardIterator": position.written()}

    def _start(self, stream: Stream, params: Params) -> int:
        kind = params["ShardIteratorType"]
        if kind == "TRIM_HORIZON":
            return stream.start
        if kind == "LATEST":
            return records.last_sequence(self._database.store) + 1
        if kind not in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"):
            raise UnsupportedOperationError(f"the shard iterator type {kind}")
        number: str = params.get("SequenceNumber", "")
        if not number.isdecimal():
            raise invalid(f"The shard iterator type {kind} needs a SequenceNumber")
        sequence = records.sequence_of(number) + (1 if kind.startswith("AFTER") else 0)
        return max(sequence, stream.start)

    @operation("GetRecords")
    def get_records(self, params: Params) -> Response:
        """Records from an iterator on, up to 1,000 or 1 MB; the next iterator, until a closed shard is read."""
        accept("GetRecords", params, frozenset({"ShardIterator", "Limit"}))
        position, now = Position.of(params["ShardIterator"]), self._plane.clock.time()
        stream = self._stream(position.stream)
        if now - position.issued > ITERATOR_LASTS:
            raise AwsError("ExpiredIteratorException", "Iterator expired: it was created over 15 minutes ago")
        limit = min(params.get("Limit", MOST_RECORDS), MOST_RECORDS)
        found = self._page(stream, position.sequence, limit)
        following = found[-1].sequence + 1 if found else position.sequence
        response: Response = {"Records": [_shown(stream, record, self._plane.region) for record in found]}
        if stream.end is None or (found and following <= stream.end):
            response["NextShardIterator"] = Position(stream.arn, following, now).written()
        return response

    def _page(self, stream: Stream, start: int, limit: int) -> list[Record]:
        page, size = [], 0
        for record in records.read(self._database.store, stream, start, self._plane.clock.time(), limit):
            page.append(record)
            size += len(record.before or b"") + len(record.after or b"")
            if size >= LARGEST_PAGE:
                break
        return page

    def _stream(self, arn: str) -> Stream:
        stream = self._database.streams.get(arn)
        if stream is None:
            raise not_found(f"Stream: {arn} not found")
        return stream


def _summary(stream: Stream) -> dict[str, Any]:
    return {"StreamArn": stream.arn, "TableName": stream.table_name, "StreamLabel": stream.label}


def _shard(stream: Stream) -> dict[str, Any]:
    reach = {"StartingSequenceNumber": records.sequence_number(stream.start)}
    if stream.end is not None:
        reach["EndingSequenceNumber"] = records.sequence_number(stream.end)
    return {"ShardId": stream.shard, "SequenceNumberRange": reach}


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
