"""Topics and queues of a test, and what the queues got."""

import json
from typing import Any, ClassVar

from bus.local.errors import AwsError
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane


class RecordingLambda:
    """Takes asynchronous invocations; fails the first `failures` of them as an overloaded service does."""

    service: ClassVar[str] = "lambda"
    failures: ClassVar[int] = 0

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.invocations: list[Params] = []
        self.left = self.failures

    @operation("Invoke")
    def invoke(self, params: Params) -> Response:
        if self.left:
            self.left -= 1
            raise AwsError("ServiceException", "try again", status=500)
        self.invocations.append(params)
        return {"StatusCode": 202, "Payload": b""}


class OverloadedLambda(RecordingLambda):
    failures: ClassVar[int] = 6


def queue(plane: Plane, name: str = "mails"):
    url = plane.call("sqs", "CreateQueue", QueueName=name)["QueueUrl"]
    return url, plane.arn("sqs", name)


def received(plane: Plane, url: str):
    plane.engine.run_until_idle()
    answer = plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    return answer.get("Messages", [])


def subscribe(sns: Any, topic: str, endpoint: Any, protocol: Any = "sqs", **attributes: Any):
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in attributes.items()}
    return sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=texts)["SubscriptionArn"]
