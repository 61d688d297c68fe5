"""FIFO queues: groups, deduplication, sequence numbers."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.plane import Plane
from bus.local.sqs import SqsRoom


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(SqsRoom)


@pytest.fixture
def sqs(plane: Plane):
    return boto3.client("sqs", region_name=plane.region)


@pytest.fixture
def url(sqs: Any):
    return fifo(sqs, "orders.fifo")


def fifo(sqs: Any, name: str, **attributes: Any):
    return sqs.create_queue(
        QueueName=name, Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"} | attributes
    )["QueueUrl"]


def send(sqs: Any, url: str, group: str, body: str, **options: Any):
    return sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, **options)


def receive(sqs: Any, url: str, limit: int = 10, **options: Any):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=limit, **options).get("Messages", [])


def bodies(messages: list[Any]):
    return [message["Body"] for message in messages]


def test_a_group_is_received_in_order_and_before_the_next_group(sqs: Any, url: str):
    for group, body in [("a", "a1"), ("b", "b1"), ("a", "a2"), ("b", "b2")]:
        send(sqs, url, group, body)

    assert bodies(receive(sqs, url, 3)) == ["a1", "a2", "b1"]


def test_a_group_waits_for_what_is_in_flight_and_other_groups_do_not(plane: Plane, sqs: Any, url: str):
    for group, body in [("a", "a1"), ("a", "a2"), ("b", "b1")]:
        send(sqs, url, group, body)
    [first] = receive(sqs, url, 1)

    meanwhile = bodies(receive(sqs, url))
    heard = []
    plane.signals.on("arn:aws:sqs:us-east-1:123456789012:orders.fifo", lambda: heard.append(True))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])

    assert meanwhile == ["b1"]
    assert heard == [True]
    assert bodies(receive(sqs, url)) == ["a2"]


def test_a_message_that_times_out_comes_back_before_its_followers(plane: Plane, sqs: Any, url: str):
    for body in ("1", "2", "3"):
        send(sqs, url, "a", body)
    receive(sqs, url, 2, VisibilityTimeout=5)

    plane.engine.run_until_idle()

    assert bodies(receive(sqs, url)) == ["1", "2", "3"]


def test_a_duplicate_within_five_minutes_is_answered_with_the_first_message(plane: Plane, sqs: Any, url: str):
    first = send(sqs, url, "a", "same")
    plane.engine.advance(timedelta(seconds=299))
    second = send(sqs, url, "a", "same")
    plane.engine.advance(timedelta(seconds=1))
    third = send(sqs, url, "a", "same")

    assert second["MessageId"] == first["MessageId"]
    assert second["SequenceNumber"] == first["SequenceNumber"] < third["SequenceNumber"]
    assert len(receive(sqs, url)) == 2


def test_a_deleted_message_still_deduplicates(sqs: Any, url: str):
    send(sqs, url, "a", "same", MessageDeduplicationId="one")
    [message] = receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    send(sqs, url, "a", "other body", MessageDeduplicationId="one")

    assert receive(sqs, url) == []


def test_deduplication_can_be_scoped_to_the_group(sqs: Any):
    url = fifo(sqs, "scoped.fifo", DeduplicationScope="messageGroup")

    send(sqs, url, "a", "same")
    send(sqs, url, "b", "same")

    assert len(receive(sqs, url)) == 2


def test_a_message_says_its_group_its_sequence_and_its_deduplication_id(sqs: Any, url: str):
    sent = send(sqs, url, "a", "body", MessageDeduplicationId="id")

    [message] = receive(sqs, url, AttributeNames=["All"])

    assert message["Attributes"]["MessageGroupId"] == "a"
    assert message["Attributes"]["MessageDeduplicationId"] == "id"
    assert message["Attributes"]["SequenceNumber"] == sent["SequenceNumber"]


def test_dead_letters_let_the_group_go_on(plane: Plane, sqs: Any):
    fifo(sqs, "dead.fifo")
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead.fifo", "maxReceiveCount": 1}
    url = fifo(sqs, "source.fifo", RedrivePolicy=json.dumps(policy))
    send(sqs, url, "a", "poison")
    receive(sqs, url, VisibilityTimeout=1)
    send(sqs, url, "a", "next")
    plane.engine.run_until_idle()

    assert bodies(receive(sqs, url)) == ["next"]


def test_an_expired_receipt_handle_is_refused(plane: Plane, sqs: Any, url: str):
    send(sqs, url, "a", "1")
    [message] = receive(sqs, url, VisibilityTimeout=1)
    plane.engine.run_until_idle()

    with pytest.raises(ClientError, match="The receipt handle has expired"):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_a_dead_letter_queue_of_the_other_type_is_refused(sqs: Any):
    sqs.create_queue(QueueName="dead")
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead", "maxReceiveCount": 1}

    with pytest.raises(ClientError, match="same type of queue"):
        fifo(sqs, "source.fifo", RedrivePolicy=json.dumps(policy))


def test_a_group_id_and_a_way_to_deduplicate_are_required(sqs: Any):
    url = sqs.create_queue(QueueName="plain.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]

    with pytest.raises(ClientError, match="MessageGroupId"):
        sqs.send_message(QueueUrl=url, MessageBody="x")
    with pytest.raises(ClientError, match="ContentBasedDeduplication"):
        send(sqs, url, "a", "x")
