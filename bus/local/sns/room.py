"""The SNS room: topics, standard and FIFO, and text messages.

Differences from SNS that a caller can see: signatures are no signatures; topic policies are stored and answered, not
enforced; nothing is encrypted, traced or logged but in the ledger. Platform applications (mobile push), data
protection policies and the SMS sandbox are not done, and say so.
"""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from bus.local.errors import AwsError
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.sns.confirmations import Confirmations
from bus.local.sns.delivery import Deliveries
from bus.local.sns.errors import invalid
from bus.local.sns.links import HOST, Links
from bus.local.sns.permissions import Permissions
from bus.local.sns.publication import Publication, size
from bus.local.sns.resources import SnsResources
from bus.local.sns.subscription_operations import SubscriptionOperations
from bus.local.sns.texting import Texting
from bus.local.sns.topic import Topic
from bus.local.sns.topic_operations import TopicOperations
from bus.local.sns.topics import Topics
from bus.local.sns.transports import Transports
from bus.local.whereabouts import Whereabouts

_BATCH_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_BATCH_LIMIT = 10


class SnsRoom(TopicOperations, SubscriptionOperations, Permissions, Texting, SnsResources):
    """Amazon SNS."""

    service: ClassVar[str] = "sns"

    def __init__(self, plane: Plane) -> None:
        self.account = plane.account
        self.topics = Topics(plane)
        self._plane = plane
        self._publication = Publication(plane)
        self._deliveries = Deliveries(plane, Transports(plane, self.topics))
        self._confirmations = Confirmations(plane, self.topics, self._deliveries)
        self._sms_settings: dict[str, str] = {}
        self._opted_in_at: dict[str, float] = {}
        if "outside" in plane.rooms:
            links = Links(plane, self.topics, self._confirmations)
            plane.rooms["outside"].answer(HOST, links.follow)

    @operation("Publish")
    def publish(self, params: Params) -> Response:
        if sum(params.get(name) is not None for name in ("TopicArn", "TargetArn", "PhoneNumber")) > 1:
            raise invalid("Only one of TopicArn, TargetArn and PhoneNumber can be given")
        if params.get("PhoneNumber") is not None:
            return self._send_text(params)
        arn: str | None = params.get("TopicArn", params.get("TargetArn"))
        if arn is None:
            raise invalid("TopicArn or TargetArn Reason: no value for required parameter")
        if ":endpoint/" in arn:
            raise invalid("TargetArn Reason: No endpoint found for the target arn specified")
        return self._publish(self.topics[arn], params)

    @operation("PublishBatch")
    def publish_batch(self, params: Params) -> Response:
        """What is wrong with the attributes, structure, group or deduplication of one entry fails the whole request.

        So SNS has been seen to do; of anything else an entry's failure is its own, as the API reference has it.
        """
        topic = self.topics[params["TopicArn"]]
        entries = params["PublishBatchRequestEntries"]
        _check_batch(entries)
        if sum(map(size, entries)) > topic.maximum_size:
            raise AwsError("BatchRequestTooLong", "The length of all the messages put together is more than the limit.")
        for entry in entries:
            self._publication.check(topic, entry)
        successful, failed = [], []
        for entry in entries:
            try:
                successful.append({"Id": entry["Id"], **self._publish(topic, entry)})
            except AwsError as error:
                failed.append({"Id": entry["Id"], "Code": error.code, "Message": error.message, "SenderFault": True})
        return {"Successful": successful, "Failed": failed}

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """The deliveries of an event that are still to be made."""
        return self._deliveries.whereabouts(event_id)

    def _publish(self, topic: Topic, params: Params) -> Response:
        notification, new = self._publication.notification(topic, params)
        if new:
            self._plane.ledger.record(self.service, "Publish", topic.arn)
            if topic.archive.active:
                self._plane.ledger.keep(notification.id)
            self._deliveries.publish(topic, notification)
        else:
            self._plane.ledger.record(self.service, "Publish", topic.arn, outcome="duplicate")
        if notification.sequence_number is None:
            return {"MessageId": notification.id}
        return {"MessageId": notification.id, "SequenceNumber": notification.sequence_number}


def _check_batch(entries: list[dict[str, Any]]) -> None:
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
