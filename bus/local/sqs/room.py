"""The SQS room: queues and what is done with their messages.

Differences from SQS that a caller can see: a receive answers at once with what is there
(`WaitTimeSeconds` is checked and waits for nothing: whoever waits listens to the plane's signals);
the "approximate" counts are exact; a standard queue delivers each message once per receive, oldest
first. Queue policies are stored and answered; they are not enforced.
"""

from typing import ClassVar

from bus.local.errors import UnsupportedOperationError
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.sqs import batches
from bus.local.sqs.administration import Administration
from bus.local.sqs.errors import invalid_value
from bus.local.sqs.queue import Queue
from bus.local.sqs.queues import Queues
from bus.local.sqs.resources import QueueResources
from bus.local.sqs.sending import Sending


class SqsRoom(Administration, QueueResources):
    """Amazon SQS, standard and FIFO."""

    service: ClassVar[str] = "sqs"

    def __init__(self, plane: Plane) -> None:
        self.queues = Queues(plane)
        self._sending = Sending(plane)

    @operation("SendMessage")
    def send_message(self, params: Params) -> Response:
        return self._send(self.queues.at(params["QueueUrl"]), params)

    @operation("SendMessageBatch")
    def send_message_batch(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueUrl"])
        batches.check_size(params["Entries"])
        return batches.run(params["Entries"], lambda entry: self._send(queue, entry))

    @operation("ReceiveMessage")
    def receive_message(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueUrl"])
        if params.get("ReceiveRequestAttemptId") is not None:
            raise UnsupportedOperationError("the parameter ReceiveRequestAttemptId of sqs:ReceiveMessage")
        limit = _bounded(params, "MaxNumberOfMessages", 1, 1, 10)
        visibility = _bounded(params, "VisibilityTimeout", queue.settings.visibility_timeout, 0, 43_200)
        _bounded(params, "WaitTimeSeconds", 0, 0, 20)
        system_names = frozenset(
            [*(params.get("AttributeNames") or ()), *(params.get("MessageSystemAttributeNames") or ())]
        )
        names = params.get("MessageAttributeNames") or []
        received = queue.receive(int(limit), visibility)
        return {"Messages": [message.seen(system_names, names) for message in received]} if received else {}

    @operation("DeleteMessage")
    def delete_message(self, params: Params) -> Response:
        return _delete(self.queues.at(params["QueueUrl"]), params)

    @operation("DeleteMessageBatch")
    def delete_message_batch(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueUrl"])
        return batches.run(params["Entries"], lambda entry: _delete(queue, entry))

    @operation("ChangeMessageVisibility")
    def change_message_visibility(self, params: Params) -> Response:
        return _change_visibility(self.queues.at(params["QueueUrl"]), params)

    @operation("ChangeMessageVisibilityBatch")
    def change_message_visibility_batch(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueUrl"])
        return batches.run(params["Entries"], lambda entry: _change_visibility(queue, entry))

    def _send(self, queue: Queue, params: Params) -> Response:
        return dict(self._sending.send(queue, params).receipt())


def _change_visibility(queue: Queue, params: Params) -> Response:
    seconds = _bounded(params, "VisibilityTimeout", queue.settings.visibility_timeout, 0, 43_200)
    queue.change_visibility(params["ReceiptHandle"], seconds)
    return {}


def _delete(queue: Queue, params: Params) -> Response:
    queue.delete(params["ReceiptHandle"])
    return {}


def _bounded(params: Params, name: str, default: float, low: int, high: int) -> float:
    given = params.get(name)
    if given is None:
        return default
    if not low <= given <= high:
        raise invalid_value(name, given, f"Must be between {low} and {high}, if provided.")
    return float(given)
