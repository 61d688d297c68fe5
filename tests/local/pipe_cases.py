"""Pipes between real rooms: what the tests of them share."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from bus.local.dynamodb import DynamoDbRoom, DynamoDbStreamsRoom
from bus.local.events import EventsRoom
from bus.local.kinesis import KinesisRoom
from bus.local.lambda_ import LambdaRoom
from bus.local.outside import Outside
from bus.local.pipes import PipesRoom
from bus.local.plane import Plane
from bus.local.resources import Resource
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom

Build = Callable[..., Plane]
ROOMS = (DynamoDbRoom, DynamoDbStreamsRoom, SqsRoom, SnsRoom, KinesisRoom, LambdaRoom, EventsRoom, PipesRoom, Outside)

CODE = """
import json

def relay(records, context):
    print(len(records))
    images = [record["dynamodb"]["NewImage"] for record in records]
    if any(image["kind"]["S"] == "poison" for image in images):
        raise ValueError("poison")
    return [
        {"source": "omnibus.orders", "detail_type": image["kind"]["S"], "detail": {"id": image["pk"]["S"]}}
        for image in images
    ]

def nothing(records, context):
    return []

def shout(records, context):
    return [{"text": record["body"].upper()} for record in records]

def print_each(records, context):
    for record in records:
        print(json.dumps(record, sort_keys=True))

def refuses_poison(records, context):
    return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in records if r["body"] == "poison"]}
"""


def plane_of(plane_with: Build, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Plane:
    """A plane whose functions have the handlers of `CODE`."""
    package = folder / "teams" / "orders"
    package.mkdir(parents=True)
    for file, text in (("../__init__.py", ""), ("__init__.py", ""), ("handlers.py", CODE)):
        (package / file).write_text(text)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "teams", raising=False)
    return plane_with(*ROOMS)


def make(plane: Plane, type_: str, **properties: Any) -> Any:
    return plane.makers.make(Resource("stack", "It", type_, properties, "stack-It"))


def function(plane: Plane, handler: str) -> str:
    made = make(
        plane,
        "AWS::Lambda::Function",
        FunctionName=handler,
        Handler=f"teams.orders.handlers.{handler}",
        Runtime="python3.13",
    )
    arn: str = made.attributes["Arn"]
    return arn


def pipe(plane: Plane, source: str, target: str, **properties: Any) -> Any:
    role = "arn:aws:iam::123456789012:role/pipe"
    return make(plane, "AWS::Pipes::Pipe", Name="relay", RoleArn=role, Source=source, Target=target, **properties)


def queue(name: str, **attributes: str) -> tuple[str, str]:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def send(url: str, *bodies: str) -> None:
    for body in bodies:
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body)


def bodies(url: str) -> list[Any]:
    response = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [json.loads(message["Body"]) for message in response.get("Messages", [])]
