"""AWS::SQS::Queue, QueuePolicy and QueueInlinePolicy, made, changed and deleted."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from bus.local.sqs import SqsRoom

OPEN = {"Statement": [{"Sid": "first", "Effect": "Allow", "Principal": "*", "Action": "*"}]}
OTHER = {"Statement": [{"Sid": "second", "Effect": "Allow", "Principal": "*", "Action": "*"}]}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(SqsRoom)


@pytest.fixture
def sqs(plane: Plane):
    return boto3.client("sqs", region_name=plane.region)


def make(plane: Plane, type_: str, logical_id: str = "One", **properties: Any):
    wanted = Resource("stack", logical_id, f"AWS::SQS::{type_}", properties, f"stack-{logical_id}-1")
    return Made(wanted, plane.makers.make(wanted))


def update(plane: Plane, made: Made, **properties: Any):
    wanted = Resource("stack", made.wanted.logical_id, made.wanted.type, properties, made.wanted.name)
    return Made(wanted, plane.makers.update(wanted, made))


def attributes(sqs: Any, url: str):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_a_changed_queue_keeps_its_messages_and_receive_counts(plane: Plane, sqs: Any):
    made = make(plane, "Queue", VisibilityTimeout=5, Tags=[{"Key": "team", "Value": "orders"}])
    sqs.send_message(QueueUrl=made.ref, MessageBody="x")
    sqs.receive_message(QueueUrl=made.ref)
    dead = make(plane, "Queue", "Dead")
    policy = {"deadLetterTargetArn": dead.deployed.attributes["Arn"], "maxReceiveCount": 2}

    changed = update(plane, made, DelaySeconds=7, RedrivePolicy=policy, Tags=[{"Key": "stage", "Value": "live"}])
    plane.engine.run_until_idle()
    [message] = sqs.receive_message(QueueUrl=made.ref, AttributeNames=["All"])["Messages"]

    assert changed.deployed == made.deployed
    assert message["Attributes"]["ApproximateReceiveCount"] == "2"
    known = attributes(sqs, made.ref)
    assert (known["VisibilityTimeout"], known["DelaySeconds"]) == ("30", "7"), "what is gone has its default"
    assert json.loads(known["RedrivePolicy"]) == policy
    assert sqs.list_queue_tags(QueueUrl=made.ref)["Tags"] == {"stage": "live"}


def test_a_property_that_is_taken_away_has_its_default_again(plane: Plane, sqs: Any):
    dead = make(plane, "Queue", "Dead", FifoQueue=True)
    policy = {"deadLetterTargetArn": dead.deployed.attributes["Arn"], "maxReceiveCount": 2}
    everything = {
        "ContentBasedDeduplication": True,
        "DeduplicationScope": "messageGroup",
        "DelaySeconds": 1,
        "FifoThroughputLimit": "perMessageGroupId",
        "MaximumMessageSize": 1024,
        "MessageRetentionPeriod": 60,
        "ReceiveMessageWaitTimeSeconds": 1,
        "RedrivePolicy": policy,
        "RedriveAllowPolicy": {"redrivePermission": "denyAll"},
        "VisibilityTimeout": 1,
    }
    plain = attributes(sqs, make(plane, "Queue", "Plain", FifoQueue=True).ref)
    made = make(plane, "Queue", FifoQueue=True, **everything)

    update(plane, made, FifoQueue=True)

    own = {"QueueArn", "CreatedTimestamp", "LastModifiedTimestamp"}
    known = attributes(sqs, made.ref)
    assert {name: text for name, text in known.items() if name not in own} == {
        name: text for name, text in plain.items() if name not in own
    }


def test_a_fifo_queue_without_a_name_gets_one_that_ends_in_fifo(plane: Plane):
    for name in ("stack-One-1", "stack-Two-1.fifo"):  # as `Resource.name` has it, with the ending or without
        wanted = Resource("stack", "One", "AWS::SQS::Queue", {"FifoQueue": True}, name)

        made = plane.makers.make(wanted)

        assert made.attributes["QueueName"] == name.removesuffix(".fifo") + ".fifo"


def test_a_key_that_is_taken_away_leaves_the_encryption_of_before(plane: Plane, sqs: Any):
    made = make(plane, "Queue", KmsMasterKeyId="alias/orders")
    encrypted = attributes(sqs, made.ref)

    update(plane, made)

    plain = attributes(sqs, made.ref)
    assert (encrypted["SqsManagedSseEnabled"], encrypted["KmsDataKeyReusePeriodSeconds"]) == ("false", "300")
    assert plain["SqsManagedSseEnabled"] == "true"
    assert "KmsDataKeyReusePeriodSeconds" not in plain


def test_a_queue_is_replaced_for_another_name_or_type_alone(plane: Plane):
    made = make(plane, "Queue", QueueName="orders", DelaySeconds=1)

    def replaces(**properties: Any):
        wanted = Resource("stack", "One", "AWS::SQS::Queue", properties, "stack-One-1")
        return plane.makers.replaces(wanted, made)

    assert not replaces(QueueName="orders", DelaySeconds=2)
    assert replaces(QueueName="others", DelaySeconds=1)
    assert replaces(QueueName="orders", DelaySeconds=1, FifoQueue=True)


def test_a_removed_queue_is_gone_with_its_messages_and_timers(plane: Plane, sqs: Any):
    made = make(plane, "Queue")
    sqs.send_message(QueueUrl=made.ref, MessageBody="x", DelaySeconds=100)
    start = plane.clock.time()

    plane.makers.remove(made)
    plane.engine.run_until_idle()

    assert plane.clock.time() == start
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        attributes(sqs, made.ref)


def test_a_queue_with_a_bad_policy_is_not_changed_at_all(plane: Plane, sqs: Any):
    made = make(plane, "Queue", DelaySeconds=1)
    policy = {"deadLetterTargetArn": plane.arn("sqs", "nobodys"), "maxReceiveCount": 2}

    with pytest.raises(ClientError):
        sqs.set_queue_attributes(
            QueueUrl=made.ref, Attributes={"DelaySeconds": "2", "RedrivePolicy": json.dumps(policy)}
        )

    assert attributes(sqs, made.ref)["DelaySeconds"] == "1"


def test_a_policy_follows_its_queues_and_goes_with_its_resource(plane: Plane, sqs: Any):
    first, second = make(plane, "Queue", "First").ref, make(plane, "Queue", "Second").ref
    policy = make(plane, "QueuePolicy", PolicyDocument=OPEN, Queues=[first])

    policy = update(plane, policy, PolicyDocument=OTHER, Queues=[second])
    assert "Policy" not in attributes(sqs, first)
    assert json.loads(attributes(sqs, second)["Policy"]) == OTHER

    plane.makers.remove(policy)
    assert "Policy" not in attributes(sqs, second)


def test_an_inline_policy_is_that_of_one_queue(plane: Plane, sqs: Any):
    url = make(plane, "Queue", "First").ref
    policy = make(plane, "QueueInlinePolicy", PolicyDocument=OPEN, Queue=url)
    assert policy.ref == url

    policy = update(plane, policy, PolicyDocument=OTHER, Queue=url)
    assert json.loads(attributes(sqs, url)["Policy"]) == OTHER

    sqs.delete_queue(QueueUrl=url)
    plane.makers.remove(policy)
