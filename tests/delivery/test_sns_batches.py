"""PublishBatch, as documented."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue


@pytest.fixture
def topic(aws: Aws) -> str:
    return aws.topic()


@pytest.fixture
def queue(aws: Aws, topic: str) -> Queue:
    queue = aws.queue()
    subscription = {"Protocol": "sqs", "Endpoint": queue.arn, "Attributes": {"RawMessageDelivery": "true"}}
    aws.client("sns").subscribe(TopicArn=topic, **subscription)
    return queue


def publish_batch(aws: Aws, topic: str, *entries: dict[str, Any]) -> Any:
    numbered = [{"Id": str(number), **entry} for number, entry in enumerate(entries)]
    return aws.client("sns").publish_batch(TopicArn=topic, PublishBatchRequestEntries=numbered)


def test_up_to_ten_messages_are_published_in_a_single_batch(aws: Aws, topic: str, queue: Queue):
    """API reference, PublishBatch."""
    answer = publish_batch(aws, topic, *({"Message": f"m{number}"} for number in range(10)))
    aws.idle()

    assert [entry["Id"] for entry in answer["Successful"]] == [str(number) for number in range(10)]
    assert sorted(queue.bodies()) == [f"m{number}" for number in range(10)]


def test_the_result_of_each_message_is_reported_individually(aws: Aws, topic: str, queue: Queue):
    """API reference, PublishBatch."""
    answer = publish_batch(aws, topic, {"Message": "good"}, {"Message": ""}, {"Message": "x", "Subject": "a\nb"})
    aws.idle()

    assert [entry["Id"] for entry in answer["Successful"]] == ["0"]
    assert [(one["Id"], one["Code"], one["SenderFault"]) for one in answer["Failed"]] == [
        ("1", "InvalidParameter", True),
        ("2", "InvalidParameter", True),
    ]
    assert queue.bodies() == ["good"]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], "EmptyBatchRequest"),
        ([{"Message": "x"}] * 11, "TooManyEntriesInBatchRequest"),
        ([{"Message": "x", "Id": "same"}] * 2, "BatchEntryIdsNotDistinct"),
        ([{"Message": "x", "Id": "no id!"}], "InvalidBatchEntryId"),
        ([{"Message": "x" * 131_073}] * 2, "BatchRequestTooLong"),
    ],
)
def test_a_request_that_is_no_batch_fails_as_a_whole(
    aws: Aws, topic: str, queue: Queue, entries: list[dict[str, Any]], code: str
):
    """API reference, PublishBatch, errors."""
    with pytest.raises(ClientError) as refused:
        publish_batch(aws, topic, *entries)
    aws.idle()

    assert refused.value.response["Error"]["Code"] == code
    assert queue.bodies() == []


def test_the_messages_of_a_batch_together_may_be_as_large_as_one(aws: Aws, topic: str, queue: Queue):
    """API reference, PublishBatch: the combined size must not exceed the topic's MaximumMessageSize."""
    publish_batch(aws, topic, *[{"Message": "x" * 131_072}] * 2)
    aws.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="MaximumMessageSize", AttributeValue="1048576")

    publish_batch(aws, topic, *[{"Message": "x" * 524_288}] * 2)
    aws.idle()

    assert sorted(map(len, queue.bodies())) == [131_072, 131_072, 524_288, 524_288]


def test_attributes_that_are_none_fail_the_whole_request(aws: Aws, topic: str, queue: Queue):
    """As SNS was seen to answer; the API reference lists the error of PublishBatch, ParameterValueInvalid."""
    wrong = {"a": {"DataType": "Text", "StringValue": "x"}}

    with pytest.raises(ClientError) as refused:
        publish_batch(aws, topic, {"Message": "good"}, {"Message": "bad", "MessageAttributes": wrong})
    aws.idle()

    assert refused.value.response["Error"]["Code"] == "ParameterValueInvalid"
    assert queue.bodies() == []


def test_a_batch_to_no_topic_is_not_found(aws: Aws, topic: str):
    """API reference, PublishBatch, errors."""
    with pytest.raises(aws.client("sns").exceptions.NotFoundException):
        publish_batch(aws, topic + "-2", {"Message": "x"})
