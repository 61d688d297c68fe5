"""Standard queues: sending, receiving, visibility, dead letters, retention."""

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


def bodies(sqs: Any, url: str, **options: Any):
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **options)
    return [message["Body"] for message in received.get("Messages", [])]


def attribute(sqs: Any, url: str, name: str):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]


def with_dead_letters(sqs: Any, max_receives: int):
    dead_letters = sqs.create_queue(QueueName="dead")["QueueUrl"]
    policy = {"deadLetterTargetArn": attribute(sqs, dead_letters, "QueueArn"), "maxReceiveCount": max_receives}
    url = sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": json.dumps(policy)})["QueueUrl"]
    return url, dead_letters


def test_a_message_is_received_as_it_was_sent_with_the_checksums_of_its_parts(sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sent = sqs.send_message(
        QueueUrl=url,
        MessageBody="hello",
        MessageAttributes={
            "kind": {"DataType": "String", "StringValue": "order"},
            "raw": {"DataType": "Binary", "BinaryValue": b"\x00\x01"},
        },
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-2-3"}},
    )

    [message] = sqs.receive_message(
        QueueUrl=url, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"], WaitTimeSeconds=20
    )["Messages"]

    assert sent["MD5OfMessageBody"] == message["MD5OfBody"] == "5d41402abc4b2a76b9719d911017c592"
    assert sent["MD5OfMessageAttributes"] == message["MD5OfMessageAttributes"]
    assert message["MessageId"] == sent["MessageId"]
    assert message["MessageAttributes"]["raw"] == {"DataType": "Binary", "BinaryValue": b"\x00\x01"}
    assert message["Attributes"] == {
        "SenderId": "AIDAOMNIBUSLOCALPLANE",
        "SentTimestamp": "1767225600000",
        "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": "1767225600000",
        "AWSTraceHeader": "Root=1-2-3",
    }


def test_the_checksum_of_attributes_is_the_one_that_aws_computes(sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]

    sent = sqs.send_message(
        QueueUrl=url,
        MessageBody="x",
        MessageAttributes={"timestamp": {"DataType": "Number", "StringValue": "1493147359900"}},
    )

    assert sent["MD5OfMessageAttributes"] == "235c5c510d26fb653d073faed50ae77c"


def test_a_message_in_flight_is_hidden_until_its_visibility_timeout_and_then_counted_again(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")

    first = bodies(sqs, url)
    hidden = bodies(sqs, url)
    plane.engine.advance(timedelta(seconds=60))
    [again] = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"]

    assert (first, hidden) == (["one"], [])
    assert again["Attributes"] == {"ApproximateReceiveCount": "2"}


def test_a_deleted_message_leaves_nothing_to_wait_for(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    before = plane.clock.time()

    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    plane.engine.run_until_idle()

    assert plane.clock.time() == before
    assert bodies(sqs, url) == []


def test_an_older_receipt_handle_does_not_delete(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    [first] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=5)["Messages"]
    plane.engine.run_until_idle()
    [second] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=5)["Messages"]

    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    after_first = attribute(sqs, url, "ApproximateNumberOfMessagesNotVisible")
    plane.engine.run_until_idle()
    sqs.delete_message(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"])

    assert after_first == "1"
    assert bodies(sqs, url) == []


def test_visibility_can_be_lengthened_and_given_up(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    [message] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=10)["Messages"]

    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=100)
    plane.engine.advance(timedelta(seconds=99))
    hidden = bodies(sqs, url)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)

    assert hidden == []
    assert bodies(sqs, url) == ["one"]


def test_visibility_ends_twelve_hours_after_the_receive(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    plane.engine.advance(timedelta(seconds=10))

    with pytest.raises(ClientError, match="beyond the limit"):
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=43_200)


def test_a_delayed_message_is_counted_and_becomes_visible_in_time(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders", Attributes={"DelaySeconds": "5"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="by the queue")
    sqs.send_message(QueueUrl=url, MessageBody="by itself", DelaySeconds=9)
    sqs.send_message(QueueUrl=url, MessageBody="at once", DelaySeconds=0)

    counted = attribute(sqs, url, "ApproximateNumberOfMessagesDelayed")
    at_once = bodies(sqs, url)
    plane.engine.advance(timedelta(seconds=5))
    later = bodies(sqs, url)

    assert (counted, at_once, later) == ("2", ["at once"], ["by the queue"])


def test_whatever_becomes_visible_is_signalled(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    heard = []
    plane.signals.on(attribute(sqs, url, "QueueArn"), lambda: heard.append(plane.clock.time()))
    start = plane.clock.time()

    sqs.send_message(QueueUrl=url, MessageBody="one", DelaySeconds=3)
    plane.engine.run_until_idle()
    bodies(sqs, url, VisibilityTimeout=4)
    plane.engine.run_until_idle()

    assert heard == [start + 3, start + 7]


def test_the_receive_that_would_exceed_the_limit_moves_the_message_to_the_dead_letters(plane: Plane, sqs: Any):
    url, dead_letters = with_dead_letters(sqs, max_receives=2)
    with plane.ledger.following("event-1"):
        sent = sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        assert bodies(sqs, url) == ["poison"]
        plane.engine.run_until_idle()

    third = bodies(sqs, url)
    [dead] = sqs.receive_message(QueueUrl=dead_letters, AttributeNames=["DeadLetterQueueSourceArn"])["Messages"]

    assert third == []
    assert (dead["MessageId"], dead["Body"]) == (sent["MessageId"], "poison")
    assert dead["Attributes"]["DeadLetterQueueSourceArn"].endswith(":source")
    [hop] = plane.ledger.find("sqs", "redrive")
    assert (hop.event_id, hop.outcome, hop.attempt) == ("event-1", "dead-letter", 2)


def test_the_sources_of_a_dead_letter_queue_are_listed(sqs: Any):
    url, dead_letters = with_dead_letters(sqs, max_receives=2)

    assert sqs.list_dead_letter_source_queues(QueueUrl=dead_letters)["queueUrls"] == [url]


def test_a_message_expires_after_the_retention_period_even_among_the_dead_letters(plane: Plane, sqs: Any):
    url, dead_letters = with_dead_letters(sqs, max_receives=1)
    sqs.set_queue_attributes(QueueUrl=dead_letters, Attributes={"MessageRetentionPeriod": "3600"})
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    plane.engine.advance(timedelta(minutes=30))
    bodies(sqs, url, VisibilityTimeout=1)
    plane.engine.run_until_idle()
    bodies(sqs, url)

    present = attribute(sqs, dead_letters, "ApproximateNumberOfMessages")
    plane.engine.advance(timedelta(minutes=30))

    assert (present, attribute(sqs, dead_letters, "ApproximateNumberOfMessages")) == ("1", "0")
    assert [hop.outcome for hop in plane.ledger.find("sqs", "expire")] == ["expired"]


def test_an_idle_queue_with_messages_lets_the_plane_be_idle(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    before = plane.clock.time()

    plane.engine.run_until_idle()

    assert plane.clock.time() == before


def test_a_batch_reports_each_entry_by_itself(sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]

    answer = sqs.send_message_batch(
        QueueUrl=url,
        Entries=[{"Id": "good", "MessageBody": "one"}, {"Id": "bad", "MessageBody": "\x01"}],
    )
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    deleted = sqs.delete_message_batch(
        QueueUrl=url,
        Entries=[
            {"Id": "real", "ReceiptHandle": received[0]["ReceiptHandle"]},
            {"Id": "made-up", "ReceiptHandle": "made up"},
        ],
    )

    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert [(entry["Id"], entry["Code"]) for entry in answer["Failed"]] == [("bad", "InvalidMessageContents")]
    assert [entry["Id"] for entry in deleted["Successful"]] == ["real"]
    assert [(entry["Id"], entry["Code"]) for entry in deleted["Failed"]] == [("made-up", "ReceiptHandleIsInvalid")]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([("same", "x"), ("same", "x")], "BatchEntryIdsNotDistinct"),
        ([(str(number), "x") for number in range(11)], "TooManyEntriesInBatchRequest"),
        ([("a b", "x")], "InvalidBatchEntryId"),
        ([("one", "x" * 600_000), ("two", "x" * 600_000)], "BatchRequestTooLong"),
        ([], "EmptyBatchRequest"),
    ],
)
def test_a_malformed_batch_is_refused_whole(sqs: Any, entries: Any, code: str):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]

    with pytest.raises(ClientError) as caught:
        sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": name, "MessageBody": body} for name, body in entries])

    assert caught.value.response["Error"]["Code"] == f"AWS.SimpleQueueService.{code}"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"MessageBody": ""}, "MissingParameter"),
        ({"MessageBody": "\x0b"}, "InvalidMessageContents"),
        ({"MessageBody": "é" * 524_289}, "InvalidParameterValue"),
        ({"MessageBody": "x", "DelaySeconds": 901}, "InvalidParameterValue"),
        ({"MessageBody": "x", "MessageDeduplicationId": "1"}, "InvalidParameterValue"),
        (
            {"MessageBody": "x", "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "many"}}},
            "InvalidParameterValue",
        ),
        (
            {"MessageBody": "x", "MessageAttributes": {"AWS.n": {"DataType": "String", "StringValue": "x"}}},
            "InvalidParameterValue",
        ),
    ],
)
def test_a_message_that_sqs_refuses_is_refused(sqs: Any, message: Any, code: str):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]

    with pytest.raises(ClientError) as caught:
        sqs.send_message(QueueUrl=url, **message)

    assert caught.value.response["Error"]["Code"] == code


def test_a_mebibyte_is_accepted(sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]

    sqs.send_message(QueueUrl=url, MessageBody="x" * 1_048_576)

    assert attribute(sqs, url, "ApproximateNumberOfMessages") == "1"


def test_a_long_queue_costs_no_more_than_a_short_one(plane: Plane, sqs: Any):
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    queue = plane.rooms["sqs"].queues.at(url)
    for number in range(20_000):
        plane.call("sqs", "SendMessage", QueueUrl=url, MessageBody=str(number))

    steps = 0
    while received := plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        steps += len(received)
        for message in received:
            queue.delete(message["ReceiptHandle"])

    assert steps == 20_000
    assert plane.engine.clock.time() == queue.created_at
