"""The operations on message move tasks."""

from bus.local.operations import Params, Response, operation
from bus.local.sqs.errors import SqsError, no_such_resource, refused
from bus.local.sqs.moving import FASTEST, REMEMBERED, Moving
from bus.local.sqs.queue import Queue
from bus.local.sqs.queues import Queues


class MoveTasks:
    """StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask."""

    queues: Queues
    moving: Moving

    @operation("StartMessageMoveTask")
    def start_message_move_task(self, params: Params) -> Response:
        source = self._named(params, "SourceArn")
        if not self.queues.sources_of(source):
            raise refused("Source queue must be configured as a Dead Letter Queue.")
        destination = None if params.get("DestinationArn") is None else self._named(params, "DestinationArn")
        if destination is source:
            raise refused("Value for parameter DestinationArn is invalid. Reason: It is the source queue.")
        if destination is not None and destination.settings.fifo != source.settings.fifo:
            raise refused("Value for parameter DestinationArn is invalid. Reason: The queues must be of one type.")
        rate = params.get("MaxNumberOfMessagesPerSecond")
        if rate is not None and not 1 <= rate <= FASTEST:
            raise _out_of_range("MaxNumberOfMessagesPerSecond", FASTEST)
        return {"TaskHandle": self.moving.start(source, destination, rate).handle}

    @operation("ListMessageMoveTasks")
    def list_message_move_tasks(self, params: Params) -> Response:
        source = self._named(params, "SourceArn")
        most = params.get("MaxResults")
        if most is not None and not 1 <= most <= REMEMBERED:
            raise _out_of_range("MaxResults", REMEMBERED)
        return {"Results": [task.described() for task in self.moving.of(source)[: most or 1]]}

    @operation("CancelMessageMoveTask")
    def cancel_message_move_task(self, params: Params) -> Response:
        return {"ApproximateNumberOfMessagesMoved": self.moving.cancel(params["TaskHandle"]).moved}

    def _named(self, params: Params, parameter: str) -> Queue:
        queue = self.queues.of_arn(params[parameter])
        if queue is None:
            raise no_such_resource(f"The resource that you specified for the {parameter} parameter doesn't exist.")
        return queue


def _out_of_range(parameter: str, most: int) -> SqsError:
    return refused(
        f"Value for parameter {parameter} is invalid. Reason: You must enter a number that's between 1 and {most}."
    )
