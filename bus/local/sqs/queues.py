"""Every queue of the account: by name, by URL, by ARN; making and deleting them."""

import json
import re
from collections.abc import Iterator, Mapping

from bus.local.plane import Plane
from bus.local.sqs.errors import SqsError, invalid_value, no_such_queue, prefixed, refused
from bus.local.sqs.queue import Queue
from bus.local.sqs.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FIFO_NAME = re.compile(r"(?=.{6,80}$)[A-Za-z0-9_-]+\.fifo")
_BAD_NAME = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
_BAD_FIFO_NAME = (
    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
    "must end with .fifo suffix and be 1 to 80 in length."
)
_SAME_NAME_WAIT = 60.0  # seconds until a deleted queue's name is free again; API reference, DeleteQueue


class Queues:
    """The queues that exist, in order of creation."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._by_name: dict[str, Queue] = {}
        self._deleted_at: dict[str, float] = {}

    def __iter__(self) -> Iterator[Queue]:
        return iter(self._by_name.values())

    def at(self, url: str) -> Queue:
        """The queue at `url`; as on AWS, the host may be any. Raises SqsError when there is none."""
        queue = self._by_name.get(url.rpartition("/")[2])
        if queue is None:
            raise no_such_queue()
        return queue

    def of_arn(self, arn: str) -> Queue | None:
        queue = self._by_name.get(arn.rpartition(":")[2])
        return queue if queue is not None and queue.arn == arn else None

    def starting_with(self, prefix: str) -> list[Queue]:
        return [queue for name, queue in self._by_name.items() if name.startswith(prefix)]

    def sources_of(self, queue: Queue) -> list[Queue]:
        """The queues whose dead letters go to `queue`."""
        return [
            one for one in self if one.settings.redrive is not None and one.settings.redrive.target_arn == queue.arn
        ]

    def create(self, name: str, attributes: Mapping[str, str], tags: Mapping[str, str]) -> Queue:
        """A new queue, or the one of that name when its attributes are those asked for."""
        fifo = attributes.get("FifoQueue") == "true"
        if attributes.get("FifoQueue") == "false":
            attributes = {key: text for key, text in attributes.items() if key != "FifoQueue"}
        existing = self._by_name.get(name)
        if existing is not None:
            return _same(existing, attributes)
        self._check_name(name, fifo=fifo)
        queue = Queue(self._plane, name, Settings.new(attributes, fifo=fifo), self.of_arn)
        self.check_redrive(queue.arn, queue.settings)
        queue.tags.update(tags)
        self._by_name[name] = queue
        return queue

    def configure(self, queue: Queue, settings: Settings) -> None:
        """Change a queue's settings. Raises SqsError for a dead-letter queue that cannot be its."""
        self.check_redrive(queue.arn, settings)
        queue.configure(settings)

    def delete(self, queue: Queue) -> None:
        del self._by_name[queue.name]
        queue.close()
        self._deleted_at[queue.name] = self._plane.clock.time()

    def check_redrive(self, source_arn: str, settings: Settings) -> None:
        """Raises SqsError unless the dead-letter queue exists, is of the same type, and allows this source."""
        if settings.redrive is None:
            return
        text = settings.texts["RedrivePolicy"]
        target = self.of_arn(settings.redrive.target_arn)
        if target is None:
            raise invalid_value("RedrivePolicy", text, "Dead letter target does not exist.")
        if target.arn == source_arn:
            raise invalid_value("RedrivePolicy", text, "Dead letter target cannot be the queue itself.")
        if target.settings.fifo != settings.fifo:
            raise invalid_value("RedrivePolicy", text, "Dead-letter queue must be same type of queue as the source.")
        if not target.settings.redrive_allow.allows(source_arn):
            raise invalid_value("RedrivePolicy", text, "Its RedriveAllowPolicy does not allow this source.")

    def _check_name(self, name: str, *, fifo: bool) -> None:
        if (_FIFO_NAME if fifo else _NAME).fullmatch(name) is None:
            raise refused(_BAD_FIFO_NAME if fifo else _BAD_NAME)
        if self._plane.clock.time() < self._deleted_at.get(name, -_SAME_NAME_WAIT) + _SAME_NAME_WAIT:
            message = (
                "You must wait 60 seconds after deleting a queue before you can create another with the same name."
            )
            raise prefixed("QueueDeletedRecently", message)


def _same(existing: Queue, attributes: Mapping[str, str]) -> Queue:
    for name, text in attributes.items():
        if not _equal(existing.settings.texts.get(name), text):
            message = f"A queue already exists with the same name and a different value for attribute {name}"
            raise SqsError("QueueNameExists", message, code="QueueAlreadyExists")
    return existing


def _equal(here: str | None, asked: str) -> bool:
    """Documents are the same when they say the same."""
    if here is None or not asked.startswith("{"):
        return (here or "") == asked
    try:
        return bool(json.loads(here) == json.loads(asked))
    except ValueError:
        return False
