"""Functions that tell a probe queue what they were invoked with, and event source mappings to them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import indent
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue

_SOURCE = """
import base64, json, os, time
import boto3

sqs = boto3.client("sqs")

def text(record):
    if "body" in record:
        return record["body"]
    if "kinesis" in record:
        return base64.b64decode(record["kinesis"]["data"]).decode()
    return record["dynamodb"]["Keys"]["id"]["S"]

def identifier(record):
    if "messageId" in record:
        return record["messageId"]
    return record["kinesis"]["sequenceNumber"] if "kinesis" in record else record["dynamodb"]["SequenceNumber"]

def handler(event, context):
    texts = [text(record) for record in event["Records"]]
    if os.environ["TELLS"]:
        told = json.dumps({{"texts": texts, "event": event}})
        sqs.send_message(
            QueueUrl=os.environ["PROBE"], MessageBody=told, MessageGroupId="g",
            MessageDeduplicationId=context.aws_request_id,
        )
{body}
"""
FAILS_ON_POISON = 'if any(each.startswith("poison") for each in texts):\n    raise ValueError("poison")'
REPORTS_POISON = (
    'bad = [identifier(record) for record in event["Records"] if text(record).startswith("poison")]\n'
    'return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}'
)
REPORTS = ["ReportBatchItemFailures"]


@dataclass
class Mapped:
    """A function with an event source mapping, and the queue that it tells of each invocation."""

    aws: Aws
    function: str
    uuid: str
    probe: Queue

    def events(self) -> list[dict[str, Any]]:
        """The events since they were last asked for, in order."""
        return [told["event"] for told in self._told()]

    def batches(self) -> list[list[str]]:
        """The texts of those events' records."""
        return [told["texts"] for told in self._told()]

    def texts(self) -> list[str]:
        """The texts of all their records, in order."""
        return [text for batch in self.batches() for text in batch]

    def update(self, **settings: Any) -> None:
        """UpdateEventSourceMapping, and wait until it has taken effect."""
        self.aws.client("lambda").update_event_source_mapping(UUID=self.uuid, **settings)
        self.aws.idle()

    def described(self) -> dict[str, Any]:
        described: dict[str, Any] = self.aws.client("lambda").get_event_source_mapping(UUID=self.uuid)
        return described

    def _told(self) -> list[dict[str, Any]]:
        return self.probe.documents()


def function(aws: Aws, probe: Queue, body: str = "return None", *, tells: bool = True, **settings: Any) -> str:
    """The name of a function that tells `probe` of each invocation, and goes on with `body`."""
    environment = {"Variables": {"PROBE": probe.url, "TELLS": "yes" if tells else ""}}
    return aws.function(_SOURCE.format(body=indent(body, "    ")), Environment=environment, **settings)


def mapped(
    aws: Aws,
    source_arn: str,
    body: str = "return None",
    *,
    timeout: int = 3,
    tells: bool = True,
    **settings: Any,
) -> Mapped:
    """A function that goes on with `body` and is mapped to the source; `settings` are CreateEventSourceMapping's."""
    probe = aws.queue(FifoQueue="true")
    name = function(aws, probe, body, tells=tells, Timeout=timeout)
    created = aws.client("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=source_arn, **settings)
    aws.idle()
    return Mapped(aws, name, created["UUID"], probe)


def stream_mapped(aws: Aws, source_arn: str, body: str = "return None", **settings: Any) -> Mapped:
    """The same of a stream, from its beginning on."""
    return mapped(aws, source_arn, body, **{"StartingPosition": "TRIM_HORIZON", **settings})


def put(aws: Aws, stream_arn: str, *texts: str, key: str = "k") -> None:
    """Put a record for each text."""
    records = [{"Data": text.encode(), "PartitionKey": key} for text in texts]
    aws.client("kinesis").put_records(StreamARN=stream_arn, Records=records)


def write(aws: Aws, table: str, *ids: str) -> None:
    """Put an item for each id."""
    for each in ids:
        aws.client("dynamodb").put_item(TableName=table, Item={"id": {"S": each}})


def pattern(**conditions: Any) -> dict[str, Any]:
    """FilterCriteria of one pattern."""
    return {"Filters": [{"Pattern": json.dumps(conditions)}]}


def refused(call: Callable[..., Any], **params: Any) -> tuple[str, str]:
    """The code and the message of the error that a call is answered with."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
