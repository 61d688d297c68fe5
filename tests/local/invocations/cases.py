"""Functions of a test, and what their queues got."""

import json
from collections.abc import Callable
from typing import Any

import boto3

from bus.local.plane import Plane
from bus.local.resources import Resource

Build = Callable[..., Plane]
CODE = """
import base64, json, time

calls = []

def echo(event, context):
    print("echo", event)
    return {"seen": event, "name": context.function_name}

def fail(event, context):
    calls.append(time.time())
    print(time.time())
    raise ValueError("no such order")

def reports(event, context):
    failures = [r["messageId"] for r in event["Records"] if r["body"] == "poison"]
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failures]}

def refuses(event, context):
    print(len(event["Records"]))
    if any(r["body"] == "poison" for r in event["Records"]):
        raise ValueError("poison")

def decodes(event, context):
    texts = [base64.b64decode(r["kinesis"]["data"]).decode() for r in event["Records"]]
    print(*texts)
    if "poison" in texts:
        raise ValueError("poison")
"""


def make(plane: Plane, type_: str, **properties: Any) -> str:
    wanted = Resource("stack", type_, type_, properties, f"stack-{type_.rpartition(':')[2]}")
    return plane.makers.make(wanted).ref


def function(plane: Plane, handler: str, **properties: Any) -> str:
    return make(
        plane,
        "AWS::Lambda::Function",
        FunctionName=handler,
        Handler=f"teams.orders.handlers.{handler}",
        Runtime="python3.13",
        **properties,
    )


def queue(name: str, **attributes: str) -> tuple[str, str]:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def received(url: str) -> list[dict[str, Any]]:
    response = boto3.client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=0
    )
    return response.get("Messages", [])


def poisoned_queue(plane: Plane, handler: str, **mapping: Any) -> tuple[str, str]:
    dead_url, dead = queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 2})
    url, arn = queue("mail", RedrivePolicy=redrive, VisibilityTimeout="60")
    make(plane, "AWS::Lambda::EventSourceMapping", FunctionName=function(plane, handler), EventSourceArn=arn, **mapping)
    for body in ("fine", "poison", "fine too"):
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    return url, dead_url
