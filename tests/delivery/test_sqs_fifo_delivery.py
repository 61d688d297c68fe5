"""SQS developer guide, "Amazon SQS FIFO queues": order, groups, deduplication, exactly-once processing."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue


@pytest.fixture
def queue(aws: Aws) -> Queue:
    return aws.queue(FifoQueue="true", ContentBasedDeduplication="true")


def put(queue: Queue, *bodies: str, **more: Any) -> None:
    """Send messages whose first letter is their group."""
    for body in bodies:
        queue.send(body, MessageGroupId=body[0], **more)


def bodies(messages: list[dict[str, Any]]) -> list[str]:
    return [message["Body"] for message in messages]


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_a_group_is_received_in_the_order_it_was_sent(queue: Queue):
    """FIFO delivery logic: as many of one group as possible are returned together."""
    put(queue, "a1", "b1", "a2", "a3", "b2")

    received = bodies(queue.receive())

    assert [body for body in received if body[0] == "a"] == ["a1", "a2", "a3"]
    assert [body for body in received if body[0] == "b"] == ["b1", "b2"]


def test_no_more_of_a_group_is_received_while_some_of_it_is_in_flight(queue: Queue):
    """ReceiveMessage: other groups are received meanwhile."""
    put(queue, "a1", "a2", "b1")
    [first] = queue.receive(MaxNumberOfMessages=1)

    meanwhile = bodies(queue.receive())
    queue.delete(first)

    assert (first["Body"], meanwhile) == ("a1", ["b1"])
    assert bodies(queue.receive()) == ["a2"]


def test_a_message_that_was_not_deleted_is_received_again_before_what_follows_it(aws: Aws, queue: Queue):
    """FIFO delivery logic."""
    put(queue, "a1", "a2", "a3")
    queue.receive(MaxNumberOfMessages=1, VisibilityTimeout=5)
    put(queue, "a4")
    aws.wait(6)

    assert bodies(queue.receive()) == ["a1", "a2", "a3", "a4"]


def test_giving_one_message_of_several_back_holds_up_its_group(aws: Aws, queue: Queue):
    """FIFO delivery logic: nothing of a group while any of it is in flight."""
    put(queue, "a1", "a2", "a3")
    first, second = queue.receive(MaxNumberOfMessages=2)
    sqs = aws.client("sqs")

    sqs.change_message_visibility(QueueUrl=queue.url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)
    meanwhile = queue.receive()
    queue.delete(second)

    assert meanwhile == []
    assert bodies(queue.receive()) == ["a1", "a3"]


def test_sequence_numbers_grow(queue: Queue):
    """SendMessage, SequenceNumber: "continues to increase for a particular MessageGroupId"."""
    numbers = [int(queue.send(str(number), MessageGroupId="a")["SequenceNumber"]) for number in range(3)]
    received = [int(message["Attributes"]["SequenceNumber"]) for message in queue.receive()]

    assert numbers == sorted(set(numbers)) == received
    assert len(str(numbers[0])) == 20


def test_a_batch_is_queued_in_its_order(aws: Aws, queue: Queue):
    """SendMessageBatch: "multiple messages within a single batch are enqueued in the order they are sent"."""
    entries = [{"Id": str(one), "MessageBody": f"a{one}", "MessageGroupId": "a"} for one in range(10)]

    aws.client("sqs").send_message_batch(QueueUrl=queue.url, Entries=entries)

    assert bodies(queue.receive()) == [f"a{one}" for one in range(10)]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [("MessageGroupId", "MissingParameter"), ("MessageDeduplicationId", "InvalidParameterValue")],
)
def test_a_message_has_a_group_and_a_deduplication_id(aws: Aws, missing: str, expected: str):
    """SendMessage, MessageGroupId: "if you do not provide a MessageGroupId … the action fails"."""
    queue = aws.queue(FifoQueue="true")
    given = {"MessageGroupId": "a", "MessageDeduplicationId": "1"}
    del given[missing]

    with pytest.raises(ClientError) as one:
        queue.send("x", **given)
    with pytest.raises(ClientError) as batch:
        aws.client("sqs").send_message_batch(QueueUrl=queue.url, Entries=[{"Id": "x", "MessageBody": "x"} | given])

    assert (code(one), code(batch)) == (expected, "InvalidParameterValue")


@pytest.mark.parametrize(
    "given", [{"MessageGroupId": "a b"}, {"MessageGroupId": "x" * 129}, {"MessageDeduplicationId": ""}]
)
def test_ids_are_up_to_128_letters_digits_and_punctuation_marks(queue: Queue, given: dict[str, str]):
    """SendMessage, MessageGroupId and MessageDeduplicationId."""
    queue.send("fine", MessageGroupId="x" * 128, MessageDeduplicationId="!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")

    with pytest.raises(ClientError) as caught:
        queue.send("x", **{"MessageGroupId": "a"} | given)

    assert code(caught) == "InvalidParameterValue"


def test_a_message_has_no_delay_of_its_own(aws: Aws):
    """SendMessage, DelaySeconds: "you can set this parameter only on a queue level"."""
    queue = aws.queue(FifoQueue="true", ContentBasedDeduplication="true", DelaySeconds="5")

    with pytest.raises(ClientError) as caught:
        put(queue, "a0", DelaySeconds=2)
    put(queue, "a1")
    at_once = queue.receive()
    aws.wait(6)

    assert (code(caught), at_once, queue.bodies()) == ("InvalidParameterValue", [], ["a1"])


def test_a_deduplication_id_is_accepted_again_and_not_delivered_for_five_minutes(aws: Aws, queue: Queue):
    """SendMessage, MessageDeduplicationId; "even after the message is received and deleted"."""
    first = queue.send("one", MessageGroupId="a", MessageDeduplicationId="same")
    assert queue.bodies() == ["one"]

    aws.wait(290)
    second = queue.send("two", MessageGroupId="b", MessageDeduplicationId="same")
    meanwhile = queue.receive()
    aws.wait(11)
    queue.send("three", MessageGroupId="a", MessageDeduplicationId="same")

    assert second["MessageId"] == first["MessageId"]
    assert (meanwhile, queue.bodies()) == ([], ["three"])


def test_identical_bodies_are_duplicates_whatever_their_attributes(queue: Queue):
    """CreateQueue, ContentBasedDeduplication: "but not the attributes of the message"."""
    put(queue, "a1")
    put(queue, "a1", MessageAttributes={"x": {"DataType": "String", "StringValue": "x"}})

    assert queue.bodies() == ["a1"]


def test_an_explicit_id_overrides_the_generated_one(queue: Queue):
    """CreateQueue, ContentBasedDeduplication."""
    queue.send("same", MessageGroupId="a", MessageDeduplicationId="1")
    queue.send("same", MessageGroupId="a", MessageDeduplicationId="2")

    assert queue.bodies() == ["same", "same"]


def test_an_explicit_id_that_equals_a_generated_one_is_a_duplicate(queue: Queue):
    """CreateQueue, ContentBasedDeduplication, last note."""
    queue.send("same", MessageGroupId="a")
    [message] = queue.receive()
    queue.send("other", MessageGroupId="b", MessageDeduplicationId=message["Attributes"]["MessageDeduplicationId"])

    assert queue.receive() == []


def test_deduplication_may_be_within_message_groups(aws: Aws):
    """SetQueueAttributes, DeduplicationScope."""
    queue = aws.queue(FifoQueue="true", DeduplicationScope="messageGroup")
    for group in "aab":
        queue.send(group, MessageGroupId=group, MessageDeduplicationId="same")

    assert sorted(queue.bodies()) == ["a", "b"]


def test_a_receipt_handle_expires_with_the_visibility_timeout(aws: Aws, queue: Queue):
    """ReceiveMessage: a consumer that took longer "tries to delete the processed messages, the action fails"."""
    put(queue, "a1")
    [message] = queue.receive(VisibilityTimeout=1)
    aws.wait(2)

    with pytest.raises(ClientError, match="The receipt handle has expired"):
        queue.delete(message)
    [again] = queue.receive()
    with pytest.raises(ClientError, match="The receipt handle has expired"):
        queue.delete(message)
    queue.delete(again)
    queue.delete(again)

    assert queue.receive() == []


def test_a_receive_can_be_repeated_by_its_attempt_id(aws: Aws, queue: Queue):
    """ReceiveMessage, ReceiveRequestAttemptId: same messages, same handles, visibility timeout anew."""
    put(queue, "a1", "a2", "b1")
    first = queue.receive(MaxNumberOfMessages=2, ReceiveRequestAttemptId="try")
    aws.wait(20)
    again = queue.receive(MaxNumberOfMessages=2, ReceiveRequestAttemptId="try")
    aws.wait(20)

    assert bodies(first) == ["a1", "a2"]
    assert [message["ReceiptHandle"] for message in again] == [message["ReceiptHandle"] for message in first]
    assert bodies(queue.receive()) == ["b1"], "the visibility timeout of the others was reset"
    aws.wait(11)
    assert bodies(queue.receive()) == ["a1", "a2"]


def test_a_receive_cannot_be_repeated_once_something_was_done_with_its_messages(queue: Queue):
    """ReceiveMessage: "if none of the messages have been modified"."""
    put(queue, "a1", "a2", "b1")
    first = queue.receive(MaxNumberOfMessages=2, ReceiveRequestAttemptId="try")

    queue.delete(first[0])

    assert bodies(queue.receive(MaxNumberOfMessages=2, ReceiveRequestAttemptId="try")) == ["b1"]


def test_a_receive_can_be_repeated_for_five_minutes(aws: Aws, queue: Queue):
    """ReceiveMessage: "only for 5 minutes after a ReceiveMessage action"."""
    put(queue, "a1")
    queue.receive(ReceiveRequestAttemptId="try", VisibilityTimeout=1000)
    aws.wait(290)
    in_time = bodies(queue.receive(ReceiveRequestAttemptId="try", VisibilityTimeout=1000))
    aws.wait(20)

    assert in_time == ["a1"]
    assert queue.receive(ReceiveRequestAttemptId="try") == []


def test_a_standard_queue_knows_no_attempts_and_no_deduplication(aws: Aws):
    """ReceiveMessage, SendMessage: "applies only to FIFO queues"."""
    queue = aws.queue()

    with pytest.raises(ClientError, match="not valid for this queue type") as receive:
        queue.receive(ReceiveRequestAttemptId="try")
    with pytest.raises(ClientError, match="not valid for this queue type") as send:
        queue.send("x", MessageDeduplicationId="1")

    assert (code(receive), code(send)) == ("InvalidParameterValue", "InvalidParameterValue")
