"""A pipe of a template from a Kinesis stream to a queue, and what tests do with both ends."""

import json
from typing import Any

import boto3

from bus.local.plane import Plane
from bus.local.resources import Made, Resource

ROLE = "arn:aws:iam::123456789012:role/pipe"


STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/in"


def queue(name: str) -> str:
    return f"arn:aws:sqs:us-east-1:123456789012:{name}"


def wanted(**properties: Any) -> Resource:
    given = {"Name": "relay", "RoleArn": ROLE, "Source": STREAM, "Target": queue("out"), **properties}
    if given["Source"] == STREAM:
        reading = {"StartingPosition": "TRIM_HORIZON", **given.pop("Reading", {})}
        given["SourceParameters"] = {"KinesisStreamParameters": reading}
        given.setdefault("TargetParameters", {"InputTemplate": "<$.data.n>"})
    return Resource("stack", "Pipe", "AWS::Pipes::Pipe", given, "stack-Pipe")


def make(plane: Plane, **properties: Any) -> Made:
    resource = wanted(**properties)
    return Made(resource, plane.makers.make(resource))


def put(plane: Plane, *numbers: int, event_id: str | None = None) -> None:
    for number in numbers:
        with plane.ledger.following(event_id):
            plane.call(
                "kinesis", "PutRecord", StreamARN=STREAM, Data=json.dumps({"n": number}).encode(), PartitionKey="k"
            )


def bodies(name: str) -> list[str]:
    sqs = boto3.client("sqs")
    url, found = sqs.get_queue_url(QueueName=name)["QueueUrl"], []
    while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in received:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(message["Body"])
    return found
