"""Firehose's reader of a Kinesis stream."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bus.local.engine import Timer
from bus.local.errors import AwsError
from bus.local.firehose.records import KinesisPlace, Record
from bus.local.plane import Plane

# Firehose calls GetRecords once a second for each shard (Firehose quotas, Kinesis Data Streams as source).
_POLL_SECONDS = 1.0
_LIMIT = 10_000
_ID_TAIL = "000000"


class KinesisSource:
    """Hands on every record that was put into a stream since now; it rests while the stream does.

    Firehose reads from the LATEST position on (developer guide, "Configure source settings for Amazon Kinesis Data
    Streams"), closed shards to their end and their children from their beginning.
    """

    def __init__(self, plane: Plane, stream_arn: str, take: Callable[[Record], None]) -> None:
        self._plane, self._arn, self._take = plane, stream_arn, take
        self._since = plane.clock.now()
        self._created: datetime | None = None
        # shard id -> the last sequence number read from it
        self._read: dict[str, str | None] = {}
        self._polled = plane.clock.time() - _POLL_SECONDS
        self._waiting: Timer | None = None
        self._off = plane.signals.on(stream_arn, self._wake)

    def stop(self) -> None:
        """Read no more."""
        self._off()
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _wake(self) -> None:
        if self._waiting is None:
            self._waiting = self._plane.engine.at(self._polled + _POLL_SECONDS, self._poll)

    def _poll(self) -> None:
        self._waiting, self._polled = None, self._plane.clock.time()
        for shard in self._shards():
            self._drain(shard)

    def _shards(self) -> list[str]:
        """The stream's shards, parents first; none when it was deleted, and its records with it."""
        try:
            self._look_who_it_is()
            answer = self._plane.call("kinesis", "ListShards", StreamARN=self._arn)
            shards = answer["Shards"]
            while "NextToken" in answer:
                answer = self._plane.call("kinesis", "ListShards", NextToken=answer["NextToken"])
                shards = [*shards, *answer["Shards"]]
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise
            return []
        return [shard["ShardId"] for shard in shards]

    def _look_who_it_is(self) -> None:
        """A stream that was deleted and made anew under its name has nothing of what was read of the other."""
        answer = self._plane.call("kinesis", "DescribeStreamSummary", StreamARN=self._arn)
        created = answer["StreamDescriptionSummary"]["StreamCreationTimestamp"]
        if self._created not in {None, created}:
            self._read.clear()
            self._since = created
        self._created = created

    def _drain(self, shard: str) -> None:
        iterator: str | None = self._iterator(shard)
        while iterator is not None:
            answer = self._plane.call("kinesis", "GetRecords", ShardIterator=iterator, Limit=_LIMIT)
            for record in answer["Records"]:
                self._read[shard] = record["SequenceNumber"]
                self._take(self._record(shard, record))
            iterator = answer.get("NextShardIterator") if answer["MillisBehindLatest"] else None

    def _iterator(self, shard: str) -> str:
        """An iterator of its own for each poll: one that waits is void after five minutes."""
        last = self._read.get(shard)
        place: dict[str, Any] = (
            {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": self._since}
            if last is None
            else {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": last}
        )
        answer = self._plane.call("kinesis", "GetShardIterator", StreamARN=self._arn, ShardId=shard, **place)
        iterator: str = answer["ShardIterator"]
        return iterator

    def _record(self, shard: str, record: dict[str, Any]) -> Record:
        number = record["SequenceNumber"]
        return Record(
            id=number + _ID_TAIL,
            data=record["Data"],
            arrived=int(record["ApproximateArrivalTimestamp"].timestamp() * 1000),
            event_id=self._plane.ledger.kept(f"{self._arn}/{number}"),
            place=KinesisPlace(shard, number, record["PartitionKey"]),
        )
