"""AWS::SNS::Topic, AWS::SNS::Subscription and AWS::SNS::TopicPolicy."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.errors import OperationError
from bus.local.resources import LOGGED, UNENCRYPTED, Deployed, Resource, as_attribute, resource
from bus.local.sns.subscription import ATTRIBUTES
from bus.local.sns.topics import Topic, Topics

_TOPIC_ATTRIBUTES = ("DisplayName", "SignatureVersion", "MaximumMessageSize")
_INERT = {
    "KmsMasterKeyId": UNENCRYPTED,
    "TracingConfig": LOGGED,
}


class TopicResources:
    """Makes topics, subscriptions and policies from templates."""

    topics: Topics

    @resource("AWS::SNS::Topic", acts_on={"TopicName", "Tags", "Subscription", *_TOPIC_ATTRIBUTES}, inert=_INERT)
    def make_topic(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        attributes = {name: str(properties[name]) for name in _TOPIC_ATTRIBUTES if name in properties}
        topic = self.topics.create(properties.get("TopicName") or wanted.name, attributes)
        topic.tags.update(wanted.tags)
        for inline in properties.get("Subscription", []):
            self._subscribe(wanted, topic, inline)
        return Deployed(topic.arn, {"TopicArn": topic.arn, "TopicName": topic.name})

    @resource("AWS::SNS::Subscription", acts_on={"TopicArn", "Protocol", "Endpoint", *ATTRIBUTES})
    def make_subscription(self, wanted: Resource) -> Deployed:
        arn = self._subscribe(wanted, self.topics[wanted.properties["TopicArn"]], wanted.properties)
        return Deployed(arn, {"Arn": arn})

    @resource("AWS::SNS::TopicPolicy", acts_on={"Topics", "PolicyDocument"})
    def make_topic_policy(self, wanted: Resource) -> Deployed:
        policy = json.dumps(wanted.properties["PolicyDocument"])
        for arn in wanted.properties["Topics"]:
            self.topics[arn].configure({"Policy": policy})
        return Deployed(wanted.name, {"Id": wanted.name})

    def _subscribe(self, wanted: Resource, topic: Topic, properties: Mapping[str, Any]) -> str:
        attributes = {name: as_attribute(properties[name]) for name in ATTRIBUTES if name in properties}
        protocol = properties["Protocol"]
        try:
            return self.topics.subscribe(topic, protocol, properties.get("Endpoint", ""), attributes).arn
        except OperationError as error:
            raise wanted.unsupported(f"this subscription ({error.message})") from error
