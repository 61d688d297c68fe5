"""SendMessage: from its parameters to a message in a queue."""

import hashlib
import re
from itertools import count

from bus.local.operations import Params
from bus.local.plane import Plane
from bus.local.sqs.contents import Attributes, check_attributes, checked_body, md5, size
from bus.local.sqs.errors import SqsError, invalid_value, missing
from bus.local.sqs.message import Message
from bus.local.sqs.queue import Queue

LONGEST_DELAY = 900
_ID = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")
# Sequence numbers have 20 digits and grow; AWS says no more of them.
_FIRST_SEQUENCE_NUMBER = 18_850_000_000_000_000_000


class Sending:
    """Sends to any queue of the plane."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._sequence = count(_FIRST_SEQUENCE_NUMBER, 256)

    def send(self, queue: Queue, params: Params) -> Message:
        """Send what SendMessage's parameters (or a batch entry's) say; a duplicate answers with the first message."""
        attributes: Attributes = params.get("MessageAttributes") or {}
        body = checked_body(params["MessageBody"])
        check_attributes(attributes)
        if size(body, attributes) > queue.settings.maximum_size:
            reason = f"Message must be shorter than {queue.settings.maximum_size} bytes."
            raise SqsError("InvalidParameterValue", f"One or more parameters are invalid. Reason: {reason}")
        delay = _delay(queue, params)
        group_id = _group_id(queue, params)
        deduplication_id = _deduplication_id(queue, params, body)
        duplicate = queue.deduplication.find(group_id, deduplication_id)
        if duplicate is not None:
            self._plane.ledger.record("sqs", "SendMessage", queue.arn, outcome="duplicate")
            return duplicate
        message = self._message(params, body, attributes, group_id, deduplication_id)
        self._plane.ledger.record("sqs", "SendMessage", queue.arn)
        self._plane.ledger.keep(message.id)
        queue.deduplication.keep(message)
        queue.add(message, delay)
        return message

    def _message(
        self, params: Params, body: bytes, attributes: Attributes, group_id: str | None, deduplication_id: str | None
    ) -> Message:
        now = self._plane.clock.time()
        return Message(
            id=self._plane.chance.uuid(),
            body=params["MessageBody"],
            md5=md5(body),
            attributes=attributes,
            trace_header=_trace_header(params),
            group_id=group_id,
            deduplication_id=deduplication_id,
            sequence_number=None if deduplication_id is None else str(next(self._sequence)),
            sent_at=now,
            enqueued_at=now,
        )


def _delay(queue: Queue, params: Params) -> float:
    delay = params.get("DelaySeconds")
    if delay is None:
        return queue.settings.delay
    if not 0 <= delay <= LONGEST_DELAY:
        raise invalid_value("DelaySeconds", delay, "DelaySeconds must be >= 0 and <= 900.")
    if queue.settings.fifo and delay != queue.settings.delay:
        raise invalid_value(
            "DelaySeconds", delay, "The request include parameter that is not valid for this queue type."
        )
    return float(delay)


def _group_id(queue: Queue, params: Params) -> str | None:
    group_id: str | None = params.get("MessageGroupId")
    if group_id is None and queue.settings.fifo:
        raise missing("MessageGroupId")
    return _checked("MessageGroupId", group_id)


def _deduplication_id(queue: Queue, params: Params, body: bytes) -> str | None:
    given: str | None = params.get("MessageDeduplicationId")
    if not queue.settings.fifo:
        if given is not None:
            raise invalid_value(
                "MessageDeduplicationId", given, "The request include parameter that is not valid for this queue type."
            )
        return None
    if given is None and not queue.settings.content_based:
        raise SqsError(
            "InvalidParameterValue",
            "The queue should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly",
        )
    return hashlib.sha256(body).hexdigest() if given is None else _checked("MessageDeduplicationId", given)


def _checked(parameter: str, given: str | None) -> str | None:
    if given is not None and _ID.fullmatch(given) is None:
        raise invalid_value(
            parameter,
            given,
            f"{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.",
        )
    return given


def _trace_header(params: Params) -> str | None:
    system: Attributes = params.get("MessageSystemAttributes") or {}
    for name, value in system.items():
        if name != "AWSTraceHeader" or value["DataType"] != "String":
            raise SqsError(
                "InvalidParameterValue", f"Message system attribute name '{name}' is invalid, or its type is."
            )
        text: str = value["StringValue"]
        return text
    return None
