"""The SNS room: standard topics, text messages.

Topic policies are stored and answered; they are not enforced.
"""

import re
from typing import Any, ClassVar

from bus.local.errors import AwsError
from bus.local.operations import Params, Response, operation
from bus.local.outside import Outside, Text
from bus.local.plane import Plane
from bus.local.sns.administration import Administration
from bus.local.sns.delivery import Deliveries
from bus.local.sns.errors import invalid
from bus.local.sns.notification import Notification
from bus.local.sns.publication import checked_attributes, checked_messages, checked_subject, size
from bus.local.sns.resources import TopicResources
from bus.local.sns.topics import Topic, Topics

_NUMBER = re.compile(r"\+1[2-9]\d{9}|\+[2-9]\d{6,14}")  # E.164; North American numbers have ten digits
_LONGEST_TEXT = 1600  # characters in one publish action
_BATCH_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_BATCH_LIMIT = 10


class SnsRoom(Administration, TopicResources):
    """Amazon SNS."""

    service: ClassVar[str] = "sns"

    def __init__(self, plane: Plane) -> None:
        self.account = plane.account
        self.topics = Topics(plane)
        self._plane = plane
        self._deliveries = Deliveries(plane)

    @operation("Publish")
    def publish(self, params: Params) -> Response:
        if params.get("PhoneNumber") is not None:
            return self._text(params)
        arn = params.get("TopicArn") or params.get("TargetArn")
        if not arn:
            raise invalid("TopicArn or TargetArn Reason: no value for required parameter")
        return {"MessageId": self._publish(self.topics[arn], params)}

    @operation("PublishBatch")
    def publish_batch(self, params: Params) -> Response:
        topic = self.topics[params["TopicArn"]]
        entries = params["PublishBatchRequestEntries"]
        _check_batch(entries, topic)
        successful, failed = [], []
        for entry in entries:
            try:
                successful.append({"Id": entry["Id"], "MessageId": self._publish(topic, entry)})
            except AwsError as error:
                failed.append({"Id": entry["Id"], "Code": error.code, "Message": error.message, "SenderFault": True})
        return {"Successful": successful, "Failed": failed}

    def _publish(self, topic: Topic, params: Params) -> str:
        for name in ("MessageGroupId", "MessageDeduplicationId"):
            if params.get(name) is not None:
                raise invalid(
                    f"{name} Reason: The request includes {name} parameter that is not valid for this topic type"
                )
        messages, subject, attributes = checked_messages(params), checked_subject(params), checked_attributes(params)
        if size(params) > topic.maximum_size:
            raise invalid("Message too long")
        notification = Notification(
            id=self._plane.chance.uuid(),
            topic_arn=topic.arn,
            at=self._plane.clock.time(),
            messages=messages,
            subject=subject,
            attributes=attributes,
            signature_version=topic.attributes.get("SignatureVersion", "1"),
        )
        self._plane.ledger.record(self.service, "Publish", topic.arn)
        self._deliveries.publish(topic, notification)
        return notification.id

    def _text(self, params: Params) -> Response:
        number, message = params["PhoneNumber"], checked_messages(params)["default"]
        if _NUMBER.fullmatch(number) is None:
            raise invalid(f"PhoneNumber Reason: {number} is not valid to publish to")
        if len(message) > _LONGEST_TEXT:
            raise invalid("Message too long")
        message_id = self._plane.chance.uuid()
        self._plane.ledger.record(self.service, "Publish", number)
        Outside.of(self._plane).text(Text(self._plane.clock.time(), message_id, number, message))
        return {"MessageId": message_id}


def _check_batch(entries: list[dict[str, Any]], topic: Topic) -> None:
    ids = [entry["Id"] for entry in entries]
    if not ids:
        raise AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.")
    if len(ids) > _BATCH_LIMIT:
        raise AwsError("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")
    if any(_BATCH_ID.fullmatch(given) is None for given in ids):
        raise AwsError(
            "InvalidBatchEntryId", "The Id of a batch entry in a batch request doesn't abide by the specification."
        )
    if len(set(ids)) < len(ids):
        raise AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
    if sum(map(size, entries)) > topic.maximum_size:
        raise AwsError(
            "BatchRequestTooLong", "The length of all the batch messages put together is more than the limit."
        )
