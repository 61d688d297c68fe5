"""What the cases of dead-letter queues say again and again."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue


def with_dead_letters(aws: Aws, dead: Queue, max_receives: int = 1, **more: str) -> Queue:
    return aws.queue(RedrivePolicy={"deadLetterTargetArn": dead.arn, "maxReceiveCount": max_receives}, **more)


def fail(aws: Aws, queue: Queue) -> None:
    """Receive what is there and let it come back."""
    queue.receive(VisibilityTimeout=1)
    aws.wait(2)


def move(aws: Aws, source: Queue, **more: Any) -> str:
    handle: str = aws.client("sqs").start_message_move_task(SourceArn=source.arn, **more)["TaskHandle"]
    return handle


def tasks(aws: Aws, source: Queue, **more: Any) -> list[dict[str, Any]]:
    return list(aws.client("sqs").list_message_move_tasks(SourceArn=source.arn, **more)["Results"])


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


FIFO = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
