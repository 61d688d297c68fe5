"""The Kinesis room: putting records and reading them.

Differences from Kinesis that a caller can see: what Kinesis does in the background (creating, resharding, registering)
is done when the call returns; on-demand streams take whatever they are given, and are not resharded by it (on AWS they
begin with 4 MB/s and double as traffic grows); reading is not throttled. What a shard of a provisioned stream refuses
is said in `throughput`.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from bus.local.errors import AwsError
from bus.local.kinesis.administration import Administration
from bus.local.kinesis.errors import invalid_argument, too_long
from bus.local.kinesis.fan_out import FanOut
from bus.local.kinesis.labels import Labels
from bus.local.kinesis.listing import Listing
from bus.local.kinesis.reading import ShardIterator, read, start
from bus.local.kinesis.requests import checked, refuse_undone
from bus.local.kinesis.resharding import Resharding
from bus.local.kinesis.resources import StreamResources
from bus.local.kinesis.settings import StreamSettings
from bus.local.kinesis.stream import Stream, blob
from bus.local.kinesis.streams import Streams
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts

_MOST_RECORDS = 500
_MOST_BYTES = 10 * 1024 * 1024  # of one PutRecords, partition keys included


class KinesisRoom(Administration, Resharding, Listing, StreamSettings, FanOut, Labels, StreamResources):
    """Amazon Kinesis Data Streams."""

    service: ClassVar[str] = "kinesis"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.streams = Streams(plane)
        self.policies: dict[str, str] = {}

    @operation("PutRecord")
    def put_record(self, params: Params) -> Response:
        """Raises ProvisionedThroughputExceededException when the record's shard takes no more.

        SequenceNumberForOrdering asks for numbers that grow; here they always do.
        """
        refuse_undone("PutRecord", params)
        stream = self.streams.of(params)
        stream.check(params)
        after = params.get("SequenceNumberForOrdering")
        if after is not None and not after.isdecimal():
            raise invalid_argument(
                f"ExclusiveMinimumSequenceNumber {after} used in PutRecord on stream {stream.name} under account "
                f"{self._plane.account} is invalid."
            )
        shard, record = stream.put(params, stream.request())
        stream.announce()
        return {"ShardId": shard.id, "SequenceNumber": record.sequence_number, "EncryptionType": stream.encryption}

    @operation("PutRecords")
    def put_records(self, params: Params) -> Response:
        """Records fail one by one, and those after a failed one are put all the same."""
        refuse_undone("PutRecords", params)
        stream, records = self.streams.of(params), params["Records"]
        _check_batch(records)
        for record in records:
            stream.check(record)
        request = stream.request()
        answers = [_put(stream, record, request) for record in records]
        failed = sum("ErrorCode" in answer for answer in answers)
        if failed < len(answers):
            stream.announce()
        return {"FailedRecordCount": failed, "Records": answers, "EncryptionType": stream.encryption}

    @checked("GetShardIterator")
    def get_shard_iterator(self, params: Params) -> Response:
        stream = self.streams.of(params)
        shard, now = stream.shard(params["ShardId"]), self._plane.clock.time()
        position = start(
            stream,
            shard,
            params["ShardIteratorType"],
            params.get("StartingSequenceNumber"),
            params.get("Timestamp"),
            now,
        )
        return {"ShardIterator": str(ShardIterator(stream.name, shard.id, position, now))}

    @operation("GetRecords")
    def get_records(self, params: Params) -> Response:
        refuse_undone("GetRecords", params)
        iterator = ShardIterator.parse(params["ShardIterator"])
        stream = self.streams.of({"StreamName": iterator.stream, **params})
        return read(self._plane, stream, iterator, params.get("Limit"))

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """The records of an event that are in a stream, whoever has read them."""
        for stream in self.streams.all():
            for shard in stream.shards:
                for record in shard.read(stream.horizon(shard), shard.end):
                    if self._plane.ledger.kept(f"{stream.arn}/{record.sequence_number}") == event_id:
                        until = record.arrived + stream.retention_hours * 3600
                        note = f"{shard.id}, sequence number {record.sequence_number}"
                        yield Whereabouts("kinesis", stream.arn, "kept", until, note)


def _put(stream: Stream, params: Params, request: int) -> dict[str, Any]:
    try:
        shard, record = stream.put(params, request)
    except AwsError as error:
        return {"ErrorCode": error.code, "ErrorMessage": error.message}
    return {"SequenceNumber": record.sequence_number, "ShardId": shard.id}


def _check_batch(records: list[dict[str, Any]]) -> None:
    if not 1 <= len(records) <= _MOST_RECORDS:
        raise too_long("records", _MOST_RECORDS)
    sizes = (len(blob(record["Data"])) + len((record.get("PartitionKey") or "").encode()) for record in records)
    if sum(sizes) > _MOST_BYTES:
        raise invalid_argument("Records size exceeds 10 MB limit")
