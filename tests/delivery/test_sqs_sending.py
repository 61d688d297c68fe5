"""SQS API reference: SendMessage and SendMessageBatch; developer guide, "Amazon SQS message attributes"."""

import hashlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws

MEBIBYTE = 1_048_576


def text(value: str, type_: str = "String") -> dict[str, str]:
    return {"DataType": type_, "StringValue": value}


def test_a_message_is_received_as_it_was_sent(aws: Aws):
    """SendMessage, ReceiveMessage: body, attributes of every type, and their digests."""
    queue = aws.queue()
    attributes: Any = {
        "kind": text("order"),
        "amount": text("-12.50", "Number.eur"),
        "raw": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff"},
    }

    sent = queue.send("grüße\t\n", MessageAttributes=attributes)
    [message] = queue.receive()

    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "grüße\t\n")
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert message["MD5OfBody"] == hashlib.md5("grüße\t\n".encode(), usedforsecurity=False).hexdigest()
    assert message["MessageAttributes"] == attributes
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]


def test_the_trace_header_is_a_system_attribute_with_a_digest_of_its_own(aws: Aws):
    """SendMessage, MessageSystemAttributes: its size does not count."""
    queue = aws.queue(MaximumMessageSize="1024")
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"

    sent = queue.send("x" * 1024, MessageSystemAttributes={"AWSTraceHeader": text(header)})
    [message] = queue.receive()

    assert message["Attributes"]["AWSTraceHeader"] == header
    assert len(sent["MD5OfMessageSystemAttributes"]) == 32


@pytest.mark.parametrize(
    "system", [{"Other": text("x")}, {"AWSTraceHeader": {"DataType": "Binary", "BinaryValue": b"x"}}]
)
def test_the_trace_header_is_the_only_system_attribute_and_a_string(aws: Aws, system: Any):
    """SendMessage, MessageSystemAttributes."""
    with pytest.raises(ClientError) as caught:
        aws.queue().send("x", MessageSystemAttributes=system)

    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"


@pytest.mark.parametrize("body", ["\x0b", "a\x00", "\ufffe"])
def test_characters_outside_the_allowed_set_are_refused(aws: Aws, body: str):
    """SendMessage, InvalidMessageContents."""
    sqs = aws.client("sqs")

    with pytest.raises(sqs.exceptions.InvalidMessageContents):
        aws.queue().send(body)


def test_a_message_may_have_1_mib_with_its_attributes_and_no_more(aws: Aws):
    """MessageAttributeValue: "all parts of the message attribute … are part of the message size restriction"."""
    queue = aws.queue()
    spent = len("name") + len("String") + len("value")

    queue.send("x" * (MEBIBYTE - spent), MessageAttributes={"name": text("value")})
    with pytest.raises(ClientError, match="Message must be shorter than 1048576 bytes"):
        queue.send("x" * (MEBIBYTE - spent + 1), MessageAttributes={"name": text("value")})

    assert len(queue.receive()) == 1


def test_a_message_may_have_no_more_than_the_queues_maximum_size(aws: Aws):
    """SetQueueAttributes, MaximumMessageSize; the size is in bytes."""
    queue = aws.queue(MaximumMessageSize="1024")

    queue.send("é" * 512)
    with pytest.raises(ClientError, match="Message must be shorter than 1024 bytes"):
        queue.send("é" * 513)


def test_a_message_has_up_to_ten_attributes(aws: Aws):
    """Developer guide, "Quotas related to messages"."""
    queue = aws.queue()

    queue.send("x", MessageAttributes={f"a{number}": text("x") for number in range(10)})
    with pytest.raises(ClientError, match=r"Number of message attributes \[11\] exceeds the allowed maximum \[10\]"):
        queue.send("x", MessageAttributes={f"a{number}": text("x") for number in range(11)})


@pytest.mark.parametrize("name", ["", "AWS.x", "amazon.x", ".x", "x.", "x..y", "x y", "x" * 257])
def test_an_attributes_name_is_as_documented(aws: Aws, name: str):
    """Developer guide, "Message attribute components"."""
    with pytest.raises(ClientError) as caught:
        aws.queue().send("x", MessageAttributes={name: text("x")})

    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"


@pytest.mark.parametrize(
    "value",
    [
        text("x", "Text"),
        text("x", ""),
        text("", "String"),
        text("many", "Number"),
        text("1" * 39, "Number"),
        text("1e127", "Number"),
        text("NaN", "Number"),
        {"DataType": "Binary", "StringValue": "x"},
        {"DataType": "String", "BinaryValue": b"x"},
    ],
)
def test_an_attributes_type_and_value_are_as_documented(aws: Aws, value: Any):
    """Developer guide, "Message attribute data types"."""
    with pytest.raises(ClientError) as caught:
        aws.queue().send("x", MessageAttributes={"name": value})

    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"


def test_lists_are_not_implemented_as_attributes(aws: Aws):
    """MessageAttributeValue, StringListValues: "not implemented; reserved for future use"."""
    with pytest.raises(ClientError) as caught:
        aws.queue().send("x", MessageAttributes={"name": {"DataType": "String", "StringListValues": ["x"]}})

    assert caught.value.response["Error"]["Code"] == "AWS.SimpleQueueService.UnsupportedOperation"


def test_a_delay_postpones_a_message_by_0_to_900_seconds(aws: Aws):
    """SendMessage, DelaySeconds; developer guide, "Amazon SQS message timers"."""
    queue = aws.queue(DelaySeconds="10")
    queue.send("as the queue says")
    queue.send("at once", DelaySeconds=0)
    queue.send("later", DelaySeconds=900)

    at_once = queue.bodies()
    aws.wait(11)
    then = queue.bodies()
    aws.wait(900)

    assert (at_once, then, queue.bodies()) == (["at once"], ["as the queue says"], ["later"])
    with pytest.raises(ClientError) as caught:
        queue.send("x", DelaySeconds=901)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ({}, {}, []),
        ({"FifoQueue": "true"}, {"MessageGroupId": "g", "MessageDeduplicationId": "d"}, ["one"]),
    ],
    ids=["standard", "fifo"],
)
def test_a_changed_delay_holds_for_what_is_delayed_already_on_a_fifo_queue_only(
    aws: Aws, kind: dict[str, str], more: dict[str, str], expected: list[str]
):
    """Developer guide, "Amazon SQS delay queues"."""
    queue = aws.queue(DelaySeconds="100", **kind)
    queue.send("one", **more)

    aws.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"DelaySeconds": "5"})
    aws.wait(6)

    assert queue.bodies() == expected


def test_a_batch_reports_on_each_message_by_itself(aws: Aws):
    """SendMessageBatch: "the result of sending each message is reported individually"."""
    sqs, queue = aws.client("sqs"), aws.queue()

    answer = sqs.send_message_batch(
        QueueUrl=queue.url,
        Entries=[
            {"Id": "good", "MessageBody": "one", "MessageAttributes": {"a": text("x")}},
            {"Id": "bad", "MessageBody": "\x01"},
            {"Id": "late", "MessageBody": "two", "DelaySeconds": 901},
        ],
    )

    [good] = answer["Successful"]
    assert good["Id"] == "good"
    assert good["MD5OfMessageAttributes"]
    assert [(one["Id"], one["Code"], one["SenderFault"]) for one in answer["Failed"]] == [
        ("bad", "InvalidMessageContents", True),
        ("late", "InvalidParameterValue", True),
    ]
    assert queue.bodies() == ["one"]


@pytest.mark.parametrize(
    "bad",
    [
        {"MessageBody": "half a pair: \ud83d"},
        {"MessageBody": "x", "MessageAttributes": {"kind": {"DataType": "String"}}},
        {"MessageBody": "x", "MessageAttributes": {"raw": {"DataType": "Binary"}}},
        {"MessageBody": "x", "MessageAttributes": {"\ud83d": text("order")}},
        {"MessageBody": "x", "MessageAttributes": {"kind": text("order", "String.\ud83d")}},
    ],
)
def test_an_entry_that_nobody_can_read_fails_alone_too(aws: Aws, bad: dict[str, Any]):
    """SendMessageBatch: the result of each message is reported individually."""
    queue = aws.queue()

    answer = aws.client("sqs").send_message_batch(
        QueueUrl=queue.url, Entries=[{"Id": "bad", **bad}, {"Id": "good", "MessageBody": "one"}]
    )

    assert [one["Id"] for one in answer["Failed"]] == ["bad"]
    assert queue.bodies() == ["one"]


def test_text_for_a_binary_attribute_is_its_utf_8(aws: Aws):
    """MessageAttributeValue, BinaryValue: a blob, for which boto3 takes text."""
    queue = aws.queue()

    sent = queue.send("x", MessageAttributes={"raw": {"DataType": "Binary", "BinaryValue": "grüße"}})
    [message] = queue.receive()

    assert message["MessageAttributes"]["raw"]["BinaryValue"] == "grüße".encode()
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]


def entries(*ids: str) -> list[dict[str, str]]:
    return [{"Id": one, "MessageBody": "x"} for one in ids]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], "EmptyBatchRequest"),
        (entries(*"abcdefghijk"), "TooManyEntriesInBatchRequest"),
        (entries("a", "a"), "BatchEntryIdsNotDistinct"),
        (entries("a b"), "InvalidBatchEntryId"),
        (entries("x" * 81), "InvalidBatchEntryId"),
        (entries(""), "InvalidBatchEntryId"),
        ([{"Id": one, "MessageBody": "x" * (MEBIBYTE // 2 + 1)} for one in "ab"], "BatchRequestTooLong"),
    ],
)
def test_a_malformed_batch_is_refused_whole(aws: Aws, given: Any, code: str):
    """SendMessageBatch: ids are distinct, 1 to 80 letters, digits, hyphens, underscores; 1 MiB is for all together."""
    queue = aws.queue()

    with pytest.raises(ClientError) as caught:
        aws.client("sqs").send_message_batch(QueueUrl=queue.url, Entries=given)

    assert caught.value.response["Error"]["Code"] == f"AWS.SimpleQueueService.{code}"
    assert queue.bodies() == []
