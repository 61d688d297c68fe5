"""The Kinesis room: putting records and reading them.

Differences from Kinesis that a caller can see: a stream is active as soon as it is created, shards
are never split or merged, and no shard throttles.
"""

from typing import Any, ClassVar

from bus.local.kinesis.administration import Administration
from bus.local.kinesis.errors import invalid_argument, too_long
from bus.local.kinesis.reading import ShardIterator, read, start
from bus.local.kinesis.resources import StreamResources
from bus.local.kinesis.stream import blob
from bus.local.kinesis.streams import Streams
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane

_MOST_RECORDS = 500
_MOST_BYTES = 10 * 1024 * 1024  # of one PutRecords, partition keys included


class KinesisRoom(Administration, StreamResources):
    """Amazon Kinesis Data Streams."""

    service: ClassVar[str] = "kinesis"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.streams = Streams(plane)

    @operation("PutRecord")
    def put_record(self, params: Params) -> Response:
        # SequenceNumberForOrdering asks for numbers that grow; here they always do.
        stream = self.streams.of(params)
        stream.check(params)
        shard, record = stream.put(params)
        stream.announce()
        return {"ShardId": shard.id, "SequenceNumber": record.sequence_number, "EncryptionType": "NONE"}

    @operation("PutRecords")
    def put_records(self, params: Params) -> Response:
        stream, records = self.streams.of(params), params["Records"]
        _check_batch(records)
        for record in records:
            stream.check(record)
        put = [stream.put(record) for record in records]
        stream.announce()
        answers = [{"SequenceNumber": record.sequence_number, "ShardId": shard.id} for shard, record in put]
        return {"FailedRecordCount": 0, "Records": answers, "EncryptionType": "NONE"}

    @operation("GetShardIterator")
    def get_shard_iterator(self, params: Params) -> Response:
        stream = self.streams.of(params)
        shard = stream.shard(params["ShardId"])
        iterator = ShardIterator(stream.name, shard.id, start(stream, shard, params), self._plane.clock.time())
        return {"ShardIterator": str(iterator)}

    @operation("GetRecords")
    def get_records(self, params: Params) -> Response:
        iterator = ShardIterator.parse(params["ShardIterator"])
        stream = self.streams.of({"StreamName": iterator.stream, **params})
        return read(self._plane, stream, iterator, params.get("Limit"))


def _check_batch(records: list[dict[str, Any]]) -> None:
    if not 1 <= len(records) <= _MOST_RECORDS:
        raise too_long("records", _MOST_RECORDS)
    if sum(len(blob(record["Data"])) + len(record["PartitionKey"].encode()) for record in records) > _MOST_BYTES:
        raise invalid_argument("Records size exceeds 10 MB limit")
