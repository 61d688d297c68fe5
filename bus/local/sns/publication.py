"""What Publish accepts, and what comes of it."""

import re
from itertools import count

from bus.local.json_texts import is_unicode, read
from bus.local.operations import Params
from bus.local.plane import Plane
from bus.local.sns.attributes import attributes_size, checked_attributes
from bus.local.sns.errors import invalid
from bus.local.sns.fifo import FIRST_SEQUENCE_NUMBER, checked_deduplication_id, checked_group_id
from bus.local.sns.notification import Notification
from bus.local.sns.topic import Topic

_SUBJECT = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,100}")


class Publication:
    """Makes notifications of what is published."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._sequence = count(FIRST_SEQUENCE_NUMBER, 1000)

    def check(self, topic: Topic, params: Params) -> None:
        """Raises AwsError where PublishBatch fails as a whole for one such entry."""
        checked_attributes(params.get("MessageAttributes"))
        if params["Message"]:
            checked_messages(params)
        checked_group_id(params, fifo=topic.fifo)
        checked_deduplication_id(params, fifo=topic.fifo, content_based=topic.content_based)

    def notification(self, topic: Topic, params: Params) -> tuple[Notification, bool]:
        """The message that Publish's parameters (or a batch entry's) ask for, and whether it is new. Raises AwsError.

        A duplicate is accepted and not delivered: it answers with the first message.
        """
        messages, subject = checked_messages(params), checked_subject(params)
        attributes = checked_attributes(params.get("MessageAttributes"))
        if size(params) > topic.maximum_size:
            raise invalid("Message too long")
        group_id = checked_group_id(params, fifo=topic.fifo)
        deduplication_id = checked_deduplication_id(params, fifo=topic.fifo, content_based=topic.content_based)
        key = (group_id if topic.deduplicates_by_group else None, deduplication_id)
        if topic.fifo and (duplicate := topic.deduplication.find(key)) is not None:
            return duplicate, False
        notification = Notification(
            id=self._plane.chance.uuid(),
            topic_arn=topic.arn,
            at=self._plane.clock.time(),
            messages=messages,
            subject=subject,
            attributes=attributes,
            signature_version=topic.attributes.get("SignatureVersion", "1"),
            shown=params.get("MessageStructure") is None,
            group_id=group_id,
            deduplication_id=deduplication_id,
            sequence_number=str(next(self._sequence)) if topic.fifo else None,
        )
        if topic.fifo:
            topic.deduplication.keep(key, notification)
        return notification, True


def size(params: Params) -> int:
    """Bytes that count against the topic's limit: the message and its attributes. Raises AwsError for no Unicode."""
    attributes = params.get("MessageAttributes")
    try:
        return len(params["Message"].encode()) + (attributes_size(attributes) if attributes else 0)
    except UnicodeEncodeError as error:
        raise invalid("Message Reason: messages must be UTF-8 encoded strings") from error


def checked_messages(params: Params) -> dict[str, str]:
    """The message by protocol. Raises AwsError."""
    message: str = params["Message"]
    if not message:
        raise invalid("Empty message")
    if params.get("MessageStructure") is None:
        return {"default": message}
    if params["MessageStructure"] != "json":
        raise invalid("MessageStructure")
    try:
        messages = read(message)
    except ValueError as error:
        raise invalid("Message Structure - JSON message body failed to parse") from error
    if not isinstance(messages, dict) or not isinstance(messages.get("default"), str):
        raise invalid("Message Structure - No default entry in JSON message body")
    texts = {protocol: text for protocol, text in messages.items() if isinstance(text, str)}
    if not all(map(is_unicode, texts.values())):
        raise invalid("Message Structure - JSON message body failed to parse")
    return texts


def checked_subject(params: Params) -> str | None:
    """The subject: up to 100 characters, no line breaks or control characters (API reference, Publish).

    Raises AwsError.
    """
    subject: str | None = params.get("Subject")
    if subject is not None and _SUBJECT.fullmatch(subject) is None:
        raise invalid("Subject")
    return subject
