"""ReceiveMessage: its parameters, and the waiting of a long poll.

Under the real clock a long poll is answered later (`LongPolls`). Under the virtual one it waits in virtual time
(developer guide, "Amazon SQS short and long polling"). Who waits decides how:

- a test, or anything else outside the engine: time passes, with everything that is due in it, until a message can be
  received or the wait is over;
- a function: its own time passes by the whole wait, as if it slept; the plane stands still around a running function,
  so nothing can arrive meanwhile, and it is answered with nothing;
- a room within a task of the engine: it is answered at once, under either clock. Rooms listen to the plane's signals
  instead of waiting.
"""

from collections.abc import Callable
from functools import partial

from bus.local.functions.wall_clock import WallClock
from bus.local.later import Later
from bus.local.operations import Params, Response
from bus.local.plane import Plane
from bus.local.sqs.errors import NOT_THIS_TYPE, invalid_value, unknown_attribute
from bus.local.sqs.message import Message
from bus.local.sqs.queue import Queue
from bus.local.sqs.sending import checked_id
from bus.local.sqs.settings import SETTABLE

_SYSTEM = frozenset(
    {
        "All",
        "SenderId",
        "SentTimestamp",
        "ApproximateReceiveCount",
        "ApproximateFirstReceiveTimestamp",
        "SequenceNumber",
        "MessageDeduplicationId",
        "MessageGroupId",
        "AWSTraceHeader",
        "DeadLetterQueueSourceArn",
    }
)
# AttributeNames takes the names of queue attributes too, and they give nothing.
_KNOWN = _SYSTEM.union(SETTABLE)


def receive(plane: Plane, find: Callable[[], Queue], params: Params) -> Response | Later[Response]:
    """Answer ReceiveMessage; `find` gives the queue, again after a wait. Raises SqsError."""
    queue = find()
    limit = bounded(params, "MaxNumberOfMessages", 1, 1, 10)
    visibility = bounded(params, "VisibilityTimeout", queue.settings.visibility_timeout, 0, 43_200)
    wait = bounded(params, "WaitTimeSeconds", queue.settings.wait, 0, 20)
    attempt_id = _attempt_id(queue, params)
    system_names = _system_names(params)
    names = params.get("MessageAttributeNames") or []
    received = queue.receive(int(limit), visibility, attempt_id)
    if not received and wait:
        if plane.world is not None and not plane.engine.running:
            asked = (int(limit), visibility, attempt_id, system_names, names)
            return queue.polls.wait(wait, partial(_received, queue, *asked))
        received = _wait(plane, find, wait, lambda queue: queue.receive(int(limit), visibility, attempt_id))
    return _answer(received, system_names, names)


def _received(
    queue: Queue,
    limit: int,
    visibility: float,
    attempt_id: str | None,
    system_names: frozenset[str],
    names: list[str],
) -> Response:
    return _answer(queue.receive(limit, visibility, attempt_id), system_names, names)


def _answer(received: list[Message], system_names: frozenset[str], names: list[str]) -> Response:
    return {"Messages": [message.seen(system_names, names) for message in received]} if received else {}


def _wait(
    plane: Plane, find: Callable[[], Queue], seconds: float, again: Callable[[Queue], list[Message]]
) -> list[Message]:
    if WallClock.running:
        WallClock.running[-1].spend(seconds)
        return []
    if plane.engine.running:
        return []
    end = plane.clock.time() + seconds
    received: list[Message] = []
    while not received and plane.clock.time() < end:
        plane.engine.run_until(find().receivable, end)
        received = again(find())
    return received


def _attempt_id(queue: Queue, params: Params) -> str | None:
    given: str | None = params.get("ReceiveRequestAttemptId")
    if given is None:
        return None
    if not queue.settings.fifo:
        raise invalid_value("ReceiveRequestAttemptId", given, NOT_THIS_TYPE)
    return checked_id("ReceiveRequestAttemptId", given)


def _system_names(params: Params) -> frozenset[str]:
    names = frozenset([*(params.get("AttributeNames") or ()), *(params.get("MessageSystemAttributeNames") or ())])
    for name in names - _KNOWN:
        raise unknown_attribute(name)
    return names


def bounded(params: Params, name: str, default: float, low: int, high: int) -> float:
    """A number among the parameters. Raises SqsError outside its bounds."""
    given = params.get(name)
    if given is None:
        return default
    if not low <= given <= high:
        raise invalid_value(name, given, f"Must be between {low} and {high}, if provided.")
    return float(given)
