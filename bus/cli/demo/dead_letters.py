"""What waits in the dead-letter queues, how much of it the script wants there, and what put the rest there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bus.cli.demo.blame import blame
from bus.local.platform import LocalPlatform
from bus.local.stacks import StackResource

Queue = tuple[str, str]
"""A queue's stack and logical id."""


@dataclass(frozen=True)
class DeadLetters:
    """The messages in one dead-letter queue. `why` says what failed, where there are more than `expected`."""

    stack: str
    queue: str
    count: int
    expected: int
    why: str

    @property
    def unexpected(self) -> int:
        return max(0, self.count - self.expected)


def dead_letters(platform: LocalPlatform, expected: Mapping[Queue, int]) -> list[DeadLetters]:
    """Every dead-letter queue that has any."""
    sqs = platform.client("sqs")
    waiting = []
    for stack, queue in _dead_letter_queues(platform):
        answer = sqs.get_queue_attributes(QueueUrl=queue.ref, AttributeNames=["ApproximateNumberOfMessages"])
        count, wanted = (
            int(answer["Attributes"]["ApproximateNumberOfMessages"]),
            expected.get((stack, queue.logical_id), 0),
        )
        if count:
            why = blame(platform, stack, queue.attributes["Arn"]) if count > wanted else ""
            waiting.append(DeadLetters(stack, queue.logical_id, count, wanted, why))
    return waiting


def _dead_letter_queues(platform: LocalPlatform) -> Iterator[tuple[str, StackResource]]:
    """Those of the name, and whatever else a queue gave its messages up to."""
    redriven = {hop.note for hop in platform.ledger.find("sqs", "redrive")}
    for stack in platform.stacks.values():
        for resource in stack.resources.values():
            if resource.type == "AWS::SQS::Queue" and (
                resource.logical_id.endswith("DeadLetters") or resource.attributes["Arn"] in redriven
            ):
                yield stack.name, resource
