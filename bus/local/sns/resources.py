"""AWS::SNS::Topic, Subscription, TopicPolicy and TopicInlinePolicy."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bus.local.resources import (
    LOGGED,
    UNENCRYPTED,
    Deployed,
    Made,
    Resource,
    as_attribute,
    removes,
    resource,
    updates,
)
from bus.local.sns.endpoints import check_endpoint
from bus.local.sns.settings import ATTRIBUTES
from bus.local.sns.subscription import Subscription
from bus.local.sns.topics import Topics

_TOPIC_ATTRIBUTES = (
    *("ArchivePolicy", "ContentBasedDeduplication", "DisplayName", "FifoThroughputScope", "MaximumMessageSize"),
    *("SignatureVersion", "KmsMasterKeyId", "TracingConfig"),
)
_INERT = {"KmsMasterKeyId": UNENCRYPTED, "TracingConfig": LOGGED, "DeliveryStatusLogging": LOGGED}
_DEFAULTS = {"RawMessageDelivery": "false", "FilterPolicyScope": "MessageAttributes"}


class SnsResources:
    """Makes, changes and deletes topics, subscriptions and policies as templates have them."""

    topics: Topics
    make_subscription: Callable[[str, str, str, dict[str, str]], Subscription]
    configure_subscription: Callable[[Subscription, dict[str, str]], None]

    @resource(
        "AWS::SNS::Topic",
        acts_on={"TopicName", "FifoTopic", "Tags", "Subscription", *_TOPIC_ATTRIBUTES} - {*_INERT},
        inert=_INERT,
        replaced_by={"TopicName", "FifoTopic"},
    )
    def make_topic(self, wanted: Resource) -> Deployed:
        fifo = as_attribute(wanted.properties.get("FifoTopic", False)) == "true"
        name = wanted.properties.get("TopicName") or (
            wanted.name.removesuffix(".fifo") + ".fifo" if fifo else wanted.name
        )
        attributes = _given(wanted, _TOPIC_ATTRIBUTES) | ({"FifoTopic": "true"} if fifo else {})
        for protocol, endpoint in _inline(wanted.properties):
            check_endpoint(protocol, endpoint, fifo=fifo)
        topic = self.topics.create(name, attributes, wanted.tags)
        for protocol, endpoint in _inline(wanted.properties):
            self.make_subscription(topic.arn, protocol, endpoint, {})
        return Deployed(topic.arn, {"TopicArn": topic.arn, "TopicName": topic.name})

    @updates("AWS::SNS::Topic")
    def update_topic(self, wanted: Resource, made: Made) -> Deployed:
        """Subscriptions in the topic's own list come and go with it; others are left alone."""
        topic = self.topics[made.ref]
        before, after = _given(made.wanted, _TOPIC_ATTRIBUTES), _given(wanted, _TOPIC_ATTRIBUTES)
        topic.configure(dict.fromkeys(before, "") | after)
        topic.tags = {key: value for key, value in topic.tags.items() if key not in made.wanted.tags} | wanted.tags
        old, new = _inline(made.properties), _inline(wanted.properties)
        for one in [*topic.subscriptions.values()]:
            if (named := (one.protocol, one.endpoint)) in old and named not in new:
                self.topics.unsubscribe(one)
        for protocol, endpoint in new:
            if (protocol, endpoint) not in old:
                self.make_subscription(topic.arn, protocol, endpoint, {})
        return made.deployed

    @removes("AWS::SNS::Topic")
    def remove_topic(self, made: Made) -> None:
        self.topics.delete(made.ref)

    @resource(
        "AWS::SNS::Subscription",
        acts_on={"TopicArn", "Protocol", "Endpoint", "Region", *ATTRIBUTES},
        replaced_by={"TopicArn", "Protocol", "Endpoint"},
    )
    def make_subscription_resource(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        topic_arn, endpoint = properties["TopicArn"], properties.get("Endpoint", "")
        if properties.get("Region", topic_arn.split(":")[3]) != topic_arn.split(":")[3]:
            raise wanted.unsupported("subscriptions in another region than their topic's", "Region")
        made = self.make_subscription(topic_arn, properties["Protocol"], endpoint, _given(wanted, ATTRIBUTES))
        return Deployed(made.arn, {"Arn": made.arn})

    @updates("AWS::SNS::Subscription")
    def update_subscription(self, wanted: Resource, made: Made) -> Deployed:
        subscription = self.topics.subscription(made.ref)
        before = {name: _DEFAULTS.get(name, "") for name in _given(made.wanted, ATTRIBUTES)}
        changed = before | _given(wanted, ATTRIBUTES)
        self.configure_subscription(subscription, changed)
        return made.deployed

    @removes("AWS::SNS::Subscription")
    def remove_subscription(self, made: Made) -> None:
        subscription = self.topics.to_unsubscribe(made.ref)
        if subscription is not None:
            self.topics.unsubscribe(subscription)

    @resource("AWS::SNS::TopicPolicy", acts_on={"Topics", "PolicyDocument"})
    def make_topic_policy(self, wanted: Resource) -> Deployed:
        self._set_policy(wanted, wanted.properties["Topics"])
        return Deployed(wanted.name, {"Id": wanted.name})

    @updates("AWS::SNS::TopicPolicy")
    def update_topic_policy(self, wanted: Resource, made: Made) -> Deployed:
        self._forget_policy(arn for arn in made.properties["Topics"] if arn not in wanted.properties["Topics"])
        self._set_policy(wanted, wanted.properties["Topics"])
        return made.deployed

    @removes("AWS::SNS::TopicPolicy")
    def remove_topic_policy(self, made: Made) -> None:
        self._forget_policy(made.properties["Topics"])

    @resource("AWS::SNS::TopicInlinePolicy", acts_on={"TopicArn", "PolicyDocument"}, replaced_by={"TopicArn"})
    def make_topic_inline_policy(self, wanted: Resource) -> Deployed:
        self._set_policy(wanted, [wanted.properties["TopicArn"]])
        return Deployed(wanted.properties["TopicArn"])

    @updates("AWS::SNS::TopicInlinePolicy")
    def update_topic_inline_policy(self, wanted: Resource, made: Made) -> Deployed:
        self._set_policy(wanted, [wanted.properties["TopicArn"]])
        return made.deployed

    @removes("AWS::SNS::TopicInlinePolicy")
    def remove_topic_inline_policy(self, made: Made) -> None:
        self._forget_policy([made.properties["TopicArn"]])

    def _set_policy(self, wanted: Resource, arns: Iterable[str]) -> None:
        document = wanted.properties["PolicyDocument"]
        policy = document if isinstance(document, str) else json.dumps(document)
        for topic in [self.topics[arn] for arn in arns]:
            topic.configure({"Policy": policy})

    def _forget_policy(self, arns: Iterable[str]) -> None:
        for topic in filter(None, map(self.topics.find, arns)):
            topic.configure({"Policy": ""})


def _given(wanted: Resource, names: Iterable[str]) -> dict[str, str]:
    return {name: as_attribute(wanted.properties[name]) for name in names if name in wanted.properties}


def _inline(properties: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["Protocol"], one["Endpoint"]) for one in properties.get("Subscription", ())]
