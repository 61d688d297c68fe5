"""Sends a text to the queue or topic that a resource names for what it gives up, or has done."""

from collections.abc import Mapping
from typing import Any

from bus.local.arns import queue_url, service_of
from bus.local.plane import Plane

Attributes = Mapping[str, Mapping[str, Any]]


def send(plane: Plane, arn: str, body: str, attributes: Attributes | None = None) -> None:
    """Send `body` to an SQS queue or SNS topic, with message attributes. Raises AwsError as they do."""
    given = attributes or {}
    if service_of(arn) == "sqs":
        plane.call("sqs", "SendMessage", QueueUrl=queue_url(arn), MessageBody=body, MessageAttributes=given)
    else:
        plane.call("sns", "Publish", TopicArn=arn, Message=body, MessageAttributes=given)
