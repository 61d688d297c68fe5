"""Sends a document to a queue or topic, for what was given up."""

from collections.abc import Mapping
from typing import Any

from bus.local.plane import Plane

Attributes = Mapping[str, Mapping[str, Any]]


def service_of(arn: str) -> str:
    """The service that an ARN names: "sqs" of "arn:aws:sqs:…"."""
    return arn.split(":", 3)[2]


def send(plane: Plane, arn: str, body: str, attributes: Attributes | None = None) -> None:
    """Send `body` to an SQS queue or SNS topic. Raises AwsError as they do."""
    if service_of(arn) == "sqs":
        url = plane.call("sqs", "GetQueueUrl", QueueName=arn.rpartition(":")[2])["QueueUrl"]
        plane.call("sqs", "SendMessage", QueueUrl=url, MessageBody=body, MessageAttributes=dict(attributes or {}))
    else:
        plane.call("sns", "Publish", TopicArn=arn, Message=body, MessageAttributes=dict(attributes or {}))
