"""The stream records behind a dead letter, while the stream keeps them."""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from bus.operating.account import Account, code_of
from bus.operating.dead_letters.batch import Batch

Record = Mapping[str, Any]
_GONE = ("ResourceNotFoundException", "TrimmedDataAccessException", "InvalidArgumentException")
_MOST_EMPTY = 100  # reads in a row that find nothing: a shard may have gaps


@dataclass(frozen=True)
class Found:
    """`records` in Lambda's shape, of Kinesis as `kinesis` nests it. `expired` when the stream keeps some no more."""

    records: tuple[Record, ...]
    expired: bool


def records_of(account: Account, batch: Batch) -> Found:
    """Every record of the shard between the batch's first and last, also what a filter let none through of."""
    read = {"kinesis": _kinesis, "dynamodb": _dynamodb}[batch.kind]
    try:
        records = tuple(record for record in read(account, batch) if batch.holds(sequence_of(record)))
    except ClientError as error:
        if code_of(error) not in _GONE:
            raise
        return Found((), expired=True)
    return Found(records, expired=not records or sequence_of(records[0]) != batch.first)


def sequence_of(record: Record) -> str:
    """A record's sequence number."""
    inner = record.get("kinesis")
    return str(inner["sequenceNumber"] if inner else record["dynamodb"]["SequenceNumber"])


def _kinesis(account: Account, batch: Batch) -> Iterator[Record]:
    client = account.client("kinesis")
    at = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": batch.first}
    iterator = client.get_shard_iterator(StreamARN=batch.stream, ShardId=batch.shard, **at)["ShardIterator"]
    region = batch.stream.split(":")[3]

    def read(position: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = client.get_records(StreamARN=batch.stream, ShardIterator=position)
        return answer

    for record in _until_last(read, iterator, batch, lambda each: each["SequenceNumber"]):
        yield {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record["PartitionKey"],
                "sequenceNumber": record["SequenceNumber"],
                "data": base64.b64encode(record["Data"]).decode(),
                "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{batch.shard}:{record['SequenceNumber']}",
            "eventName": "aws:kinesis:record",
            "awsRegion": region,
            "eventSourceARN": batch.stream,
        }


def _dynamodb(account: Account, batch: Batch) -> Iterator[Record]:
    client = account.client("dynamodbstreams")
    at = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": batch.first}
    iterator = client.get_shard_iterator(StreamArn=batch.stream, ShardId=batch.shard, **at)["ShardIterator"]

    def read(position: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = client.get_records(ShardIterator=position)
        return answer

    for record in _until_last(read, iterator, batch, lambda each: each["dynamodb"]["SequenceNumber"]):
        yield {**_as_json(record), "eventSourceARN": batch.stream}


def _until_last(
    read: Callable[[str], Mapping[str, Any]], iterator: str | None, batch: Batch, sequence: Callable[[Any], str]
) -> Iterator[Any]:
    """The shard's records from the iterator on, up to the batch's last."""
    empty = 0
    while iterator and empty < _MOST_EMPTY:
        answer = read(iterator)
        records, iterator = answer["Records"], answer.get("NextShardIterator")
        yield from records
        if records and int(sequence(records[-1])) >= int(batch.last):
            return
        if not records and answer.get("MillisBehindLatest") == 0:
            return
        empty = 0 if records else empty + 1


def _as_json(value: Any) -> Any:
    """As Lambda and pipes have a table's records: binary in Base64, times in whole seconds."""
    if isinstance(value, Mapping):
        return {key: _as_json(below) for key, below in value.items()}
    if isinstance(value, list | tuple | set):
        return [_as_json(below) for below in value]
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    return int(value.timestamp()) if isinstance(value, datetime) else value
