"""Pipes for the delivery suite: made, and let start."""

import json
from typing import Any

from tests.delivery.aws import Aws, Queue

# Sends what it is given to a queue, as one message an invocation.
TELL = """
import json
import os
import boto3

def handler(events, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(events))
"""

# Fails, whatever it is given.
FAILS = """
def handler(events, context):
    raise ValueError("no")
"""
# Tells the "n" of what it is given, and fails or reports what is poison.
FAILS_POISON = """
import json
import os
import boto3

def handler(events, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps([e["n"] for e in events]))
    if any(event["n"] == "poison" for event in events):
        raise ValueError("poison")
"""
REPORTS_POISON = """
import json
import os
import boto3

def handler(events, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps([e["n"] for e in events]))
    return {"batchItemFailures": [{"itemIdentifier": e["id"]} for e in events if e["n"] == "poison"]}
"""


def pipe(aws: Aws, source: str, target: str, **parameters: Any) -> str:
    """The name of a pipe that is running, unless it was wanted stopped."""
    name = aws.name()
    aws.client("pipes").create_pipe(Name=name, RoleArn=aws.role(), Source=source, Target=target, **parameters)
    aws.idle()
    return name


def template(text: str) -> dict[str, Any]:
    """TargetParameters with an input template."""
    return {"TargetParameters": {"InputTemplate": text}}


def filters(*patterns: Any) -> dict[str, Any]:
    """FilterCriteria of these patterns."""
    return {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns]}}


def telling(aws: Aws, queue: Queue, source: str = TELL, **settings: Any) -> str:
    """The ARN of a function that knows `queue`; by default it sends the events it is given there."""
    return aws.function_arn(aws.function(source, Environment={"Variables": {"QUEUE": queue.url}}, **settings))


def bus_queue(aws: Aws, bus: str) -> Queue:
    """A queue of everything that reaches an event bus."""
    queue, events = aws.queue(), aws.client("events")
    rule = aws.name()
    events.put_rule(Name=rule, EventBusName=bus, EventPattern=json.dumps({"source": [{"prefix": ""}]}))
    events.put_targets(Rule=rule, EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue.arn}])
    return queue


def bus_arn(aws: Aws, bus: str) -> str:
    return str(aws.client("events").describe_event_bus(Name=bus)["Arn"])


def stream_records(aws: Aws, arn: str) -> list[dict[str, Any]]:
    """Every record of a Kinesis stream."""
    kinesis = aws.client("kinesis")
    found: list[dict[str, Any]] = []
    for shard in kinesis.list_shards(StreamARN=arn)["Shards"]:
        start = kinesis.get_shard_iterator(StreamARN=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
        found += kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"]
    return found


def redriven(aws: Aws, receives: int) -> tuple[Queue, Queue]:
    """A queue, and the dead-letter queue that it has."""
    dead = aws.queue()
    policy = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": receives}
    return aws.queue(RedrivePolicy=policy, VisibilityTimeout="30"), dead


def put_numbers(aws: Aws, stream: str, *numbers: Any, key: str = "k") -> None:
    for number in numbers:
        aws.client("kinesis").put_record(StreamARN=stream, Data=json.dumps({"n": number}).encode(), PartitionKey=key)


def kinesis(**given: Any) -> dict[str, Any]:
    return {"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON", **given}}


def create(aws: Aws, **parameters: Any) -> dict[str, Any]:
    """CreatePipe from a queue to a queue, unless the parameters say otherwise."""
    given = {"Name": aws.name(), "RoleArn": aws.role(), **parameters}
    given.setdefault("Source", aws.queue().arn)
    given.setdefault("Target", aws.queue().arn)
    answer: dict[str, Any] = aws.client("pipes").create_pipe(**given)
    return answer
