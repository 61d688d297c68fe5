"""The queues of an account, and how much is in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from bus.operating.account import Account, code_of
from bus.operating.errors import AmbiguousNameError, UnknownNameError


@dataclass(frozen=True)
class Queue:
    """`attributes` are those of GetQueueAttributes; the counts are approximate, as SQS says itself."""

    url: str
    attributes: Mapping[str, str]

    @property
    def arn(self) -> str:
        return self.attributes["QueueArn"]

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]

    @property
    def fifo(self) -> bool:
        return self.name.endswith(".fifo")

    @property
    def visible(self) -> int:
        """Messages that can be received."""
        return int(self.attributes["ApproximateNumberOfMessages"])

    @property
    def in_flight(self) -> int:
        """Messages that somebody received and has not deleted."""
        return int(self.attributes["ApproximateNumberOfMessagesNotVisible"])

    @property
    def delayed(self) -> int:
        return int(self.attributes["ApproximateNumberOfMessagesDelayed"])

    @property
    def size(self) -> int:
        """All of them."""
        return self.visible + self.in_flight + self.delayed


def all_queues(account: Account) -> list[Queue]:
    """Every queue of the account, by name."""
    # Without a page size SQS lists 1,000 and says nothing of the rest.
    urls = account.pages("sqs", "list_queues", "QueueUrls", PaginationConfig={"PageSize": 1000})
    found = account.each(lambda url: _described(account, url), urls)
    return sorted((queue for queue in found if queue is not None), key=lambda queue: queue.name)


def look(account: Account, url: str) -> Queue:
    """The queue with that URL as it is now. Raises ClientError."""
    answer = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return Queue(url, answer["Attributes"])


def named(queues: Iterable[Queue], word: str, what: str = "queue") -> Queue:
    """The queue that a word means: its name, ARN or URL, or else a part of its name that no other has.

    Raises UnknownNameError and AmbiguousNameError.
    """
    queues = list(queues)
    for queue in queues:
        if word in (queue.name, queue.arn, queue.url):
            return queue
    alike = [queue for queue in queues if word.lower() in queue.name.lower()]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise AmbiguousNameError(what, word, [queue.name for queue in alike])
    raise UnknownNameError(what, word, [queue.name for queue in queues])


def _described(account: Account, url: str) -> Queue | None:
    """None for one that was deleted since it was listed."""
    try:
        return look(account, url)
    except ClientError as error:
        if "NonExistentQueue" in code_of(error) or code_of(error) == "QueueDoesNotExist":
            return None
        raise
