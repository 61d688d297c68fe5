"""Topics, subscriptions and policies of templates: made, changed in place, deleted."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from bus.local.errors import UnsupportedResourceError
from bus.local.outside import Outside
from bus.local.plane import Plane
from bus.local.resources import Deployed, Made, RefusedValuesError, Resource
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom

TOPIC, SUBSCRIPTION = "AWS::SNS::Topic", "AWS::SNS::Subscription"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(Outside, SqsRoom, SnsRoom)


@pytest.fixture
def sns(plane: Plane):
    return boto3.client("sns", region_name=plane.region)


def wanted(type_: str, /, **properties: Any):
    return Resource("s", "Thing", type_, properties, "s-Thing-1", "t.yaml", 3)


def made(plane: Plane, type_: str, /, **properties: Any):
    resource = wanted(type_, **properties)
    return Made(resource, plane.makers.make(resource))


def changed(plane: Plane, before: Made, **properties: Any):
    resource = wanted(before.wanted.type, **properties)
    deployed: Deployed = plane.makers.update(resource, before)
    assert deployed.ref == before.ref
    return Made(resource, deployed)


def attributes(sns: Any, topic: Made):
    return sns.get_topic_attributes(TopicArn=topic.ref)["Attributes"]


def endpoints(sns: Any, topic: Made):
    return [one["Endpoint"] for one in sns.list_subscriptions_by_topic(TopicArn=topic.ref)["Subscriptions"]]


def test_a_fifo_topic_gets_a_name_that_ends_so(plane: Plane, sns: Any):
    topic = made(plane, TOPIC, FifoTopic=True, ContentBasedDeduplication=True, FifoThroughputScope="MessageGroup")

    assert topic.deployed.attributes["TopicName"] == "s-Thing-1.fifo"
    described = attributes(sns, topic)
    assert (described["ContentBasedDeduplication"], described["FifoThroughputScope"]) == ("true", "MessageGroup")


def test_a_topic_is_changed_in_place_and_what_is_removed_is_the_default_again(plane: Plane, sns: Any):
    queue, other = plane.arn("sqs", "one"), plane.arn("sqs", "two")
    tags = [{"Key": "team", "Value": "news"}, {"Key": "old", "Value": "1"}]
    topic = made(
        plane,
        TOPIC,
        DisplayName="News",
        SignatureVersion="2",
        Tags=tags,
        Subscription=[{"Protocol": "sqs", "Endpoint": queue}],
    )
    sns.subscribe(TopicArn=topic.ref, Protocol="sqs", Endpoint=plane.arn("sqs", "mine"))

    changed(
        plane,
        topic,
        DisplayName="Olds",
        MaximumMessageSize=2048,
        Tags=tags[:1],
        Subscription=[{"Protocol": "sqs", "Endpoint": other}],
    )

    described = attributes(sns, topic)
    assert (described["DisplayName"], described["MaximumMessageSize"]) == ("Olds", "2048")
    assert "SignatureVersion" not in described
    assert sns.list_tags_for_resource(ResourceArn=topic.ref)["Tags"] == tags[:1]
    assert endpoints(sns, topic) == [plane.arn("sqs", "mine"), other]


@pytest.mark.parametrize("name", ["TopicName", "FifoTopic"])
def test_another_name_or_kind_of_topic_is_another_topic(plane: Plane, name: str):
    before = made(plane, TOPIC)

    assert plane.makers.replaces(wanted(TOPIC, **{name: "x"}), before)


def test_a_removed_topic_takes_its_subscriptions_along(plane: Plane, sns: Any):
    topic = made(plane, TOPIC)
    subscription = made(plane, SUBSCRIPTION, TopicArn=topic.ref, Protocol="sqs", Endpoint=plane.arn("sqs", "q"))

    plane.makers.remove(topic)
    plane.makers.remove(subscription)

    assert sns.list_topics()["Topics"] == sns.list_subscriptions()["Subscriptions"] == []


def test_a_subscription_is_changed_in_place(plane: Plane, sns: Any):
    topic = made(plane, TOPIC)
    same = {"TopicArn": topic.ref, "Protocol": "sqs", "Endpoint": plane.arn("sqs", "q")}
    policy = {"deadLetterTargetArn": plane.arn("sqs", "dead")}
    before = made(
        plane,
        SUBSCRIPTION,
        **same,
        RawMessageDelivery=True,
        FilterPolicyScope="MessageBody",
        FilterPolicy={"a": {"b": ["c"]}},
        RedrivePolicy=policy,
    )

    after = changed(plane, before, **same, FilterPolicy={"a": ["b"]})
    described = sns.get_subscription_attributes(SubscriptionArn=before.ref)["Attributes"]
    plane.makers.remove(after)

    assert described["FilterPolicy"] == '{"a": ["b"]}'
    assert (described["RawMessageDelivery"], described["FilterPolicyScope"]) == ("false", "MessageAttributes")
    assert "RedrivePolicy" not in described
    assert endpoints(sns, topic) == []


def test_a_subscription_by_http_asks_for_confirmation(plane: Plane, sns: Any):
    topic = made(plane, TOPIC)
    Outside.of(plane).answer("hooks.example", lambda _: 200)

    subscription = made(
        plane,
        SUBSCRIPTION,
        TopicArn=topic.ref,
        Protocol="https",
        Endpoint="https://hooks.example",
        DeliveryPolicy={"healthyRetryPolicy": {"numRetries": 1}},
    )
    plane.engine.run_until_idle()

    assert len(Outside.of(plane).calls) == 1
    described = sns.get_subscription_attributes(SubscriptionArn=subscription.ref)["Attributes"]
    assert described["PendingConfirmation"] == "true"


def test_policies_come_change_and_go(plane: Plane, sns: Any):
    first = made(plane, TOPIC, TopicName="first")
    second = made(plane, TOPIC, TopicName="second")
    default = attributes(sns, first)["Policy"]
    one, two = ({"Statement": [], "Id": name} for name in ("one", "two"))

    policy = made(plane, "AWS::SNS::TopicPolicy", Topics=[first.ref, second.ref], PolicyDocument=one)
    policy = changed(plane, policy, Topics=[second.ref], PolicyDocument=two)
    changed_to = attributes(sns, first)["Policy"], json.loads(attributes(sns, second)["Policy"])
    plane.makers.remove(policy)
    inline = made(plane, "AWS::SNS::TopicInlinePolicy", TopicArn=first.ref, PolicyDocument=one)
    inline = changed(plane, inline, TopicArn=first.ref, PolicyDocument=two)
    inlined = json.loads(attributes(sns, first)["Policy"])
    plane.makers.remove(inline)

    assert changed_to == (default, two)
    assert (inline.ref, inlined) == (first.ref, two)
    assert attributes(sns, first)["Policy"] == default


def test_a_removed_policy_of_a_removed_topic_is_no_error(plane: Plane, sns: Any):
    topic = made(plane, TOPIC)
    policy = made(plane, "AWS::SNS::TopicPolicy", Topics=[topic.ref], PolicyDocument={"Statement": []})

    plane.makers.remove(topic)
    plane.makers.remove(policy)

    assert sns.list_topics()["Topics"] == []


@pytest.mark.parametrize(
    ("type_", "properties", "sentence"),
    [
        (TOPIC, {"DataProtectionPolicy": {"Name": "x"}}, "the property DataProtectionPolicy"),
        (TOPIC, {"SignatureVersion": "3"}, "SignatureVersion"),
        (SUBSCRIPTION, {"Protocol": "sqs", "Endpoint": "nowhere"}, "SQS endpoint ARN"),
        (SUBSCRIPTION, {"Protocol": "sqs", "Endpoint": "x", "Region": "eu-west-1"}, "in another region"),
        ("AWS::SNS::TopicInlinePolicy", {"PolicyDocument": "no json"}, "Policy Error"),
    ],
)
def test_what_cannot_be_made_stops_the_deployment_at_its_place(
    plane: Plane, type_: str, properties: dict[str, Any], sentence: str
):
    topic = {} if type_ == TOPIC else {"TopicArn": made(plane, TOPIC).ref}

    with pytest.raises((UnsupportedResourceError, RefusedValuesError), match=rf"t\.yaml:3: Thing .*{sentence}"):
        made(plane, type_, **topic, **properties)


def test_a_generated_name_of_a_fifo_topic_ends_in_fifo_once(plane: Plane):
    resource = Resource("s", "Thing", TOPIC, {"FifoTopic": True}, "s-Thing-1.fifo", "t.yaml", 3)

    assert plane.makers.make(resource).attributes["TopicName"] == "s-Thing-1.fifo"
