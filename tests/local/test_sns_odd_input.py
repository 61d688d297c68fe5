"""What is no Unicode, what a caller changes too late, and what a dead-letter queue refuses."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.outside import Outside
from bus.local.plane import Plane
from bus.local.resources import RefusedValuesError, Resource
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom

HALF = "\ud800"
ATTRIBUTE = {"DataType": "String", "StringValue": "x"}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    plane = plane_with(Outside, SqsRoom, SnsRoom)
    plane.call("sqs", "CreateQueue", QueueName="queue")
    return plane


@pytest.fixture
def sns(plane: Plane) -> Any:
    return boto3.client("sns", region_name=plane.region)


@pytest.fixture
def topic(plane: Plane, sns: Any) -> str:
    arn = str(sns.create_topic(Name="news")["TopicArn"])
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=plane.arn("sqs", "queue"))
    return arn


@pytest.mark.parametrize(
    "more",
    [
        {"Subject": HALF},
        {"MessageAttributes": {HALF: ATTRIBUTE}},
        {"MessageAttributes": {"a": {**ATTRIBUTE, "DataType": "String." + HALF}}},
        {"MessageAttributes": {"a": {**ATTRIBUTE, "StringValue": HALF}}},
        {"MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": HALF}}},
        {"MessageStructure": "json", "Message": json.dumps({"default": HALF})},
        {"MessageStructure": "json", "Message": json.dumps({"default": "x", "sqs": HALF})},
    ],
)
def test_a_message_that_is_no_unicode_is_refused(plane: Plane, sns: Any, topic: str, more: dict[str, Any]):
    with pytest.raises(ClientError, match="Invalid"):
        sns.publish(TopicArn=topic, **{"Message": "hello", **more})

    assert plane.ledger.find("sns", "Publish") == []


def test_a_message_keeps_the_attributes_that_it_was_published_with(plane: Plane, sns: Any, topic: str):
    attributes = {"kind": dict(ATTRIBUTE)}
    for kind in ("a", "b"):
        attributes["kind"]["StringValue"] = kind
        sns.publish(TopicArn=topic, Message=kind, MessageAttributes=attributes)
    plane.engine.run_until_idle()

    url = "https://sqs.us-east-1.amazonaws.com/123456789012/queue"
    messages = plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    envelopes = [json.loads(message["Body"]) for message in messages]
    assert [(one["Message"], one["MessageAttributes"]["kind"]["Value"]) for one in envelopes] == [
        ("a", "a"),
        ("b", "b"),
    ]


def test_what_a_dead_letter_queue_refuses_is_lost_and_no_dead_letter(plane: Plane, sns: Any):
    arn = sns.create_topic(Name="lost")["TopicArn"]
    policy = json.dumps({"deadLetterTargetArn": plane.arn("sqs", "no-dead-letters")})
    missing = plane.arn("sqs", "missing")
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=missing, Attributes={"RedrivePolicy": policy})

    sns.publish(TopicArn=arn, Message="hello")
    plane.engine.run_until_idle()

    assert [hop.outcome for hop in plane.ledger.find("sns", "deliver")] == ["lost"]


def test_a_topic_with_an_endpoint_that_is_refused_is_not_made(plane: Plane, sns: Any):
    subscriptions = [{"Protocol": "email", "Endpoint": "ada@x.example"}, {"Protocol": "sqs", "Endpoint": "no ARN"}]
    properties = {"TopicName": "half", "Subscription": subscriptions}

    with pytest.raises(RefusedValuesError, match="SQS endpoint ARN"):
        plane.makers.make(Resource("s", "Thing", "AWS::SNS::Topic", properties, "s-Thing-1", "t.yaml", 3))

    assert sns.list_topics()["Topics"] == []


def test_a_policy_for_topics_of_which_one_is_missing_is_given_to_none(plane: Plane, sns: Any, topic: str):
    allow = {"Statement": [{"Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "sns:Publish"}]}
    properties = {"Topics": [topic, topic + "-not"], "PolicyDocument": allow}

    with pytest.raises(RefusedValuesError, match="Topic does not exist"):
        plane.makers.make(Resource("s", "Thing", "AWS::SNS::TopicPolicy", properties, "s-Thing-1", "t.yaml", 3))

    policy = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["__default_statement_ID"]
