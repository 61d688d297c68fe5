"""A queue, as a consumer in a long poll knows it."""

from typing import Any, NamedTuple, Self

from bus.local.later import Later
from bus.local.operations import Response
from tests.local.waits.world import Ground


class Queue(NamedTuple):
    """One queue of a plane."""

    real: Ground
    url: str

    @classmethod
    def made(cls, real: Ground, name: str, **attributes: str) -> Self:
        """A new one."""
        return cls(real, real.call("sqs", "CreateQueue", QueueName=name, Attributes=attributes)["QueueUrl"])

    def poll(self, seconds: int = 20, **more: Any) -> Later[Response]:
        """Begin a long poll."""
        given = {"QueueUrl": self.url, "WaitTimeSeconds": seconds, **more}
        return self.real.plane.begin("sqs", "ReceiveMessage", given)

    def send(self, body: str, **more: Any) -> None:
        self.real.call("sqs", "SendMessage", QueueUrl=self.url, MessageBody=body, **more)

    def receive(self, **more: Any) -> list[dict[str, Any]]:
        """What a short poll finds."""
        received = self.real.call("sqs", "ReceiveMessage", QueueUrl=self.url, MaxNumberOfMessages=10, **more)
        return list(received.get("Messages", ()))

    def delete(self, message: dict[str, Any]) -> None:
        self.real.call("sqs", "DeleteMessage", QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])


def bodies(poll: Later[Response]) -> list[str] | None:
    """What a poll was answered with; None while it waits."""
    return [message["Body"] for message in poll.result().get("Messages", ())] if poll.done else None
