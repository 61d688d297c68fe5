"""The SQS room: queues and what is done with their messages.

Differences from SQS that a caller can see: the "approximate" counts are exact, and a short poll looks at every message;
a change of attributes, a purge and a deletion take effect at once, not within 60 seconds, and a long poll of a queue
that is deleted meanwhile ends with QueueDoesNotExist; the throughput quotas of FIFO queues are not enforced, since
virtual time stands still while a test sends; queue policies are stored and answered, not enforced. What a long poll
waits for is said in `receiving`.
"""

from collections.abc import Iterator
from typing import ClassVar

from bus.local.later import Later
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.sqs import batches
from bus.local.sqs.administration import Administration
from bus.local.sqs.message import Message
from bus.local.sqs.move_tasks import MoveTasks
from bus.local.sqs.moving import Moving
from bus.local.sqs.permissions import Permissions
from bus.local.sqs.queue import Queue
from bus.local.sqs.queues import Queues
from bus.local.sqs.receiving import bounded, receive
from bus.local.sqs.resources import QueueResources
from bus.local.sqs.sending import Sending, check_batch
from bus.local.sqs.tracing import whereabouts_in
from bus.local.whereabouts import Whereabouts


class SqsRoom(Administration, Permissions, MoveTasks, QueueResources):
    """Amazon SQS, standard and FIFO."""

    service: ClassVar[str] = "sqs"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.queues = Queues(plane)
        self._sending = Sending(plane)
        self.moving = Moving(plane, self.queues, self._sending)

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """Every message here that carries the event."""
        return whereabouts_in(self.queues, self._plane.ledger, event_id)

    def held(self, url: str) -> list[Message]:
        """Every message of a queue, visible or not, oldest first; looking changes nothing. Raises SqsError."""
        return sorted(self.queues.at(url), key=lambda message: message.enqueued_at)

    def oldest(self, url: str) -> float | None:
        """When the oldest message of a queue came, in epoch seconds; None for an empty one. Raises SqsError."""
        return self.queues.at(url).oldest

    @operation("SendMessage")
    def send_message(self, params: Params) -> Response:
        return self._sending.send(self.queues.at(params["QueueUrl"]), params)

    @operation("SendMessageBatch")
    def send_message_batch(self, params: Params) -> Response:
        queue, entries = self.queues.at(params["QueueUrl"]), params["Entries"]
        batches.check(entries, "SendMessageBatch")
        batches.check_size(entries)
        check_batch(queue, entries)
        return batches.run(entries, lambda entry: self._sending.send(queue, entry))

    @operation("ReceiveMessage")
    def receive_message(self, params: Params) -> Response | Later[Response]:
        return receive(self._plane, lambda: self.queues.at(params["QueueUrl"]), params)

    @operation("DeleteMessage")
    def delete_message(self, params: Params) -> Response:
        return _delete(self.queues.at(params["QueueUrl"]), params)

    @operation("DeleteMessageBatch")
    def delete_message_batch(self, params: Params) -> Response:
        queue, entries = self.queues.at(params["QueueUrl"]), params["Entries"]
        batches.check(entries, "DeleteMessageBatch")
        return batches.run(entries, lambda entry: _delete(queue, entry))

    @operation("ChangeMessageVisibility")
    def change_message_visibility(self, params: Params) -> Response:
        return _change_visibility(self.queues.at(params["QueueUrl"]), params)

    @operation("ChangeMessageVisibilityBatch")
    def change_message_visibility_batch(self, params: Params) -> Response:
        queue, entries = self.queues.at(params["QueueUrl"]), params["Entries"]
        batches.check(entries, "ChangeMessageVisibilityBatch")
        return batches.run(entries, lambda entry: _change_visibility(queue, entry))


def _change_visibility(queue: Queue, params: Params) -> Response:
    seconds = bounded(params, "VisibilityTimeout", queue.settings.visibility_timeout, 0, 43_200)
    queue.change_visibility(params["ReceiptHandle"], seconds)
    return {}


def _delete(queue: Queue, params: Params) -> Response:
    queue.delete(params["ReceiptHandle"])
    return {}
