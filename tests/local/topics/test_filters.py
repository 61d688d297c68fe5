"""Filter policies: who gets what, and what SNS refuses."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bus.local.plane import Plane
from tests.local.topics.cases import queue, received, subscribe


def test_a_filter_policy_over_attributes_lets_through_what_matches(plane: Plane, sns: Any, topic: str):
    url, arn = queue(plane)
    subscribe(
        sns, topic, arn, RawMessageDelivery="true", FilterPolicy={"kind": ["order"], "price": [{"numeric": [">", 5]}]}
    )

    for kind, price in [("order", "10"), ("order", "1"), ("refund", "10")]:
        attributes = {
            "kind": {"DataType": "String", "StringValue": kind},
            "price": {"DataType": "Number", "StringValue": price},
        }
        sns.publish(TopicArn=topic, Message=f"{kind} {price}", MessageAttributes=attributes)

    assert [message["Body"] for message in received(plane, url)] == ["order 10"]
    assert [hop.outcome for hop in plane.ledger.find("sns", "deliver")] == ["filtered", "filtered", "ok"]


def test_a_filter_policy_over_the_body_lets_through_what_matches_and_is_json(plane: Plane, sns: Any, topic: str):
    url, arn = queue(plane)
    subscribe(
        sns, topic, arn, RawMessageDelivery="true", FilterPolicyScope="MessageBody", FilterPolicy={"a": {"b": ["c"]}}
    )

    for message in ('{"a": {"b": "c"}}', '{"a": {"b": "d"}}', "no json"):
        sns.publish(TopicArn=topic, Message=message)

    assert [message["Body"] for message in received(plane, url)] == ['{"a": {"b": "c"}}']


def test_a_filter_policy_can_be_changed(plane: Plane, sns: Any, topic: str):
    url, arn = queue(plane)
    subscription = subscribe(sns, topic, arn, RawMessageDelivery="true", FilterPolicy={"kind": ["order"]})

    sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue="{}")
    sns.publish(TopicArn=topic, Message="anything")

    assert len(received(plane, url)) == 1


def test_a_filter_policy_is_refused_in_the_words_of_sns(plane: Plane, sns: Any, topic: str):
    wrong = {"FilterPolicy": {"key": {"suffix": "value"}}, "FilterPolicyScope": "MessageBody"}
    source = '[Source: (String)"{"key": {"suffix": "value"}}"; line: 1, column: 21]'
    reason = f'FilterPolicy: "suffix" must be an object or an array\n at {source}'
    subscription = subscribe(sns, topic, plane.arn("sqs", "mails"), FilterPolicyScope="MessageBody")

    with pytest.raises(ClientError) as subscribing:
        subscribe(sns, topic, plane.arn("sqs", "others"), **wrong)
    with pytest.raises(ClientError) as changing:
        sns.set_subscription_attributes(
            SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue=json.dumps(wrong["FilterPolicy"])
        )

    assert subscribing.value.response["Error"]["Message"] == f"Invalid parameter: Attributes Reason: {reason}"
    assert changing.value.response["Error"]["Message"] == f"Invalid parameter: {reason}"
