"""Subscriptions, as documented: making, describing, confirming, ending them."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws

PENDING = [("https", "https://hooks.example/sns"), ("http", "http://hooks.example"), ("email", "ada@customers.example")]


@pytest.fixture
def sns(aws: Aws) -> Any:
    return aws.client("sns")


@pytest.fixture
def topic(aws: Aws) -> str:
    return aws.topic()


def described(sns: Any, subscription: str) -> Any:
    return sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]


def test_a_queue_needs_no_confirmation(aws: Aws, sns: Any, topic: str):
    """API reference, Subscribe."""
    queue = aws.queue()

    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)["SubscriptionArn"]

    assert described(sns, subscription) == {
        "SubscriptionArn": subscription,
        "TopicArn": topic,
        "Owner": topic.split(":")[4],
        "Protocol": "sqs",
        "Endpoint": queue.arn,
        "SubscriptionPrincipal": f"arn:aws:iam::{topic.split(':')[4]}:root",
        "ConfirmationWasAuthenticated": "true",
        "PendingConfirmation": "false",
        "RawMessageDelivery": "false",
    }


@pytest.mark.parametrize(("protocol", "endpoint"), PENDING)
def test_http_and_email_endpoints_are_pending_until_they_confirm(sns: Any, topic: str, protocol: str, endpoint: str):
    """API reference, Subscribe, ReturnSubscriptionArn."""
    wanted = {"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint}

    assert sns.subscribe(**wanted)["SubscriptionArn"] == "pending confirmation"
    subscription = sns.subscribe(**wanted, ReturnSubscriptionArn=True)["SubscriptionArn"]

    assert subscription.startswith(f"{topic}:")
    assert described(sns, subscription)["PendingConfirmation"] == "true"
    [listed] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (attributes["SubscriptionsPending"], attributes["SubscriptionsConfirmed"]) == ("1", "0")


def test_a_subscription_that_nobody_confirms_is_deleted_after_48_hours(aws: Aws, sns: Any, topic: str):
    """Developer guide, "Deleting an Amazon SNS topic and subscription"; tokens are valid for two days."""
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ada@customers.example")

    aws.wait(48 * 3600 - 60)
    assert len(sns.list_subscriptions()["Subscriptions"]) == 1
    aws.wait(120)

    assert sns.list_subscriptions()["Subscriptions"] == []


def test_subscribing_again_is_the_same_subscription(aws: Aws, sns: Any, topic: str):
    """API reference, Subscribe."""
    wanted = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": aws.queue().arn}
    first = sns.subscribe(**wanted, Attributes={"RawMessageDelivery": "true"})["SubscriptionArn"]

    assert sns.subscribe(**wanted, Attributes={"RawMessageDelivery": "true"})["SubscriptionArn"] == first
    assert sns.subscribe(**wanted)["SubscriptionArn"] == first
    with pytest.raises(sns.exceptions.InvalidParameterException, match="already exists with different attributes"):
        sns.subscribe(**wanted, Attributes={"RawMessageDelivery": "false"})


@pytest.mark.parametrize(
    ("protocol", "endpoint", "sentence"),
    [
        ("sqs", "https://sqs.us-east-1.amazonaws.com/123456789012/q", "Invalid parameter: SQS endpoint ARN"),
        ("lambda", "guard", "Lambda endpoint ARN"),
        ("firehose", "lake", "Firehose endpoint ARN"),
        ("http", "https://a.example", "Endpoint must match the specified protocol"),
        ("https", "http://a.example", "Endpoint must match the specified protocol"),
        ("email", "ada", "Email address"),
        ("email-json", "ada@", "Email address"),
        ("sms", "NAA+15551234567", r"Invalid SMS endpoint: NAA\+15551234567"),
        ("fax", "123", "Amazon SNS does not support this protocol string: fax"),
        ("sqs", "", "Endpoint"),
    ],
)
def test_the_endpoint_must_be_one_of_its_protocol(sns: Any, topic: str, protocol: str, endpoint: str, sentence: str):
    """API reference, Subscribe, Endpoint."""
    with pytest.raises(sns.exceptions.InvalidParameterException, match=sentence):
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("Colour", "red", "AttributeName"),
        ("RawMessageDelivery", "maybe", r"RawMessageDelivery: Invalid value \[maybe\]. Must be true or false."),
        ("RawMessageDelivery", "", r"RawMessageDelivery: Invalid value \[\]. Must be true or false."),
        ("RedrivePolicy", '{"deadLetterTargetArn": "somewhere"}', "deadLetterTargetArn is an invalid arn"),
        ("RedrivePolicy", "{invalid", "RedrivePolicy: failed to parse JSON"),
        ("FilterPolicy", "{invalid", "FilterPolicy: .*was expecting double-quote to start field name"),
        ("FilterPolicyScope", "MessageHead", "Please use either MessageBody or MessageAttributes"),
        ("DeliveryPolicy", "{}", "does not support delivery policies"),
        ("SubscriptionRoleArn", "arn:aws:iam::123456789012:role/x", "only Firehose"),
        ("ReplayPolicy", '{"PointType": "Timestamp", "StartingPoint": "2026-01-01T00:00:00Z"}', "FIFO topics"),
    ],
)
def test_an_attribute_that_a_queues_subscription_cannot_have_is_refused(
    aws: Aws, sns: Any, topic: str, name: str, value: str, sentence: str
):
    """API reference, SetSubscriptionAttributes."""
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=aws.queue().arn)["SubscriptionArn"]

    with pytest.raises(sns.exceptions.InvalidParameterException, match=sentence):
        sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName=name, AttributeValue=value)


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("lambda", "arn:aws:lambda:us-east-1:123456789012:function:f"),
        ("email", "ada@customers.example"),
        ("sms", "+12065550100"),
    ],
)
def test_raw_delivery_is_for_queues_http_and_firehose(sns: Any, topic: str, protocol: str, endpoint: str):
    """Developer guide, "Amazon SNS raw message delivery"."""
    with pytest.raises(sns.exceptions.InvalidParameterException, match="does not support raw message delivery"):
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes={"RawMessageDelivery": "true"})


def test_a_firehose_subscription_needs_a_role(aws: Aws, sns: Any, topic: str):
    """API reference, Subscribe, SubscriptionRoleArn."""
    endpoint = "arn:aws:firehose:us-east-1:123456789012:deliverystream/lake"
    wanted = {"TopicArn": topic, "Protocol": "firehose", "Endpoint": endpoint}

    with pytest.raises(sns.exceptions.InvalidParameterException, match="SubscriptionRoleArn"):
        sns.subscribe(**wanted)
    subscription = sns.subscribe(**wanted, Attributes={"SubscriptionRoleArn": aws.role()})["SubscriptionArn"]

    assert described(sns, subscription)["SubscriptionRoleArn"] == aws.role()


def test_ending_a_subscription_stops_its_deliveries_and_may_be_repeated(aws: Aws, sns: Any, topic: str):
    """API reference, Unsubscribe."""
    queue = aws.queue()
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)["SubscriptionArn"]

    sns.unsubscribe(SubscriptionArn=subscription)
    sns.unsubscribe(SubscriptionArn=subscription)
    sns.publish(TopicArn=topic, Message="hello")
    aws.idle()

    assert queue.bodies() == []
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsDeleted"] == "1"


@pytest.mark.parametrize(
    ("arn", "sentence"),
    [
        ("pending confirmation", "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"),
        ("", "SubscriptionArn Reason: no value for required parameter"),
        ("arn:aws:sns:us-east-1:123456789012:news:mine", "SubscriptionId"),
    ],
)
def test_what_is_no_subscription_cannot_be_ended(sns: Any, arn: str, sentence: str):
    """API reference, Unsubscribe, errors."""
    with pytest.raises(sns.exceptions.InvalidParameterException, match=sentence):
        sns.unsubscribe(SubscriptionArn=arn)


def test_a_token_that_was_not_sent_confirms_nothing(sns: Any, topic: str):
    """API reference, ConfirmSubscription, errors."""
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Invalid token"):
        sns.confirm_subscription(TopicArn=topic, Token="short")  # noqa: S106 - no secret
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Invalid parameter: Token"):
        sns.confirm_subscription(TopicArn=topic, Token="0" * 232)


def test_subscriptions_are_listed_a_hundred_at_a_time(aws: Aws, sns: Any, topic: str):
    """API reference, ListSubscriptions and ListSubscriptionsByTopic."""
    arn = aws.queue().arn
    for number in range(101):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"{arn}-{number}")
    sns.subscribe(TopicArn=aws.topic(), Protocol="sqs", Endpoint=arn)

    first = sns.list_subscriptions()
    second = sns.list_subscriptions(NextToken=first["NextToken"])
    of_topic = sns.list_subscriptions_by_topic(TopicArn=topic, NextToken="100")

    assert (len(first["Subscriptions"]), len(second["Subscriptions"])) == (100, 2)
    assert [one["Endpoint"] for one in of_topic["Subscriptions"]] == [f"{arn}-100"]


def test_the_delivery_policy_of_a_subscription_is_described_with_what_then_holds(sns: Any, topic: str):
    """API reference, GetSubscriptionAttributes, EffectiveDeliveryPolicy: it takes the topic's into account."""
    sns.set_topic_attributes(
        TopicArn=topic,
        AttributeName="DeliveryPolicy",
        AttributeValue=json.dumps({"http": {"defaultRequestPolicy": {"headerContentType": "application/json"}}}),
    )
    policy = {"throttlePolicy": {"maxReceivesPerSecond": 10}, "healthyRetryPolicy": {"numRetries": 0}}
    subscription = sns.subscribe(
        TopicArn=topic,
        Protocol="https",
        Endpoint="https://hooks.example",
        Attributes={"DeliveryPolicy": json.dumps(policy)},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]

    effective = json.loads(described(sns, subscription)["EffectiveDeliveryPolicy"])

    assert effective["healthyRetryPolicy"]["numRetries"] == 0
    assert effective["throttlePolicy"] == {"maxReceivesPerSecond": 10}
    assert effective["requestPolicy"] == {"headerContentType": "application/json"}


def test_mobile_applications_are_a_clear_error(sns: Any, topic: str):
    """What is not done says so."""
    with pytest.raises(ClientError, match="platform applications"):
        sns.subscribe(
            TopicArn=topic, Protocol="application", Endpoint="arn:aws:sns:us-east-1:123456789012:endpoint/GCM/app/1"
        )
    with pytest.raises(ClientError, match="CreatePlatformApplication"):
        sns.create_platform_application(Name="app", Platform="GCM", Attributes={})
