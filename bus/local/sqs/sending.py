"""SendMessage: from its parameters to a message in a queue."""

import hashlib
import re
from collections.abc import Sequence
from itertools import count
from sys import intern

from bus.local.operations import Params, Response
from bus.local.plane import Plane
from bus.local.sqs.contents import (
    Attributes,
    check_attributes,
    check_value,
    checked_body,
    copied,
    md5,
    md5_of_attributes,
    size,
)
from bus.local.sqs.deduplication import Sent
from bus.local.sqs.errors import NOT_THIS_TYPE, invalid_value, missing, refused
from bus.local.sqs.message import Message
from bus.local.sqs.queue import Queue

LONGEST_DELAY = 900
_ID = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")
# Sequence numbers have 20 digits and grow; AWS says no more of them.
_FIRST_SEQUENCE_NUMBER = 18_850_000_000_000_000_000
_NO_WAY_TO_DEDUPLICATE = (
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
)


class Sending:
    """Sends to any queue of the plane."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._sequence = count(_FIRST_SEQUENCE_NUMBER, 256)

    def next_sequence_number(self, queue: Queue) -> int | None:
        """That of a message which is new to `queue`; standard queues have none."""
        return next(self._sequence) if queue.settings.fifo else None

    def send(self, queue: Queue, params: Params) -> Response:
        """Send what SendMessage's parameters (or a batch entry's) say; a duplicate answers with the first message."""
        attributes: Attributes = params.get("MessageAttributes") or {}
        body = checked_body(params["MessageBody"])
        if attributes:
            check_attributes(attributes)
        if size(body, attributes) > queue.settings.maximum_size:
            reason = f"Message must be shorter than {queue.settings.maximum_size} bytes."
            raise refused(f"One or more parameters are invalid. Reason: {reason}")
        trace_header = _trace_header(params)
        delay = _delay(queue, params)
        group_id = _group_id(queue, params)
        deduplication_id = _deduplication_id(queue, params, body)
        sent = queue.deduplication.find(group_id, deduplication_id)
        if sent is not None:
            self._plane.ledger.record("sqs", "SendMessage", queue.arn, outcome="duplicate")
        else:
            now = self._plane.clock.time()
            message = Message(
                id=self._plane.chance.uuid(),
                body=params["MessageBody"],
                attributes=copied(attributes),
                trace_header=trace_header,
                group_id=group_id,
                deduplication_id=deduplication_id,
                sequence_number=self.next_sequence_number(queue),
                sent_at=now,
                enqueued_at=now,
            )
            sent = self._enqueue(queue, message, delay)
        return _receipt(sent, body, attributes, trace_header)

    def _enqueue(self, queue: Queue, message: Message, delay: float) -> Sent:
        self._plane.ledger.record("sqs", "SendMessage", queue.arn)
        self._plane.ledger.keep(message.id, held=True)
        queue.deduplication.keep(message)
        # A standard queue keeps the order as best it can: now and then a message comes late.
        late = 0.0 if queue.settings.fifo else self._plane.anomalies.lateness()
        queue.add(message, delay + late)
        return Sent(message.sent_at, message.id, message.sequence_number)


def check_batch(queue: Queue, entries: Sequence[Params]) -> None:
    """Raises SqsError for entries that lack what every message of a FIFO queue needs.

    SQS was seen to refuse the whole batch for that, by the code InvalidParameterValue.
    """
    if queue.settings.fifo:
        for entry in entries:
            if entry.get("MessageGroupId") is None:
                raise refused(missing("MessageGroupId").message)
            if entry.get("MessageDeduplicationId") is None and not queue.settings.content_based:
                raise refused(_NO_WAY_TO_DEDUPLICATE)


def _receipt(sent: Sent, body: bytes, attributes: Attributes, trace_header: str | None) -> Response:
    """What SendMessage answers; the checksums are those of what was given, whatever it duplicates."""
    answer = {"MessageId": sent.message_id, "MD5OfMessageBody": md5(body)}
    if attributes:
        answer["MD5OfMessageAttributes"] = md5_of_attributes(attributes)
    if trace_header is not None:
        trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace_header}}
        answer["MD5OfMessageSystemAttributes"] = md5_of_attributes(trace)
    if sent.sequence_number is not None:
        answer["SequenceNumber"] = str(sent.sequence_number)
    return answer


def _delay(queue: Queue, params: Params) -> float:
    delay = params.get("DelaySeconds")
    if delay is None:
        return queue.settings.delay
    if not 0 <= delay <= LONGEST_DELAY:
        raise invalid_value("DelaySeconds", delay, "DelaySeconds must be >= 0 and <= 900.")
    if not queue.settings.fifo:
        return float(delay)
    if delay:
        raise invalid_value("DelaySeconds", delay, NOT_THIS_TYPE)
    return queue.settings.delay


def _group_id(queue: Queue, params: Params) -> str | None:
    group_id: str | None = params.get("MessageGroupId")
    if group_id is None:
        if queue.settings.fifo:
            raise missing("MessageGroupId")
        return None
    return intern(checked_id("MessageGroupId", group_id))


def _deduplication_id(queue: Queue, params: Params, body: bytes) -> str | None:
    given: str | None = params.get("MessageDeduplicationId")
    if not queue.settings.fifo:
        if given is not None:
            raise invalid_value("MessageDeduplicationId", given, NOT_THIS_TYPE)
        return None
    if given is not None:
        return checked_id("MessageDeduplicationId", given)
    if not queue.settings.content_based:
        raise refused(_NO_WAY_TO_DEDUPLICATE)
    return hashlib.sha256(body).hexdigest()


def checked_id(parameter: str, given: str) -> str:
    """Raises SqsError unless `given` is 1 to 128 of the characters that ids are made of."""
    if _ID.fullmatch(given) is None:
        raise invalid_value(
            parameter,
            given,
            f"{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.",
        )
    return given


def _trace_header(params: Params) -> str | None:
    system: Attributes = params.get("MessageSystemAttributes") or {}
    for name, value in system.items():
        if name != "AWSTraceHeader":
            raise refused(f"Message system attribute name '{name}' is invalid.")
        if value["DataType"] != "String":
            raise refused(f"The message system attribute '{name}' has an invalid type, it must be String.")
        check_value(name, value, "system")
        text: str = value["StringValue"]
        return text
    return None
