"""SQS's own redrive: a message move task (SQS API reference, StartMessageMoveTask)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from bus.operating.account import Account, code_of
from bus.operating.dead_letters.redriving import Plan
from bus.operating.dead_letters.source import Source
from bus.operating.dead_letters.tally import Tally, Telling
from bus.operating.names import service_of, short
from bus.operating.queues import Queue

_FASTEST = 500  # messages a second
_POLL = 1.0  # seconds
_ACTIVE = ("RUNNING", "CANCELLING")


def can_move(plan: Plan, sources: Sequence[Source], to: str | None) -> bool:
    """Whether a task does what is asked: it moves everything, of queues whose every source is a queue."""
    whole = plan.where.everything and plan.limit is None and not plan.dry
    rate = plan.rate is None or (plan.rate == int(plan.rate) and 1 <= plan.rate <= _FASTEST)
    by_queues = bool(sources) and all(source.kind == "queue" for source in sources)
    return whole and rate and by_queues and (to is None or service_of(to) == "sqs")


def move(
    account: Account,
    queue: Queue,
    plan: Plan,
    to: str | None,
    tally: Tally,
    tell: Telling,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Start a task, and follow it to its end; when it is to stop, cancel it. Raises ClientError."""
    sqs = account.client("sqs")
    given = {"DestinationArn": to, "MaxNumberOfMessagesPerSecond": None if plan.rate is None else int(plan.rate)}
    handle = sqs.start_message_move_task(
        SourceArn=queue.arn, **{name: value for name, value in given.items() if value is not None}
    )["TaskHandle"]
    while True:
        task = _task(sqs, queue.arn)
        moved = int(task.get("ApproximateNumberOfMessagesMoved", 0))
        if moved > tally.done:
            tally.done = moved
            tell.done(f"to {short(to) if to else 'where they came from'}", moved)
        if task["Status"] not in _ACTIVE:
            _end(task, tally)
            return
        if stop() and task["Status"] == "RUNNING":
            _cancel(sqs, handle)
        account.clock.sleep(_POLL)


def _task(sqs: Any, arn: str) -> Mapping[str, Any]:
    """The queue's latest."""
    task: Mapping[str, Any] = sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1)["Results"][0]
    return task


def _end(task: Mapping[str, Any], tally: Tally) -> None:
    if task["Status"] == "CANCELLED":
        tally.stopped = "interrupted"
    elif task["Status"] == "FAILED":
        left = int(task.get("ApproximateNumberOfMessagesToMove", 0)) - tally.done
        tally.refused[f"SQS moves no more: {task.get('FailureReason', 'it does not say why')}"] += max(left, 1)


def _cancel(sqs: Any, handle: str) -> None:
    """It may have ended by itself meanwhile. Raises ClientError."""
    try:
        sqs.cancel_message_move_task(TaskHandle=handle)
    except ClientError as error:
        if not code_of(error).endswith("UnsupportedOperation"):
            raise
