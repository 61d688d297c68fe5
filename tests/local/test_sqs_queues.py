"""Queues themselves: names, attributes, errors, purging, and queues from templates."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import UnsupportedResourceError
from bus.local.plane import Plane
from bus.local.resources import Resource
from bus.local.sqs import SqsRoom


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(SqsRoom)


@pytest.fixture
def sqs(plane: Plane):
    return boto3.client("sqs", region_name=plane.region)


def queue_resource(**properties: Any):
    return Resource("stack", "Orders", "AWS::SQS::Queue", properties, "stack-Orders-1", "template.yaml", 7)


def test_a_new_queue_has_the_defaults_of_aws(sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]

    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    assert url == "https://sqs.us-east-1.amazonaws.com/123456789012/orders"
    assert attributes == {
        "QueueArn": "arn:aws:sqs:us-east-1:123456789012:orders",
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "CreatedTimestamp": "1767225600",
        "LastModifiedTimestamp": "1767225600",
        "VisibilityTimeout": "30",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
    }


def test_an_unknown_queue_is_an_error_by_both_of_its_names(sqs: Any):
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as caught:
        sqs.get_queue_url(QueueName="nowhere")

    assert caught.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert caught.value.response["Error"]["QueryErrorCode"] == "QueueDoesNotExist"


def test_creating_a_queue_again_is_harmless_unless_an_attribute_differs(sqs: Any):
    first = sqs.create_queue(QueueName="orders", Attributes={"DelaySeconds": "1"})

    again = sqs.create_queue(QueueName="orders")
    with pytest.raises(sqs.exceptions.QueueNameExists, match="different value for attribute DelaySeconds"):
        sqs.create_queue(QueueName="orders", Attributes={"DelaySeconds": "2"})

    assert again["QueueUrl"] == first["QueueUrl"]


def test_the_name_of_a_deleted_queue_is_free_after_a_minute(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.delete_queue(QueueUrl=url)

    with pytest.raises(sqs.exceptions.QueueDeletedRecently):
        sqs.create_queue(QueueName="orders")
    plane.engine.advance(timedelta(seconds=60))

    assert sqs.create_queue(QueueName="orders")["QueueUrl"] == url


def test_queues_are_listed_by_prefix(sqs: Any):
    for name in ("orders-a", "orders-b", "mails"):
        sqs.create_queue(QueueName=name)

    urls = sqs.list_queues(QueueNamePrefix="orders")["QueueUrls"]

    assert [url.rpartition("/")[2] for url in urls] == ["orders-a", "orders-b"]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"VisibilityTimeout": "43201"}, "InvalidAttributeValue"),
        ({"DelaySeconds": "soon"}, "InvalidAttributeValue"),
        ({"ContentBasedDeduplication": "true"}, "InvalidAttributeName"),
        ({"Colour": "red"}, "InvalidAttributeName"),
        ({"RedrivePolicy": "not json"}, "InvalidAttributeValue"),
        ({"RedrivePolicy": json.dumps({"deadLetterTargetArn": "arn:x"})}, "InvalidParameterValue"),
        (
            {"RedrivePolicy": json.dumps({"deadLetterTargetArn": "arn:x", "maxReceiveCount": 3})},
            "InvalidParameterValue",
        ),
    ],
)
def test_an_attribute_that_sqs_refuses_is_refused(sqs: Any, attributes: Any, code: str):
    with pytest.raises(ClientError) as caught:
        sqs.create_queue(QueueName="orders", Attributes=attributes)

    assert caught.value.response["Error"]["Code"] == code


def test_a_dead_letter_queue_may_choose_its_sources(sqs: Any):
    dead_letters = sqs.create_queue(
        QueueName="dead", Attributes={"RedriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"})}
    )["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})

    with pytest.raises(ClientError, match="does not allow this source"):
        sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})


def test_a_purge_empties_the_queue_and_the_next_must_wait_a_minute(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="visible")
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=10)

    sqs.purge_queue(QueueUrl=url)
    with pytest.raises(sqs.exceptions.PurgeQueueInProgress):
        sqs.purge_queue(QueueUrl=url)
    plane.engine.advance(timedelta(minutes=1))
    sqs.purge_queue(QueueUrl=url)

    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_tags_are_kept(sqs: Any):
    url = sqs.create_queue(QueueName="orders", tags={"team": "orders"})["QueueUrl"]

    sqs.tag_queue(QueueUrl=url, Tags={"stage": "dev"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["team"])

    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"stage": "dev"}


def test_a_template_makes_a_queue_with_its_dead_letters_and_policy(plane: Plane, sqs: Any):
    dead = plane.makers.make(queue_resource(QueueName="dead"))
    made = plane.makers.make(
        queue_resource(
            VisibilityTimeout=90,
            RedrivePolicy={"deadLetterTargetArn": dead.attributes["Arn"], "maxReceiveCount": 5},
            Tags=[{"Key": "team", "Value": "orders"}],
        )
    )
    policy = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}}]}
    plane.makers.make(
        Resource("stack", "P", "AWS::SQS::QueuePolicy", {"PolicyDocument": policy, "Queues": [made.ref]}, "stack-P-1")
    )

    attributes = sqs.get_queue_attributes(QueueUrl=made.ref, AttributeNames=["All"])["Attributes"]

    assert made.attributes["QueueName"] == "stack-Orders-1"
    assert attributes["VisibilityTimeout"] == "90"
    assert json.loads(attributes["RedrivePolicy"])["maxReceiveCount"] == 5
    assert json.loads(attributes["Policy"]) == policy


def test_a_template_makes_a_fifo_queue_with_a_generated_name(plane: Plane):
    made = plane.makers.make(queue_resource(FifoQueue=True, ContentBasedDeduplication=True))

    assert made.attributes["QueueName"] == "stack-Orders-1.fifo"


def test_a_property_that_no_queue_has_names_its_place(plane: Plane):
    with pytest.raises(UnsupportedResourceError, match=r"template\.yaml:7: Orders .* the property Colour"):
        plane.makers.make(queue_resource(Colour="red"))
