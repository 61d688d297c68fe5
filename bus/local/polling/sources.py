"""How the records of a stream are read: Kinesis and DynamoDB differ in words only."""

from collections.abc import Mapping
from typing import Any, Protocol

from bus.local.plane import Plane
from bus.local.polling.record import Record, dynamodb_record, kinesis_record


class Source(Protocol):
    """A stream, by its ARN."""

    arn: str

    def shards(self) -> list[str]:
        """The ids of every shard, parents before children."""

    def iterator(self, shard: str, type_: str, after: str | None = None) -> str:
        """A shard iterator of AWS's `type_`; `after` is a sequence number."""

    def read(self, shard: str, iterator: str, limit: int) -> tuple[list[Record], str | None]:
        """Up to `limit` records, and the next iterator: None at the end of a closed shard."""


class KinesisSource:
    """A Kinesis data stream; `flat` gives records as pipes have them."""

    def __init__(self, plane: Plane, arn: str, *, flat: bool = False) -> None:
        self._plane, self.arn, self._flat = plane, arn, flat

    def shards(self) -> list[str]:
        return [shard["ShardId"] for shard in self._plane.call("kinesis", "ListShards", StreamARN=self.arn)["Shards"]]

    def iterator(self, shard: str, type_: str, after: str | None = None) -> str:
        place = {} if after is None else {"StartingSequenceNumber": after}
        response = self._plane.call(
            "kinesis", "GetShardIterator", StreamARN=self.arn, ShardId=shard, ShardIteratorType=type_, **place
        )
        return str(response["ShardIterator"])

    def read(self, shard: str, iterator: str, limit: int) -> tuple[list[Record], str | None]:
        response = self._plane.call("kinesis", "GetRecords", ShardIterator=iterator, Limit=limit, StreamARN=self.arn)
        records = [self._record(record, shard) for record in response["Records"]]
        return records, response.get("NextShardIterator")

    def _record(self, record: dict[str, Any], shard: str) -> Record:
        number = record["SequenceNumber"]
        return Record(
            identifier=number,
            event_id=self._plane.ledger.kept(f"{self.arn}/{number}"),
            arrived=record["ApproximateArrivalTimestamp"].timestamp(),
            attempt=0,
            data=kinesis_record(record, shard, self.arn, self._plane.region, flat=self._flat),
        )


class DynamoDbSource:
    """The stream of a DynamoDB table."""

    def __init__(self, plane: Plane, arn: str) -> None:
        self._plane, self.arn = plane, arn

    def shards(self) -> list[str]:
        stream = self._plane.call("dynamodbstreams", "DescribeStream", StreamArn=self.arn)["StreamDescription"]
        return [shard["ShardId"] for shard in stream["Shards"]]

    def iterator(self, shard: str, type_: str, after: str | None = None) -> str:
        place = {} if after is None else {"SequenceNumber": after}
        response = self._plane.call(
            "dynamodbstreams", "GetShardIterator", StreamArn=self.arn, ShardId=shard, ShardIteratorType=type_, **place
        )
        return str(response["ShardIterator"])

    def read(self, shard: str, iterator: str, limit: int) -> tuple[list[Record], str | None]:  # noqa: ARG002 - Source's
        # DynamoDB streams answer at most 1,000 records a call (DynamoDB API reference, GetRecords).
        response = self._plane.call("dynamodbstreams", "GetRecords", ShardIterator=iterator, Limit=min(limit, 1000))
        return [self._record(record) for record in response["Records"]], response.get("NextShardIterator")

    def _record(self, record: dict[str, Any]) -> Record:
        change = record["dynamodb"]
        number = change["SequenceNumber"]
        return Record(
            identifier=number,
            event_id=_event_id(change) or self._plane.ledger.kept(f"{self.arn}/{number}"),
            arrived=change["ApproximateCreationDateTime"].timestamp(),
            attempt=0,
            data=dynamodb_record(record, self.arn),
        )


def _event_id(change: Mapping[str, Any]) -> str | None:
    """The event that an outbox item carries: the item names it, since it was written before anybody followed it."""
    named: str | None = change.get("NewImage", {}).get("event_id", {}).get("S")
    return named
