"""Every topic of the account, with its subscriptions."""

import re
from collections.abc import Iterator, Mapping

from bus.local.errors import AwsError
from bus.local.plane import Plane
from bus.local.sns.archive import Archive
from bus.local.sns.endpoints import CONFIRMED, check_endpoint
from bus.local.sns.errors import check_arn, invalid, not_found
from bus.local.sns.fifo import Deduplication
from bus.local.sns.settings import Endpoint
from bus.local.sns.subscription import LARGE, Subscription
from bus.local.sns.topic import LARGE_SUBSCRIPTIONS, Topic

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
_FIFO_NAME = re.compile(r"(?=.{6,256}$)[A-Za-z0-9_-]+\.fifo")
_FIFO_SUBSCRIPTIONS = 100
_FILTER_POLICIES = 200  # of one topic; developer guide, "Filter policy constraints"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Topics:
    """The topics that exist, in order of creation."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._by_arn: dict[str, Topic] = {}
        self._by_subscription: dict[str, Topic] = {}

    def __getitem__(self, arn: str) -> Topic:
        """Raises AwsError when there is none."""
        topic = self._by_arn.get(arn)
        if topic is None:
            self._check_region(arn)
            raise not_found("Topic")
        return topic

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._by_arn.values())

    def find(self, arn: str) -> Topic | None:
        return self._by_arn.get(arn)

    def subscription(self, arn: str) -> Subscription:
        """Raises AwsError when there is none."""
        check_arn(arn, "SubscriptionArn")
        if arn not in self._by_subscription:
            raise not_found("Subscription")
        return self._by_subscription[arn].subscriptions[arn]

    def create(self, name: str, attributes: Mapping[str, str], tags: Mapping[str, str]) -> Topic:
        """A new topic, or the one of that name when its attributes and tags are those asked for."""
        fifo = attributes.get("FifoTopic", "false") == "true"
        _check_name(name, fifo=fifo)
        given = {attribute: text for attribute, text in attributes.items() if attribute != "FifoTopic"}
        arn = self._plane.arn("sns", name)
        if arn in self._by_arn:
            return _same(self._by_arn[arn], given, tags)
        clock = self._plane.clock
        topic = Topic(name, arn, self._plane.account, fifo, Deduplication(clock), Archive(clock))
        topic.configure(given, creating=True)
        topic.tags.update(tags)
        self._by_arn[arn] = topic
        return topic

    def delete(self, arn: str) -> None:
        """Delete a topic and its subscriptions; deleting one that is not there is no error."""
        self._check_region(arn)
        topic = self._by_arn.get(arn)
        if topic is None:
            return
        if topic.archive.active:
            raise AwsError("InvalidState", "Cannot delete a topic with an ArchivePolicy")
        for subscription in [*topic.subscriptions.values()]:
            self.unsubscribe(subscription)
        del self._by_arn[arn]

    def subscribe(self, topic: Topic, protocol: str, endpoint: str, attributes: Mapping[str, str]) -> Subscription:
        """A new subscription, or the one of that endpoint when its attributes are those asked for."""
        check_endpoint(protocol, endpoint, fifo=topic.fifo)
        for existing in topic.subscriptions.values():
            if (existing.protocol, existing.endpoint) == (protocol, endpoint):
                return _unchanged(existing, attributes)
        target = Endpoint(protocol, endpoint, topic.fifo)
        subscription = Subscription(f"{topic.arn}:{self._plane.chance.uuid()}", topic.arn, target)
        subscription.pending = protocol in CONFIRMED
        subscription.authenticated = not subscription.pending
        self.configure(subscription, attributes, "Attributes Reason: ")
        self.add(topic, subscription)
        return subscription

    def add(self, topic: Topic, subscription: Subscription) -> None:
        """Enter a subscription that is not there. Raises AwsError where the topic takes no more of them."""
        count = len(topic.subscriptions)
        if topic.large and (count >= LARGE_SUBSCRIPTIONS or subscription.protocol not in LARGE):
            raise invalid(
                f"Endpoint Reason: a topic with a MaximumMessageSize above 256 KiB has at most {LARGE_SUBSCRIPTIONS} "
                "subscriptions, of Amazon SQS, Amazon Data Firehose and AWS Lambda"
            )
        if topic.fifo and count >= _FIFO_SUBSCRIPTIONS:
            raise AwsError("SubscriptionLimitExceeded", "The topic has as many subscriptions as it may", status=403)
        topic.subscriptions[subscription.arn] = subscription
        self._by_subscription[subscription.arn] = topic
        subscription.gone = False

    def configure(self, subscription: Subscription, attributes: Mapping[str, str], announced: str = "") -> None:
        """Set attributes of a subscription. Raises AwsError for what SNS refuses."""
        topic = self._by_arn[subscription.topic_arn]
        if attributes.get("FilterPolicy") and "FilterPolicy" not in subscription.attributes:
            others = sum("FilterPolicy" in one.attributes for one in topic.subscriptions.values())
            if others >= _FILTER_POLICIES:
                raise AwsError(
                    "FilterPolicyLimitExceeded", "The topic has as many filter policies as it may", status=403
                )
        subscription.configure(attributes, announced)

    def unsubscribe(self, subscription: Subscription) -> None:
        """End a subscription."""
        topic = self._by_subscription.pop(subscription.arn, None)
        if topic is not None:
            del topic.subscriptions[subscription.arn]
            topic.deleted_subscriptions += 1
            subscription.gone = True

    def to_unsubscribe(self, arn: str) -> Subscription | None:
        """The subscription of an Unsubscribe call; None for one that is not there. Raises AwsError for no ARN."""
        if not arn:
            raise invalid("SubscriptionArn Reason: no value for required parameter")
        check_arn(arn, "SubscriptionArn")
        if _UUID.fullmatch(arn.rpartition(":")[2]) is None:
            raise invalid("SubscriptionId")
        topic = self._by_subscription.get(arn)
        return None if topic is None else topic.subscriptions[arn]

    def _check_region(self, arn: str) -> None:
        check_arn(arn, "TopicArn")
        if arn.split(":")[3] != self._plane.region:
            raise invalid("TopicArn")


def _check_name(name: str, *, fifo: bool) -> None:
    if fifo and _FIFO_NAME.fullmatch(name) is None:
        raise invalid(
            "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, "
            "numbers, underscores, and hyphens, and must be between 1 and 256 characters long."
        )
    if not fifo and _NAME.fullmatch(name) is None:
        raise invalid("Topic Name")


def _same(existing: Topic, attributes: Mapping[str, str], tags: Mapping[str, str]) -> Topic:
    described = existing.described()
    if any(existing.attributes.get(name, described.get(name, "")) != text for name, text in attributes.items()):
        raise invalid("Attributes Reason: Topic already exists with different attributes")
    if any(existing.tags.get(key) != value for key, value in tags.items()):
        raise invalid("Tags Reason: Topic already exists with different tags")
    return existing


def _unchanged(existing: Subscription, attributes: Mapping[str, str]) -> Subscription:
    defaults = {"RawMessageDelivery": "false", "FilterPolicyScope": "MessageAttributes"}
    if any(existing.attributes.get(name, defaults.get(name)) != text for name, text in attributes.items()):
        raise invalid("Attributes Reason: Subscription already exists with different attributes")
    return existing
