"""A message or stream record on its way to a function or through a pipe, in Lambda's shapes."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson


@dataclass(slots=True)
class Record:
    """One polled record.

    `identifier` is what `batchItemFailures` calls it: a message id or sequence number. `arrived` is epoch
    seconds; `attempt` counts deliveries from 1 (a queue's receive count). `data` is JSON as Lambda's event holds
    it, `filtered_on` the same as filter patterns see it, with the body or data parsed. `key` is what keeps its order:
    a Kinesis partition key, the key of a DynamoDB item, the group of a FIFO queue's message.
    """

    identifier: str
    event_id: str | None
    arrived: float
    attempt: int
    data: dict[str, Any]
    receipt_handle: str = ""
    key: str = ""
    _written: bytes | None = None

    @property
    def written(self) -> bytes:
        """`data` as JSON, written once however often the record is delivered."""
        if self._written is None:
            self._written = as_json(self.data)
        return self._written

    @property
    def filtered_on(self) -> dict[str, Any]:
        """Lambda developer guide, "Control which events Lambda sends to your function", per service."""
        if "body" in self.data:
            return {**self.data, "body": parsed(self.data["body"])}
        flat = {**self.data, **self.data.get("kinesis", {})}
        if "data" in flat:
            return {**flat, "data": parsed(base64.b64decode(flat["data"]))}
        return self.data


def as_json(value: Any) -> bytes:
    """JSON in UTF-8, the form in which payloads are measured."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # Half of a surrogate pair is text that orjson does not write, and so are whole numbers beyond 64 bits.
        return json.dumps(value, separators=(",", ":")).encode()


def parsed(text: str | bytes) -> Any:
    """The JSON object or array in `text`, else the text itself."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # nested deeper than anybody reads: text like any other
        value = None
    if isinstance(value, dict | list):
        return value
    return text if isinstance(text, str) else text.decode(errors="replace")


def sqs_record(message: Mapping[str, Any], queue_arn: str, region: str) -> dict[str, Any]:
    """A message of ReceiveMessage (Lambda developer guide, "Using Lambda with Amazon SQS", example event)."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()},
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    shaped: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if "StringValue" in value:
        shaped["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        shaped["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return shaped


def kinesis_record(
    record: Mapping[str, Any], shard: str, stream_arn: str, region: str, *, flat: bool
) -> dict[str, Any]:
    """A record of GetRecords as Lambda nests it, or `flat` as pipes have it (EventBridge user guide, "Amazon
    Kinesis stream as a source").
    """
    inner = {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": record["PartitionKey"],
        "sequenceNumber": record["SequenceNumber"],
        "data": base64.b64encode(record["Data"]).decode(),
        "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
    }
    outer = {
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/in-process",
        "awsRegion": region,
        "eventSourceARN": stream_arn,
    }
    return {**inner, **outer} if flat else {"kinesis": inner, **outer}


def dynamodb_record(record: Mapping[str, Any], stream_arn: str) -> dict[str, Any]:
    """A record of a table's stream: as DynamoDB has it, in JSON, with the stream's ARN."""
    shaped: dict[str, Any] = _json(record)
    if "userIdentity" in shaped:
        identity = shaped["userIdentity"]
        shaped["userIdentity"] = {"principalId": identity["PrincipalId"], "type": identity["Type"]}
    return {**shaped, "eventSourceARN": stream_arn}


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _json(below) for key, below in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(below) for below in value]
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value
