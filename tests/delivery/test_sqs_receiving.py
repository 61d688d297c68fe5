"""SQS API reference: ReceiveMessage, DeleteMessage, ChangeMessageVisibility; developer guide: visibility, polling."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def change(aws: Aws, queue: Queue, message: dict[str, Any], seconds: int) -> None:
    aws.client("sqs").change_message_visibility(
        QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=seconds
    )


def test_a_receive_gives_one_message_unless_it_asks_for_more(aws: Aws):
    """ReceiveMessage, MaxNumberOfMessages: 1 to 10, 1 by default."""
    queue, sqs = aws.queue(), aws.client("sqs")
    for number in range(12):
        queue.send(str(number))

    assert len(sqs.receive_message(QueueUrl=queue.url)["Messages"]) == 1
    assert len(queue.receive(MaxNumberOfMessages=10)) == 10
    for number in (0, 11):
        with pytest.raises(ClientError) as caught:
            queue.receive(MaxNumberOfMessages=number)
        assert code(caught) == "InvalidParameterValue"


def test_a_receive_without_messages_has_no_list_of_them(aws: Aws):
    """ReceiveMessage: "the call does not return a message list"."""
    assert not aws.client("sqs").receive_message(QueueUrl=aws.queue().url).get("Messages")


def test_attributes_are_given_to_those_who_ask(aws: Aws):
    """ReceiveMessage, MessageSystemAttributeNames and its older form AttributeNames, MessageAttributeNames."""
    queue, sqs = aws.queue(VisibilityTimeout="0"), aws.client("sqs")
    given = {name: {"DataType": "String", "StringValue": name} for name in ("bar.a", "bar.b", "foo")}
    queue.send("x", MessageAttributes=given)

    def ask(**names: list[str]) -> dict[str, Any]:
        message: dict[str, Any] = sqs.receive_message(QueueUrl=queue.url, **names)["Messages"][0]
        return message

    assert not {"Attributes", "MessageAttributes", "MD5OfMessageAttributes"} & ask().keys()
    assert ask(AttributeNames=["ApproximateReceiveCount"])["Attributes"] == {"ApproximateReceiveCount": "2"}
    assert ask(MessageSystemAttributeNames=["ApproximateReceiveCount"])["Attributes"] == {
        "ApproximateReceiveCount": "3"
    }
    assert ask(MessageAttributeNames=["foo", "unknown"])["MessageAttributes"].keys() == {"foo"}
    assert ask(MessageAttributeNames=["bar.*"])["MessageAttributes"].keys() == {"bar.a", "bar.b"}
    assert ask(MessageAttributeNames=["All"])["MessageAttributes"].keys() == given.keys()
    assert ask(MessageAttributeNames=[".*"])["MessageAttributes"].keys() == given.keys()
    everything = ask(MessageSystemAttributeNames=["All"])["Attributes"]
    assert everything.keys() == {
        "SenderId",
        "SentTimestamp",
        "ApproximateReceiveCount",
        "ApproximateFirstReceiveTimestamp",
    }


def test_an_unknown_system_attribute_is_refused(aws: Aws):
    """ReceiveMessage, InvalidAttributeName."""
    with pytest.raises(ClientError) as caught:
        aws.queue().receive(AttributeNames=["Colour"])

    assert code(caught) == "InvalidAttributeName"


def test_the_first_receive_and_the_number_of_receives_are_kept(aws: Aws):
    """ReceiveMessage, ApproximateFirstReceiveTimestamp and ApproximateReceiveCount."""
    queue = aws.queue()
    queue.send("x")
    aws.wait(5)
    [first] = queue.receive(VisibilityTimeout=10)
    aws.wait(11)
    [second] = queue.receive()

    sent, first_at = (int(first["Attributes"][name]) for name in ("SentTimestamp", "ApproximateFirstReceiveTimestamp"))
    assert first_at - sent >= 5_000
    assert second["Attributes"]["ApproximateFirstReceiveTimestamp"] == str(first_at)
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"
    assert second["ReceiptHandle"] != first["ReceiptHandle"]


def test_a_received_message_is_hidden_for_the_visibility_timeout_of_the_queue(aws: Aws):
    """Developer guide, "Amazon SQS visibility timeout"."""
    queue = aws.queue(VisibilityTimeout="60")
    queue.send("x")
    queue.receive()

    aws.wait(58)
    hidden = queue.receive()
    aws.wait(3)

    assert (hidden, queue.bodies()) == ([], ["x"])


def test_a_receive_may_choose_its_visibility_timeout(aws: Aws):
    """ReceiveMessage, VisibilityTimeout: 0 to 43,200 seconds."""
    queue = aws.queue()
    queue.send("x")

    assert len(queue.receive(VisibilityTimeout=0)) == 1
    assert len(queue.receive(VisibilityTimeout=43_200)) == 1
    aws.wait(43_000)
    assert queue.receive() == []
    aws.wait(201)
    assert len(queue.receive()) == 1
    with pytest.raises(ClientError) as caught:
        queue.receive(VisibilityTimeout=43_201)
    assert code(caught) == "InvalidParameterValue"


def test_a_changed_timeout_of_the_queue_holds_for_receives_from_then_on(aws: Aws):
    """Developer guide, "Amazon SQS visibility timeout"."""
    queue = aws.queue(VisibilityTimeout="100")
    queue.send("x")
    queue.receive()

    aws.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"VisibilityTimeout": "1"})
    aws.wait(90)
    hidden = queue.receive()
    aws.wait(11)
    [again] = queue.receive()
    aws.wait(2)

    assert (hidden, again["Body"], queue.bodies()) == ([], "x", ["x"])


def test_a_new_visibility_timeout_counts_from_the_change(aws: Aws):
    """ChangeMessageVisibility: "the 10 seconds begin to count from the time that you make the call"."""
    queue = aws.queue(VisibilityTimeout="60")
    queue.send("x")
    [message] = queue.receive()
    aws.wait(15)

    change(aws, queue, message, 10)
    aws.wait(8)
    hidden = queue.receive()
    aws.wait(3)
    [again] = queue.receive()
    aws.wait(50)

    assert (hidden, again["Body"]) == ([], "x")
    assert queue.receive() == [], "it reverts to the original timeout the next time the message is received"


def test_a_message_may_be_given_back_at_once(aws: Aws):
    """Developer guide: "setting the visibility timeout to 0 makes the message available at once"."""
    queue = aws.queue()
    queue.send("x")
    [message] = queue.receive()

    change(aws, queue, message, 0)

    assert queue.bodies() == ["x"]


def test_a_message_is_in_flight_for_twelve_hours_at_most_from_its_receive(aws: Aws):
    """ChangeMessageVisibility: more than the time left is an error."""
    queue = aws.queue()
    queue.send("x")
    [message] = queue.receive(VisibilityTimeout=100)
    aws.wait(50)

    with pytest.raises(ClientError, match="beyond the limit") as caught:
        change(aws, queue, message, 43_200)
    change(aws, queue, message, 43_100)

    assert code(caught) == "InvalidParameterValue"


def test_only_a_message_in_flight_has_a_visibility_timeout_to_change(aws: Aws):
    """ChangeMessageVisibility, MessageNotInflight."""
    queue, sqs = aws.queue(), aws.client("sqs")
    queue.send("x")
    [message] = queue.receive()
    change(aws, queue, message, 0)

    with pytest.raises(sqs.exceptions.MessageNotInflight):
        change(aws, queue, message, 10)


def test_a_batch_of_changes_reports_on_each_by_itself(aws: Aws):
    """ChangeMessageVisibilityBatch, DeleteMessageBatch."""
    queue, sqs = aws.queue(), aws.client("sqs")
    queue.send("x")
    [message] = queue.receive()
    entries = [{"Id": "real", "ReceiptHandle": message["ReceiptHandle"]}, {"Id": "no", "ReceiptHandle": "made up"}]

    changed = sqs.change_message_visibility_batch(
        QueueUrl=queue.url, Entries=[{**entry, "VisibilityTimeout": 100} for entry in entries]
    )
    aws.wait(60)
    hidden = queue.receive()
    deleted = sqs.delete_message_batch(QueueUrl=queue.url, Entries=entries)
    aws.wait(60)

    for answer in (changed, deleted):
        assert [one["Id"] for one in answer["Successful"]] == ["real"]
        assert [(one["Id"], one["Code"]) for one in answer["Failed"]] == [("no", "ReceiptHandleIsInvalid")]
    assert (hidden, queue.receive()) == ([], [])


def test_a_message_is_deleted_by_its_latest_receipt_handle(aws: Aws):
    """DeleteMessage: with an old handle "the request will succeed, but the message might not be deleted"."""
    queue = aws.queue()
    queue.send("x")
    [first] = queue.receive(VisibilityTimeout=1)
    aws.wait(2)
    [second] = queue.receive(VisibilityTimeout=1)

    queue.delete(first)
    aws.wait(2)
    still = len(queue.receive(VisibilityTimeout=0))
    [third] = queue.receive(VisibilityTimeout=1)
    queue.delete(third)
    queue.delete(third)
    aws.wait(2)

    assert still == 1
    assert queue.receive() == []
    assert second["MessageId"] == third["MessageId"]


def test_a_message_may_be_deleted_after_its_visibility_timeout(aws: Aws):
    """Developer guide: a standard queue deletes by the latest handle, in flight or not."""
    queue = aws.queue()
    queue.send("x")
    [message] = queue.receive(VisibilityTimeout=1)
    aws.wait(2)

    queue.delete(message)

    assert queue.receive() == []


def test_a_message_is_deleted_when_its_retention_period_is_over_whether_visible_in_flight_or_delayed(aws: Aws):
    """SetQueueAttributes, MessageRetentionPeriod."""
    queue = aws.queue(MessageRetentionPeriod="60")
    for body, delay in (("in flight", 0), ("visible", 0), ("delayed", 300)):
        queue.send(body, DelaySeconds=delay)
    queue.receive(MaxNumberOfMessages=1, VisibilityTimeout=100)
    aws.wait(61)
    queue.send("new")
    aws.wait(300)

    assert queue.bodies() == []


def test_a_shorter_retention_period_holds_for_messages_already_there(aws: Aws):
    """SetQueueAttributes: it "will impact existing messages in the queue"."""
    queue = aws.queue()
    queue.send("old")
    aws.wait(1000)
    queue.send("new")

    aws.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"MessageRetentionPeriod": "950"})
    aws.wait(900)

    assert queue.bodies() == ["new"]


def test_a_long_poll_waits_for_a_message_and_no_longer(aws: Aws):
    """Developer guide, "Amazon SQS short and long polling"."""
    queue = aws.queue()
    queue.send("x", DelaySeconds=7)
    before = aws.now()

    received = queue.receive(WaitTimeSeconds=20)

    assert [message["Body"] for message in received] == ["x"]
    assert 7 <= aws.now() - before < 20


def test_a_long_poll_ends_empty_after_its_wait(aws: Aws):
    """ReceiveMessage, WaitTimeSeconds: 0 to 20."""
    queue = aws.queue()
    queue.send("x", DelaySeconds=30)
    before = aws.now()

    assert queue.receive(WaitTimeSeconds=20) == []
    assert aws.now() - before >= 20
    with pytest.raises(ClientError) as caught:
        queue.receive(WaitTimeSeconds=21)
    assert code(caught) == "InvalidParameterValue"


def test_a_queue_may_have_every_receive_wait(aws: Aws):
    """SetQueueAttributes, ReceiveMessageWaitTimeSeconds; WaitTimeSeconds takes precedence."""
    queue = aws.queue(ReceiveMessageWaitTimeSeconds="10")
    queue.send("x", DelaySeconds=8)

    assert queue.receive(WaitTimeSeconds=0) == []
    assert [message["Body"] for message in queue.receive()] == ["x"]
