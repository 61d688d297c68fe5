"""Every topic of the account, with its subscriptions."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bus.local.errors import UnsupportedOperationError
from bus.local.plane import Plane
from bus.local.sns.errors import invalid, not_found
from bus.local.sns.subscription import Subscription, check_endpoint

DEFAULT_MAXIMUM_SIZE = 262_144  # bytes; a topic may opt in to up to 1 MiB
_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SETTABLE = ("DisplayName", "Policy", "SignatureVersion", "MaximumMessageSize", "KmsMasterKeyId", "TracingConfig")
_LARGEST = 1_048_576


@dataclass
class Topic:
    """One topic; `subscriptions` by their ARN, in order of subscription."""

    name: str
    arn: str
    owner: str
    attributes: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    deleted_subscriptions: int = 0

    @property
    def maximum_size(self) -> int:
        return int(self.attributes.get("MaximumMessageSize", DEFAULT_MAXIMUM_SIZE))

    def configure(self, attributes: Mapping[str, str]) -> None:
        """Set attributes anew. Raises AwsError, and changes nothing, for what SNS refuses."""
        for name, text in attributes.items():
            _check(name, text)
        self.attributes |= attributes

    def described(self) -> dict[str, str]:
        """What GetTopicAttributes answers."""
        return {
            "TopicArn": self.arn,
            "Owner": self.owner,
            "DisplayName": "",
            "Policy": self._default_policy(),
            "SubscriptionsConfirmed": str(len(self.subscriptions)),
            "SubscriptionsPending": "0",
            "SubscriptionsDeleted": str(self.deleted_subscriptions),
        } | self.attributes

    def _default_policy(self) -> str:
        actions = (
            "GetTopicAttributes SetTopicAttributes AddPermission RemovePermission DeleteTopic Subscribe "
            "ListSubscriptionsByTopic Publish"
        )
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [f"SNS:{action}" for action in actions.split()],
            "Resource": self.arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": self.owner}},
        }
        return json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})


class Topics:
    """The topics that exist, in order of creation."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._by_arn: dict[str, Topic] = {}
        self._by_subscription: dict[str, Topic] = {}

    def __getitem__(self, arn: str) -> Topic:
        """Raises AwsError when there is none."""
        if arn not in self._by_arn:
            raise not_found("Topic")
        return self._by_arn[arn]

    def arns(self) -> list[str]:
        return list(self._by_arn)

    def subscription(self, arn: str) -> Subscription:
        """Raises AwsError when there is none."""
        if arn not in self._by_subscription:
            raise not_found("Subscription")
        return self._by_subscription[arn].subscriptions[arn]

    def create(self, name: str, attributes: Mapping[str, str]) -> Topic:
        """A new topic, or the one of that name when its attributes are those asked for."""
        if name.endswith(".fifo") or "FifoTopic" in attributes:
            raise UnsupportedOperationError("FIFO topics")
        if _NAME.fullmatch(name) is None:
            raise invalid("Topic Name")
        arn = self._plane.arn("sns", name)
        if arn in self._by_arn:
            return _same(self._by_arn[arn], attributes)
        topic = Topic(name, arn, self._plane.account)
        topic.configure(attributes)
        self._by_arn[arn] = topic
        return topic

    def delete(self, arn: str) -> None:
        """Delete a topic and its subscriptions; deleting one that is not there is no error."""
        topic = self._by_arn.pop(arn, None)
        for subscription_arn in topic.subscriptions if topic is not None else ():
            del self._by_subscription[subscription_arn]

    def subscribe(self, topic: Topic, protocol: str, endpoint: str, attributes: Mapping[str, str]) -> Subscription:
        """A new subscription, or the one of that endpoint when its attributes are those asked for."""
        check_endpoint(protocol, endpoint)
        for existing in topic.subscriptions.values():
            if (existing.protocol, existing.endpoint) == (protocol, endpoint):
                if any(existing.attributes.get(name) != text for name, text in attributes.items()):
                    raise invalid("Attributes Reason: Subscription already exists with different attributes")
                return existing
        subscription = Subscription(f"{topic.arn}:{self._plane.chance.uuid()}", topic.arn, protocol, endpoint)
        subscription.configure(attributes, announced="Attributes Reason: ")
        topic.subscriptions[subscription.arn] = subscription
        self._by_subscription[subscription.arn] = topic
        return subscription

    def unsubscribe(self, arn: str) -> None:
        """End a subscription; ending one that is not there is no error."""
        topic = self._by_subscription.pop(arn, None)
        if topic is not None:
            del topic.subscriptions[arn]
            topic.deleted_subscriptions += 1


def _check(name: str, text: str) -> None:
    if name not in _SETTABLE:
        raise invalid("AttributeName")
    if name == "SignatureVersion" and text not in ("1", "2"):
        raise invalid("SignatureVersion")
    if name == "MaximumMessageSize" and not (text.isdecimal() and 1024 <= int(text) <= _LARGEST):  # noqa: PLR2004 - bytes
        raise invalid("MaximumMessageSize")


def _same(existing: Topic, attributes: Mapping[str, str]) -> Topic:
    if any(existing.attributes.get(name) != text for name, text in attributes.items()):
        raise invalid("Attributes Reason: Topic already exists with different attributes")
    return existing
