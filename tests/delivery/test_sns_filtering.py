"""Filter policies, as documented."""

import json
from typing import Any

import pytest

from tests.delivery.aws import Aws, Queue


@pytest.fixture
def topic(aws: Aws) -> str:
    return aws.topic()


def subscribed(aws: Aws, topic: str, policy: Any, scope: str = "MessageAttributes") -> Queue:
    queue = aws.queue()
    attributes = {"FilterPolicy": json.dumps(policy), "FilterPolicyScope": scope, "RawMessageDelivery": "true"}
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=attributes)
    return queue


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def number(value: str) -> dict[str, str]:
    return {"DataType": "Number", "StringValue": value}


def published(aws: Aws, topic: str, queue: Queue, **attributes: Any) -> bool:
    """Whether a message with these attributes arrives."""
    aws.client("sns").publish(TopicArn=topic, Message="x", MessageAttributes=attributes)
    aws.idle()
    return queue.bodies() == ["x"]


def test_a_subscription_receives_only_messages_whose_attributes_its_policy_accepts(aws: Aws, topic: str):
    """Developer guide, "Amazon SNS subscription filter policies"."""
    queue = subscribed(aws, topic, {"store": ["example"], "price": [{"numeric": [">=", 100]}]})

    assert published(aws, topic, queue, store=text("example"), price=number("100"))
    assert published(aws, topic, queue, store=text("example"), price=number("100.5"), more=text("x"))
    assert not published(aws, topic, queue, store=text("example"), price=number("99"))
    assert not published(aws, topic, queue, store=text("other"), price=number("100"))
    assert not published(aws, topic, queue, store=text("example"))
    assert not published(aws, topic, queue)


def test_an_array_of_strings_matches_when_one_of_its_values_does(aws: Aws, topic: str):
    """Developer guide, "Amazon SNS message attributes", String.Array."""
    queue = subscribed(aws, topic, {"interests": ["rugby"]})

    assert published(
        aws, topic, queue, interests={"DataType": "String.Array", "StringValue": '["soccer", "rugby", 1, true, null]'}
    )
    assert not published(aws, topic, queue, interests={"DataType": "String.Array", "StringValue": '["soccer"]'})


def test_binary_attributes_are_ignored_by_filter_policies(aws: Aws, topic: str):
    """Developer guide, "Amazon SNS subscription filter policies"."""
    queue = subscribed(aws, topic, {"key": [{"exists": False}], "kind": ["a"]})

    assert published(aws, topic, queue, key={"DataType": "Binary", "BinaryValue": b"x"}, kind=text("a"))


@pytest.mark.parametrize(
    ("condition", "accepted", "refused"),
    [
        ([{"anything-but": ["rugby"]}], "soccer", "rugby"),
        ([{"anything-but": {"prefix": "order-"}}], "data", "order-1"),
        ([{"prefix": "bas"}], "basket", "ball"),
        ([{"suffix": "ball"}], "baseball", "balls"),
        ([{"equals-ignore-case": "tennis"}], "TENNIS", "tennis "),
        ([{"wildcard": "*ball*"}], "footballs", "bal"),
        ([{"cidr": "10.0.0.0/24"}], "10.0.0.255", "10.0.1.0"),
    ],
)
def test_strings_match_by_every_documented_operator(aws: Aws, topic: str, condition: Any, accepted: str, refused: str):
    """Developer guide, "String value matching"."""
    queue = subscribed(aws, topic, {"key": condition})

    assert published(aws, topic, queue, key=text(accepted))
    assert not published(aws, topic, queue, key=text(refused))


def test_policies_of_the_body_match_nested_documents(aws: Aws, topic: str):
    """Developer guide, "Amazon SNS payload-based message filtering"."""
    queue = subscribed(aws, topic, {"store": {"country": ["CH"]}, "$or": [{"a": [1]}, {"b": [1]}]}, "MessageBody")
    sns = aws.client("sns")

    for body in (
        '{"store": {"country": "CH"}, "b": 1}',
        '{"store": {"country": "CH"}}',
        '{"store": {"country": "FR"}, "a": 1}',
        "no json",
        "[1]",
        '{"store": {"country": "CH"}, "b": 1, "deep": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ):
        sns.publish(TopicArn=topic, Message=body)
    aws.idle()

    assert queue.bodies() == ['{"store": {"country": "CH"}, "b": 1}']


def test_a_changed_policy_holds_for_what_is_published_from_then_on(aws: Aws, topic: str):
    """API reference, SetSubscriptionAttributes, FilterPolicy; an empty policy accepts everything."""
    queue = subscribed(aws, topic, {"kind": ["a"]})
    sns = aws.client("sns")
    [listed] = sns.list_subscriptions()["Subscriptions"]

    sns.set_subscription_attributes(
        SubscriptionArn=listed["SubscriptionArn"], AttributeName="FilterPolicy", AttributeValue="{}"
    )

    assert published(aws, topic, queue)


@pytest.mark.parametrize(
    ("policy", "scope"),
    [
        ({f"k{key}": ["x"] for key in range(6)}, "MessageAttributes"),
        ({"a": {"b": ["c"]}}, "MessageAttributes"),
        ({"a": "b"}, "MessageBody"),
        ({"a": [{"numeric": [">", 1e10]}]}, "MessageBody"),
        ({"a": [{"wildcard": "*a*b*c*d"}]}, "MessageBody"),
        ({"a": [str(value) for value in range(151)]}, "MessageAttributes"),
    ],
)
def test_a_policy_beyond_the_constraints_is_refused(aws: Aws, topic: str, policy: Any, scope: str):
    """Developer guide, "Filter policy constraints in Amazon SNS"."""
    with pytest.raises(aws.client("sns").exceptions.InvalidParameterException, match=r"(?i)filter ?policy"):
        subscribed(aws, topic, policy, scope)


def test_a_topic_has_at_most_200_filter_policies(aws: Aws, topic: str):
    """Developer guide, "Filter policy constraints in Amazon SNS"."""
    sns, arn = aws.client("sns"), aws.queue().arn
    for each in range(200):
        wanted = {"Protocol": "sqs", "Endpoint": f"{arn}-{each}", "Attributes": {"FilterPolicy": '{"a": ["b"]}'}}
        sns.subscribe(TopicArn=topic, **wanted)

    with pytest.raises(sns.exceptions.FilterPolicyLimitExceededException):
        subscribed(aws, topic, {"a": ["b"]})
