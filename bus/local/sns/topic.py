"""A topic."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bus.local.sns.archive import Archive
from bus.local.sns.delivery_policy import Policy, effective_of_topic, topic_policy
from bus.local.sns.errors import invalid
from bus.local.sns.fifo import Deduplication
from bus.local.sns.subscription import LARGE, Subscription
from bus.local.sns.topic_attributes import (
    DEFAULT_MAXIMUM_SIZE,
    archive_days,
    check_irreversible,
    check_topic_attribute,
)
from bus.local.times import iso

LARGE_SUBSCRIPTIONS = 100
ACTIONS = (
    *("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic", "Subscribe"),
    *("ListSubscriptionsByTopic", "Publish"),
)


@dataclass(eq=False)
class Topic:
    """One topic; `subscriptions` by their ARN, in order of subscription; `attributes` as set, in AWS's spelling."""

    name: str
    arn: str
    owner: str
    fifo: bool
    deduplication: Deduplication
    archive: Archive
    attributes: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    deleted_subscriptions: int = 0
    delivery_policy: Policy | None = None

    @cached_property
    def maximum_size(self) -> int:
        """Bytes of a message."""
        return int(self.attributes.get("MaximumMessageSize", DEFAULT_MAXIMUM_SIZE))

    @property
    def large(self) -> bool:
        """Whether it takes more than 256 KiB, and so not every kind of subscription."""
        return self.maximum_size > DEFAULT_MAXIMUM_SIZE

    @property
    def content_based(self) -> bool:
        return self.attributes.get("ContentBasedDeduplication") == "true"

    @property
    def deduplicates_by_group(self) -> bool:
        return self.attributes.get("FifoThroughputScope") == "MessageGroup"

    def configure(self, attributes: Mapping[str, str], *, creating: bool = False) -> None:
        """Set attributes anew; "" is the default again. Raises AwsError, and changes nothing, for what SNS refuses."""
        for name, text in attributes.items():
            check_topic_attribute(name, text, fifo=self.fifo, creating=creating)
        if "FifoThroughputScope" in attributes:
            check_irreversible(self.attributes.get("FifoThroughputScope"), attributes["FifoThroughputScope"])
        if int(attributes.get("MaximumMessageSize") or 0) > DEFAULT_MAXIMUM_SIZE:
            self._check_large()
        self.attributes = {name: text for name, text in (self.attributes | dict(attributes)).items() if text}
        self.__dict__.pop("maximum_size", None)
        given = self.attributes.get("DeliveryPolicy")
        self.delivery_policy = None if given is None else topic_policy(given)
        self.archive.retain(archive_days(self.attributes.get("ArchivePolicy", "")))

    def described(self) -> dict[str, str]:
        """What GetTopicAttributes answers."""
        pending = sum(one.pending for one in self.subscriptions.values())
        fifo = {"FifoTopic": "true", "ContentBasedDeduplication": "false"} if self.fifo else {}
        beginning = self.archive.beginning()
        archive = {} if beginning is None else {"BeginningArchiveTime": iso(beginning)}
        policy = {} if self.delivery_policy is None else {"DeliveryPolicy": json.dumps(self.delivery_policy)}
        return {
            "TopicArn": self.arn,
            "Owner": self.owner,
            "DisplayName": "",
            "Policy": json.dumps(self.default_policy()),
            "EffectiveDeliveryPolicy": json.dumps(effective_of_topic(self.delivery_policy)),
            "SubscriptionsConfirmed": str(len(self.subscriptions) - pending),
            "SubscriptionsPending": str(pending),
            "SubscriptionsDeleted": str(self.deleted_subscriptions),
            **(fifo | archive | self.attributes | policy),
        }

    def default_policy(self) -> dict[str, object]:
        """The access policy that a topic has when it is given none."""
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [f"SNS:{action}" for action in ACTIONS],
            "Resource": self.arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": self.owner}},
        }
        return {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}

    def _check_large(self) -> None:
        """Developer guide, "Publishing large messages with Amazon SNS", "Supported configuration"."""
        if len(self.subscriptions) > LARGE_SUBSCRIPTIONS:
            raise invalid(f"MaximumMessageSize Reason: the topic has more than {LARGE_SUBSCRIPTIONS} subscriptions")
        for one in self.subscriptions.values():
            if one.protocol not in LARGE:
                raise invalid(f"MaximumMessageSize Reason: the topic has a subscription of the protocol {one.protocol}")
