"""Message move tasks: dead letters go back, so many a second.

SQS API reference, StartMessageMoveTask; developer guide, "Configure a dead-letter queue redrive".
"""

import base64
import json
from dataclasses import dataclass
from typing import Any

from bus.local.plane import Plane
from bus.local.sqs.errors import NO_SUCH_QUEUE, no_such_resource, refused
from bus.local.sqs.message import Message, Place
from bus.local.sqs.queue import Queue
from bus.local.sqs.queues import Queues
from bus.local.sqs.sending import Sending

FASTEST = 500  # messages a second, and what a task without a rate does
REMEMBERED = 10  # tasks of one queue
_UNKNOWN_SOURCE = "CouldNotDetermineMessageSource"


@dataclass(eq=False)
class MoveTask:
    """One task. It moves as many messages as could be received when it was started, and ends when none is left."""

    id: str
    source: Queue
    destination_arn: str | None
    rate: int | None
    to_move: int
    started_at: float
    moved: int = 0
    status: str = "RUNNING"
    failure: str | None = None

    @property
    def active(self) -> bool:
        return self.status in ("RUNNING", "CANCELLING")

    @property
    def handle(self) -> str:
        return base64.b64encode(json.dumps({"taskId": self.id, "sourceArn": self.source.arn}).encode()).decode()

    def described(self) -> dict[str, Any]:
        """As ListMessageMoveTasks has it; only a running task shows its handle."""
        known = {
            "TaskHandle": self.handle if self.status == "RUNNING" else None,
            "Status": self.status,
            "SourceArn": self.source.arn,
            "DestinationArn": self.destination_arn,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "FailureReason": self.failure,
            "StartedTimestamp": round(self.started_at * 1000),
        }
        return {name: value for name, value in known.items() if value is not None}


class Moving:
    """Runs move tasks, a batch a second."""

    def __init__(self, plane: Plane, queues: Queues, sending: Sending) -> None:
        self._plane, self._queues, self._sending = plane, queues, sending
        self._tasks: dict[str, list[MoveTask]] = {}

    def of(self, source: Queue) -> list[MoveTask]:
        """The queue's tasks, latest first."""
        return [task for task in reversed(self._tasks.get(source.arn, ())) if task.source is source]

    def start(self, source: Queue, destination: Queue | None, rate: int | None) -> MoveTask:
        """Begin to move. Raises SqsError while another task of the queue is active."""
        tasks = self._tasks.setdefault(source.arn, [])
        if any(task.active and task.source is source for task in tasks):
            raise refused(
                "There is already a task running. "
                "Only one active task is allowed for a source queue arn at a given time."
            )
        task = MoveTask(
            self._plane.chance.uuid(),
            source,
            None if destination is None else destination.arn,
            rate,
            source.count(Place.VISIBLE),
            self._plane.clock.time(),
        )
        tasks.append(task)
        del tasks[:-REMEMBERED]
        self._plane.engine.soon(lambda: self._step(task))
        return task

    def cancel(self, handle: str) -> MoveTask:
        """Stop a running task at its next step; what has moved stays moved. Raises SqsError."""
        source_arn, task_id = _read(handle)
        source = self._queues.of_arn(source_arn)
        if source is None:
            raise no_such_resource("The resource that you specified for the SourceArn parameter doesn't exist.")
        task = next((one for one in self.of(source) if one.id == task_id), None)
        if task is None:
            raise no_such_resource("Task does not exist.")
        if task.status != "RUNNING":
            raise refused("Only active tasks can be cancelled.")
        task.status = "CANCELLING"
        self._plane.engine.soon(lambda: self._step(task))
        return task

    def _step(self, task: MoveTask) -> None:
        if task.status == "CANCELLING":
            task.status = "CANCELLED"
        elif task.status == "RUNNING":
            self._move_batch(task)
            if task.status == "RUNNING":
                self._plane.engine.after(1.0, lambda: self._step(task))

    def _move_batch(self, task: MoveTask) -> None:
        for _ in range(task.rate or FASTEST):
            taken = task.source.take(1) if task.moved < task.to_move else []
            if not taken:
                break
            task.failure = self._move(task, taken[0])
            if task.failure is not None:
                task.status = "FAILED"
                task.source.put_back(taken[0])
                return
            task.moved += 1
        if task.moved >= task.to_move or not task.source.count(Place.VISIBLE):
            task.status = "COMPLETED"

    def _move(self, task: MoveTask, message: Message) -> str | None:
        """Move one message; answers why it cannot be, if it cannot."""
        arn = task.destination_arn or message.dead_letter_source
        if arn is None:
            return _UNKNOWN_SOURCE
        destination = self._queues.of_arn(arn)
        if destination is None:
            return NO_SUCH_QUEUE
        new = self._renewed(message, destination)
        event_id = self._plane.ledger.kept(message.id)
        self._plane.ledger.record("sqs", "move", task.source.arn, event_id=event_id, note=arn)
        with self._plane.ledger.following(event_id):
            self._plane.ledger.keep(new.id, held=True)
        task.source.remove(message)
        destination.add(new, destination.settings.delay)
        return None

    def _renewed(self, message: Message, destination: Queue) -> Message:
        """A redriven message is a new one: new id, new time, never received."""
        now = self._plane.clock.time()
        return message.copy(
            id=self._plane.chance.uuid(),
            sent_at=now,
            enqueued_at=now,
            receive_count=0,
            first_received_at=None,
            received_at=None,
            dead_letter_source=None,
            twin=False,
            doubled=False,
            sequence_number=self._sending.next_sequence_number(destination),
        )


def _read(handle: str) -> tuple[str, str]:
    """The source's ARN and the task's id."""
    try:
        read = json.loads(base64.b64decode(handle, validate=True))
        return str(read["sourceArn"]), str(read["taskId"])
    except (ValueError, KeyError, TypeError) as error:
        raise refused("Value for parameter TaskHandle is invalid.") from error
