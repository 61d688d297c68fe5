"""FIFO topics, as documented."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.delivery.aws import Aws, Queue


@pytest.fixture
def sns(aws: Aws) -> Any:
    return aws.client("sns")


def subscribed(aws: Aws, topic: str, *, fifo: bool = True, **attributes: Any) -> Queue:
    queue = aws.queue(FifoQueue="true") if fifo else aws.queue()
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in attributes.items()}
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=texts)
    return queue


def test_messages_are_delivered_in_the_exact_order_that_they_are_published(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message ordering details for FIFO topics"; to each of its subscribers."""
    topic = aws.topic(FifoTopic="true")
    queues = [subscribed(aws, topic, RawMessageDelivery="true") for _ in range(3)]

    for number in range(8):
        sns.publish(TopicArn=topic, Message=str(number), MessageGroupId="g", MessageDeduplicationId=str(number))
    entries = [
        {"Id": str(number), "Message": str(number), "MessageGroupId": "g", "MessageDeduplicationId": str(number)}
        for number in range(8, 16)
    ]
    sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    aws.idle()

    assert [queue.bodies() for queue in queues] == [[str(number) for number in range(16)]] * 3


def test_group_and_deduplication_id_are_passed_to_fifo_queues(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message grouping for FIFO topics" and "… deduplication …"."""
    topic = aws.topic(FifoTopic="true")
    queue = subscribed(aws, topic)

    sns.publish(TopicArn=topic, Message="hello", MessageGroupId="g", MessageDeduplicationId="d")
    aws.idle()

    [message] = queue.receive()
    attributes = message["Attributes"]
    assert (attributes["MessageGroupId"], attributes["MessageDeduplicationId"]) == ("g", "d")


def test_the_sequence_number_grows_and_is_part_of_the_message_body(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message ordering details for FIFO topics"."""
    topic = aws.topic(FifoTopic="true")
    queue = subscribed(aws, topic)

    answers = [
        sns.publish(TopicArn=topic, Message="x", MessageGroupId="g", MessageDeduplicationId=str(number))
        for number in range(3)
    ]
    aws.idle()

    numbers = [answer["SequenceNumber"] for answer in answers]
    assert [int(number) for number in numbers] == sorted(map(int, numbers))
    assert len(set(numbers)) == 3
    documents = queue.documents()
    assert [document["SequenceNumber"] for document in documents] == numbers
    assert "Signature" not in documents[0]


def test_a_duplicate_within_five_minutes_is_accepted_and_not_delivered(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message deduplication for FIFO topics"; of the whole topic, not of a group."""
    topic = aws.topic(FifoTopic="true")
    queue = subscribed(aws, topic, fifo=False, RawMessageDelivery="true")

    first = sns.publish(TopicArn=topic, Message="one", MessageGroupId="g", MessageDeduplicationId="d")
    aws.wait(299)
    again = sns.publish(TopicArn=topic, Message="two", MessageGroupId="h", MessageDeduplicationId="d")
    aws.wait(1)
    late = sns.publish(TopicArn=topic, Message="three", MessageGroupId="g", MessageDeduplicationId="d")
    aws.idle()

    assert again["MessageId"] == first["MessageId"]
    assert again["SequenceNumber"] == first["SequenceNumber"]
    assert late["MessageId"] != first["MessageId"]
    assert queue.bodies() == ["one", "three"]


def test_content_based_deduplication_hashes_the_body_and_not_the_attributes(aws: Aws, sns: Any):
    """API reference, CreateTopic, ContentBasedDeduplication: SHA-256 of the body."""
    topic = aws.topic(FifoTopic="true", ContentBasedDeduplication="true")
    queue = subscribed(aws, topic)

    for kind in ("a", "b"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message="hello", MessageGroupId="g", MessageAttributes=attributes)
    hashed = hashlib.sha256(b"hello").hexdigest()
    sns.publish(TopicArn=topic, Message="other", MessageGroupId="g", MessageDeduplicationId=hashed)
    aws.idle()

    assert [message["Attributes"]["MessageDeduplicationId"] for message in queue.receive()] == [hashed]


def test_an_explicit_deduplication_id_overrides_the_generated_one(aws: Aws, sns: Any):
    """API reference, Publish, MessageDeduplicationId."""
    topic = aws.topic(FifoTopic="true", ContentBasedDeduplication="true")
    queue = subscribed(aws, topic, RawMessageDelivery="true")

    for given in ("1", "2"):
        sns.publish(TopicArn=topic, Message="hello", MessageGroupId="g", MessageDeduplicationId=given)
    aws.idle()

    assert queue.bodies() == ["hello", "hello"]


def test_the_scope_of_deduplication_may_be_the_message_group(aws: Aws, sns: Any):
    """API reference, CreateTopic, FifoThroughputScope."""
    topic = aws.topic(FifoTopic="true", FifoThroughputScope="MessageGroup")
    queue = subscribed(aws, topic, fifo=False, RawMessageDelivery="true")

    for group, message in (("g", "one"), ("h", "two"), ("g", "three")):
        sns.publish(TopicArn=topic, Message=message, MessageGroupId=group, MessageDeduplicationId="d")
    aws.idle()

    assert sorted(queue.bodies()) == ["one", "two"]


def test_a_topic_of_high_throughput_does_not_go_back(aws: Aws, sns: Any):
    """Developer guide, "High throughput FIFO topics"."""
    topic = aws.topic(FifoTopic="true", FifoThroughputScope="MessageGroup")

    with pytest.raises(sns.exceptions.InvalidParameterException, match="FifoThroughputScope"):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="FifoThroughputScope", AttributeValue="Topic")


def test_a_message_to_a_fifo_topic_needs_a_group_and_a_deduplication_id(aws: Aws, sns: Any):
    """API reference, Publish."""
    topic = aws.topic(FifoTopic="true")
    refused = sns.exceptions.InvalidParameterException

    with pytest.raises(refused, match="The MessageGroupId parameter is required for FIFO topics"):
        sns.publish(TopicArn=topic, Message="x", MessageDeduplicationId="1")
    with pytest.raises(refused, match="ContentBasedDeduplication enabled or MessageDeduplicationId provided"):
        sns.publish(TopicArn=topic, Message="x", MessageGroupId="g")
    with pytest.raises(refused, match="1 to 128 in length"):
        sns.publish(TopicArn=topic, Message="x", MessageGroupId="g" * 129, MessageDeduplicationId="1")
    with pytest.raises(refused, match="The MessageGroupId parameter is required"):
        sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[{"Id": "1", "Message": "x"}])


def test_a_standard_queue_gets_the_messages_of_a_fifo_topic_without_their_group(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message grouping for FIFO topics"."""
    topic = aws.topic(FifoTopic="true")
    queue = subscribed(aws, topic, fifo=False)

    sns.publish(TopicArn=topic, Message="hello", MessageGroupId="g", MessageDeduplicationId="d")
    aws.idle()

    [message] = queue.receive()
    assert "MessageGroupId" not in message["Attributes"]
    assert json.loads(message["Body"])["Message"] == "hello"


def test_a_fifo_queue_does_not_subscribe_to_a_standard_topic_nor_a_person_to_a_fifo_topic(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message delivery for FIFO topics"."""
    fifo, standard = aws.topic(FifoTopic="true"), aws.topic()
    refused = sns.exceptions.InvalidParameterException

    with pytest.raises(refused, match="FIFO SQS Queues can not be subscribed to standard SNS topics"):
        sns.subscribe(TopicArn=standard, Protocol="sqs", Endpoint=aws.queue(FifoQueue="true").arn)
    for protocol, endpoint in (("email", "a@b.example"), ("sms", "+12065550100"), ("https", "https://a.example")):
        with pytest.raises(refused):
            sns.subscribe(TopicArn=fifo, Protocol=protocol, Endpoint=endpoint)


def test_fifo_topics_support_the_same_filtering_as_standard_topics(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message filtering for FIFO topics"."""
    topic = aws.topic(FifoTopic="true")
    queue = subscribed(aws, topic, RawMessageDelivery="true", FilterPolicyScope="MessageBody", FilterPolicy={"a": [1]})

    for number, message in enumerate(('{"a": 1, "n": 1}', '{"a": 2}', '{"a": 1, "n": 2}')):
        sns.publish(TopicArn=topic, Message=message, MessageGroupId="g", MessageDeduplicationId=str(number))
    aws.idle()

    assert queue.bodies() == ['{"a": 1, "n": 1}', '{"a": 1, "n": 2}']


def test_dead_letters_of_a_fifo_queue_go_to_a_fifo_queue_with_their_group(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS dead-letter queues": for a FIFO topic, use a FIFO queue."""
    topic, dead = aws.topic(FifoTopic="true"), aws.queue(FifoQueue="true")
    queue = subscribed(aws, topic, RedrivePolicy={"deadLetterTargetArn": dead.arn})
    aws.client("sqs").delete_queue(QueueUrl=queue.url)
    aws.wait(61)

    for number in ("1", "2"):
        sns.publish(TopicArn=topic, Message=number, MessageGroupId="g", MessageDeduplicationId=number)
    aws.idle()

    letters = dead.receive()
    assert [json.loads(letter["Body"])["Message"] for letter in letters] == ["1", "2"]
    assert {letter["Attributes"]["MessageGroupId"] for letter in letters} == {"g"}
    with pytest.raises(sns.exceptions.InvalidParameterException, match="must use a FIFO queue as DLQ"):
        subscribed(aws, topic, RedrivePolicy={"deadLetterTargetArn": aws.queue().arn})


def test_an_archive_replays_to_a_subscription_with_the_same_id_and_timestamp(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message replay for FIFO topic subscribers"."""
    topic = aws.topic(FifoTopic="true", ArchivePolicy={"MessageRetentionPeriod": "7"})
    first = subscribed(aws, topic)
    start = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["BeginningArchiveTime"]
    for number in ("1", "2"):
        sns.publish(TopicArn=topic, Message=number, MessageGroupId="g", MessageDeduplicationId=number)
    aws.idle()

    again = subscribed(aws, topic, ReplayPolicy={"PointType": "Timestamp", "StartingPoint": start})
    sns.publish(TopicArn=topic, Message="3", MessageGroupId="g", MessageDeduplicationId="3")
    aws.idle()

    originals, replayed = first.documents(), again.documents()
    assert [one["Message"] for one in replayed] == ["1", "2", "3"]
    assert [one.get("Replayed") for one in replayed] == ["true", "true", None]
    assert [(one["MessageId"], one["Timestamp"]) for one in replayed] == [
        (one["MessageId"], one["Timestamp"]) for one in originals
    ]


def test_a_replay_with_an_end_gets_nothing_that_is_published_after_it(aws: Aws, sns: Any):
    """API reference, Subscribe, ReplayStatus, Completed."""
    topic = aws.topic(FifoTopic="true", ArchivePolicy={"MessageRetentionPeriod": "7"})
    sns.publish(TopicArn=topic, Message="1", MessageGroupId="g", MessageDeduplicationId="1")
    aws.wait(60)
    start, end = (datetime.fromtimestamp(aws.now() - ago, UTC).isoformat() for ago in (90, 30))
    policy = {"PointType": "Timestamp", "StartingPoint": start, "EndingPoint": end}

    queue = subscribed(aws, topic, RawMessageDelivery="true", ReplayPolicy=policy)
    sns.publish(TopicArn=topic, Message="2", MessageGroupId="g", MessageDeduplicationId="2")
    aws.idle()

    assert queue.bodies() == ["1"]
    [listed] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    described = sns.get_subscription_attributes(SubscriptionArn=listed["SubscriptionArn"])["Attributes"]
    assert described["ReplayStatus"] == "Completed"


def test_a_topic_with_an_archive_is_deleted_after_its_archive(aws: Aws, sns: Any):
    """API reference, DeleteTopic, InvalidState."""
    topic = aws.topic(FifoTopic="true", ArchivePolicy={"MessageRetentionPeriod": "7"})

    with pytest.raises(sns.exceptions.InvalidStateException):
        sns.delete_topic(TopicArn=topic)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="ArchivePolicy", AttributeValue="{}")
    sns.delete_topic(TopicArn=topic)

    assert topic not in [one["TopicArn"] for one in sns.list_topics()["Topics"]]
