"""How the records of a stream are read: Kinesis and DynamoDB differ in words only."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from bus.local.errors import AwsError
from bus.local.operations import Response
from bus.local.plane import Plane
from bus.local.polling.record import Record, dynamodb_record, kinesis_record

DAY = 24 * 3600.0
_CONSUMER = "/consumer/"


class Source(Protocol):
    """A stream; `signal` is the ARN under which it says that it has something new."""

    signal: str

    def shards(self) -> Mapping[str, tuple[str, ...]]:
        """Every shard with the ids of its parents, parents before children."""

    def iterator(self, shard: str, type_: str, after: str | None = None, at: float | None = None) -> str:
        """A shard iterator of AWS's `type_`; `after` is a sequence number, `at` an instant in epoch seconds."""

    def read(self, shard: str, iterator: str, limit: int) -> tuple[list[Record], str | None]:
        """Up to `limit` records, and the next iterator: None at the end of a closed shard."""

    def retention(self) -> float:
        """Seconds until a record leaves the stream."""


class KinesisSource:
    """A Kinesis data stream, or one of its consumers with enhanced fan-out; `flat` gives records as pipes have them."""

    def __init__(self, plane: Plane, arn: str, *, flat: bool = False) -> None:
        self._plane, self._arn, self._flat = plane, arn, flat
        self.signal = stream_of(arn)

    def shards(self) -> Mapping[str, tuple[str, ...]]:
        page = self._ask("ListShards", StreamARN=self.signal)
        found = list(page["Shards"])
        while page.get("NextToken"):
            page = self._ask("ListShards", NextToken=page["NextToken"])
            found += page["Shards"]
        return _with_parents(found)

    def iterator(self, shard: str, type_: str, after: str | None = None, at: float | None = None) -> str:
        place: dict[str, Any] = {} if after is None else {"StartingSequenceNumber": after}
        if at is not None:
            place["Timestamp"] = datetime.fromtimestamp(at, UTC)
        asked = {"StreamARN": self.signal, "ShardId": shard, "ShardIteratorType": type_}
        return str(self._ask("GetShardIterator", **asked, **place)["ShardIterator"])

    def read(self, shard: str, iterator: str, limit: int) -> tuple[list[Record], str | None]:
        response = self._ask("GetRecords", ShardIterator=iterator, Limit=limit, StreamARN=self.signal)
        records = [self._record(record, shard) for record in response["Records"]]
        return records, response.get("NextShardIterator")

    def retention(self) -> float:
        try:
            summary = self._ask("DescribeStreamSummary", StreamARN=self.signal)["StreamDescriptionSummary"]
        except AwsError:  # the stream is gone; what was read of it is kept as long as any stream keeps it
            return DAY
        return float(summary["RetentionPeriodHours"]) * 3600

    def _ask(self, operation: str, **params: object) -> Response:
        return self._plane.call("kinesis", operation, **params)

    def _record(self, record: dict[str, Any], shard: str) -> Record:
        number = record["SequenceNumber"]
        return Record(
            identifier=number,
            event_id=self._plane.ledger.kept(f"{self.signal}/{number}"),
            arrived=record["ApproximateArrivalTimestamp"].timestamp(),
            attempt=0,
            data=kinesis_record(record, shard, self._arn, self._plane.region, flat=self._flat),
            key=record["PartitionKey"],
        )


class DynamoDbSource:
    """The stream of a DynamoDB table."""

    def __init__(self, plane: Plane, arn: str) -> None:
        self._plane, self.signal = plane, arn

    def shards(self) -> Mapping[str, tuple[str, ...]]:
        found: list[Mapping[str, Any]] = []
        after: dict[str, object] = {}
        while True:
            page = self._ask("DescribeStream", StreamArn=self.signal, **after)["StreamDescription"]
            found += page["Shards"]
            if not page.get("LastEvaluatedShardId"):
                return _with_parents(found)
            after = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}

    def iterator(self, shard: str, type_: str, after: str | None = None, at: float | None = None) -> str:  # noqa: ARG002 - Source's; DynamoDB streams have no AT_TIMESTAMP
        place = {} if after is None else {"SequenceNumber": after}
        asked = {"StreamArn": self.signal, "ShardId": shard, "ShardIteratorType": type_}
        return str(self._ask("GetShardIterator", **asked, **place)["ShardIterator"])

    def read(self, shard: str, iterator: str, limit: int) -> tuple[list[Record], str | None]:  # noqa: ARG002 - Source's
        # DynamoDB streams answer at most 1,000 records a call (DynamoDB API reference, GetRecords).
        response = self._ask("GetRecords", ShardIterator=iterator, Limit=min(limit, 1000))
        return [self._record(record) for record in response["Records"]], response.get("NextShardIterator")

    def retention(self) -> float:
        return DAY

    def _ask(self, operation: str, **params: object) -> Response:
        return self._plane.call("dynamodbstreams", operation, **params)

    def _record(self, record: dict[str, Any]) -> Record:
        change = record["dynamodb"]
        number, data = change["SequenceNumber"], dynamodb_record(record, self.signal)
        return Record(
            identifier=number,
            event_id=_event_id(change) or self._plane.ledger.kept(f"{self.signal}/{number}"),
            arrived=change["ApproximateCreationDateTime"].timestamp(),
            attempt=0,
            data=data,
            key=json.dumps(data["dynamodb"]["Keys"], sort_keys=True),
        )


def stream_of(arn: str) -> str:
    """The ARN of the stream that a consumer with enhanced fan-out belongs to; a stream's own is itself."""
    return arn.partition(_CONSUMER)[0]


def is_consumer(arn: str) -> bool:
    return _CONSUMER in arn


def _with_parents(shards: list[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    parents = ("ParentShardId", "AdjacentParentShardId")
    return {shard["ShardId"]: tuple(shard[name] for name in parents if shard.get(name)) for shard in shards}


def _event_id(change: Mapping[str, Any]) -> str | None:
    """The event that an outbox item carries: the item names it, since it was written before anybody followed it."""
    named: str | None = change.get("NewImage", {}).get("event_id", {}).get("S")
    return named
