"""Publishing to standard topics, as documented."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue

KIND = {"kind": {"DataType": "String", "StringValue": "order"}}


@pytest.fixture
def sns(aws: Aws) -> Any:
    return aws.client("sns")


def subscribed(aws: Aws, topic: str, **attributes: Any) -> Queue:
    queue = aws.queue()
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in attributes.items()}
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=texts)
    return queue


def test_a_message_is_delivered_to_each_endpoint_that_is_subscribed_to_the_topic(aws: Aws, sns: Any):
    """API reference, Publish."""
    topic = aws.topic()
    queues = [subscribed(aws, topic) for _ in range(3)]

    sns.publish(TopicArn=topic, Message="hello")
    aws.idle()

    assert [[one["Message"] for one in queue.documents()] for queue in queues] == [["hello"]] * 3


def test_the_notification_document_has_the_documented_members(aws: Aws, sns: Any):
    """Developer guide, "Parsing message formats"."""
    topic = aws.topic()
    queue = subscribed(aws, topic)

    published = sns.publish(TopicArn=topic, Message="hello", Subject="News", MessageAttributes=KIND)
    aws.idle()

    [document] = queue.documents()
    assert document["Type"] == "Notification"
    assert (document["MessageId"], document["TopicArn"]) == (published["MessageId"], topic)
    assert (document["Subject"], document["Message"]) == ("News", "hello")
    assert document["SignatureVersion"] == "1"
    assert document["Signature"]
    assert document["SigningCertURL"].startswith("https://")
    assert "Action=Unsubscribe&SubscriptionArn=" in document["UnsubscribeURL"]
    assert document["MessageAttributes"] == {"kind": {"Type": "String", "Value": "order"}}


def test_without_a_subject_the_document_has_no_subject(aws: Aws, sns: Any):
    """Developer guide, "HTTP/HTTPS notification JSON format": the pair does not appear."""
    topic = aws.topic()
    queue = subscribed(aws, topic)

    sns.publish(TopicArn=topic, Message="hello")
    aws.idle()

    [document] = queue.documents()
    assert "Subject" not in document
    assert "MessageAttributes" not in document


def test_signature_version_2_signs_with_sha256(aws: Aws, sns: Any):
    """API reference, SetTopicAttributes, SignatureVersion."""
    topic = aws.topic()
    queue = subscribed(aws, topic)

    sns.set_topic_attributes(TopicArn=topic, AttributeName="SignatureVersion", AttributeValue="2")
    sns.publish(TopicArn=topic, Message="hello")
    aws.idle()

    assert [one["SignatureVersion"] for one in queue.documents()] == ["2"]


def test_a_message_may_differ_by_protocol_and_default_is_for_the_rest(aws: Aws, sns: Any):
    """API reference, Publish, MessageStructure."""
    topic = aws.topic()
    queue = subscribed(aws, topic, RawMessageDelivery="true")

    for texts in ({"default": "any", "sqs": "queued", "http": "posted"}, {"default": "any"}):
        sns.publish(TopicArn=topic, MessageStructure="json", Message=json.dumps(texts))
    aws.idle()

    assert sorted(queue.bodies()) == ["any", "queued"]


def test_message_attributes_are_sent_only_when_the_message_structure_is_string(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message attributes"."""
    topic = aws.topic()
    queue = subscribed(aws, topic)

    sns.publish(TopicArn=topic, MessageStructure="json", Message='{"default": "x"}', MessageAttributes=KIND)
    aws.idle()

    [document] = queue.documents()
    assert "MessageAttributes" not in document


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ('{"sqs": "x"}', "No default entry in JSON message body"),
        ('{"default": 1}', "No default entry in JSON message body"),
        ("{", "JSON message body failed to parse"),
        ('{"default": "x", "deep": ' + "[" * 100_000 + "]" * 100_000 + "}", "JSON message body failed to parse"),
        ('{"default": "x", "number": NaN}', "JSON message body failed to parse"),
    ],
)
def test_failure_to_parse_the_structure_makes_the_call_return_an_error(aws: Aws, sns: Any, texts: str, sentence: str):
    """API reference, Publish, Message."""
    topic = aws.topic()

    with pytest.raises(sns.exceptions.InvalidParameterException, match=sentence):
        sns.publish(TopicArn=topic, MessageStructure="json", Message=texts)


def test_raw_delivery_sends_the_message_as_it_is_with_its_attributes(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS raw message delivery"."""
    topic = aws.topic()
    queue = subscribed(aws, topic, RawMessageDelivery="true")

    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=KIND)
    aws.idle()

    [message] = queue.receive()
    assert (message["Body"], message["MessageAttributes"]) == ("hello", KIND)


def test_more_than_ten_attributes_to_a_raw_queue_are_discarded_as_a_client_side_error(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message attributes"."""
    topic = aws.topic()
    raw, enveloped = subscribed(aws, topic, RawMessageDelivery="true"), subscribed(aws, topic)
    attributes = {f"a{number}": {"DataType": "String", "StringValue": "x"} for number in range(11)}

    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)
    aws.idle()

    assert raw.bodies() == []
    assert len(enveloped.documents()[0]["MessageAttributes"]) == 11


def test_a_target_arn_may_be_a_topic(aws: Aws, sns: Any):
    """API reference, Publish, TargetArn."""
    topic = aws.topic()
    queue = subscribed(aws, topic, RawMessageDelivery="true")

    sns.publish(TargetArn=topic, Message="hello")
    aws.idle()

    assert queue.bodies() == ["hello"]


@pytest.mark.parametrize(
    ("parameters", "code", "sentence"),
    [
        ({"Message": ""}, "InvalidParameter", "Empty message"),
        ({"Message": "x" * 262_145}, "InvalidParameter", "Message too long"),
        ({"Message": "x", "Subject": ""}, "InvalidParameter", "Subject"),
        ({"Message": "x", "Subject": "two\nlines"}, "InvalidParameter", "Subject"),
        ({"Message": "x", "Subject": "x" * 101}, "InvalidParameter", "Subject"),
        ({"Message": "x", "MessageStructure": "xml"}, "InvalidParameter", "MessageStructure"),
        ({"Message": "x", "MessageDeduplicationId": "1"}, "InvalidParameter", "not valid for this topic type"),
        ({"Message": "x", "MessageGroupId": "a b"}, "InvalidParameter", "MessageGroupId"),
    ],
)
def test_what_publish_does_not_accept_is_refused(aws: Aws, sns: Any, parameters: Any, code: str, sentence: str):
    """API reference, Publish."""
    topic = aws.topic()

    with pytest.raises(ClientError, match=sentence) as refused:
        sns.publish(TopicArn=topic, **parameters)

    assert refused.value.response["Error"]["Code"] == code


def test_subjects_are_text_in_utf_8_of_up_to_100_characters(aws: Aws, sns: Any):
    """API reference, Publish, Subject."""
    topic = aws.topic()
    queue = subscribed(aws, topic)

    sns.publish(TopicArn=topic, Message="x", Subject="é" * 100)
    aws.idle()

    assert queue.documents()[0]["Subject"] == "é" * 100


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("a", {"DataType": "String", "StringValue": ""}, "must contain non-empty message attribute value"),
        ("a", {"DataType": "String", "BinaryValue": b"x"}, "with type 'String' must use field 'String'"),
        ("a", {"DataType": "Binary", "StringValue": "x"}, "with type 'Binary' must use field 'Binary'"),
        ("a", {"DataType": "Text", "StringValue": "x"}, "the set of supported type prefixes is Binary, Number, and"),
        ("a", {"DataType": "Number", "StringValue": "many"}, "Could not cast message attribute 'a' value to number"),
        ("x" * 257, {"DataType": "String", "StringValue": "x"}, "Length of message attribute name"),
        ("a^b", {"DataType": "String", "StringValue": "x"}, "Invalid non-alphanumeric character '#x5E'"),
        (".a", {"DataType": "String", "StringValue": "x"}, "name starting with character '.'"),
        ("a.", {"DataType": "String", "StringValue": "x"}, "name ending with character '.'"),
        ("a..b", {"DataType": "String", "StringValue": "x"}, "can not have successive '.' character"),
        ("AWS.mine", {"DataType": "String", "StringValue": "x"}, "reserved for AWS"),
    ],
)
def test_names_types_and_values_of_attributes_are_checked(aws: Aws, sns: Any, name: str, value: Any, sentence: str):
    """Developer guide, "Amazon SNS message attributes"."""
    topic = aws.topic()

    with pytest.raises(ClientError, match=sentence) as refused:
        sns.publish(TopicArn=topic, Message="x", MessageAttributes={name: value})

    assert refused.value.response["Error"]["Code"] == "ParameterValueInvalid"


def test_attributes_count_against_the_size_of_a_message(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message attributes": all parts are included in the size."""
    topic = aws.topic()
    attribute = {"k": {"DataType": "String", "StringValue": "v"}}

    sns.publish(TopicArn=topic, Message="x" * (262_144 - 8), MessageAttributes=attribute)
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Message too long"):
        sns.publish(TopicArn=topic, Message="x" * (262_144 - 7), MessageAttributes=attribute)


def test_a_topic_may_opt_in_to_messages_of_1_mib(aws: Aws, sns: Any):
    """Developer guide, "Publishing large messages with Amazon SNS"."""
    topic = aws.topic(MaximumMessageSize="1048576")
    queue = subscribed(aws, topic, RawMessageDelivery="true")

    sns.publish(TopicArn=topic, Message="x" * 1_048_576)
    aws.idle()

    assert [len(body) for body in queue.bodies()] == [1_048_576]


def test_a_large_topic_takes_subscriptions_of_sqs_firehose_and_lambda_alone(aws: Aws, sns: Any):
    """Developer guide, "Publishing large messages with Amazon SNS", "Supported configuration"."""
    large, small = aws.topic(MaximumMessageSize="262145"), aws.topic()
    sns.subscribe(TopicArn=small, Protocol="email", Endpoint="ada@customers.example")

    with pytest.raises(sns.exceptions.InvalidParameterException):
        sns.subscribe(TopicArn=large, Protocol="email", Endpoint="ada@customers.example")
    with pytest.raises(sns.exceptions.InvalidParameterException, match="protocol email"):
        sns.set_topic_attributes(TopicArn=small, AttributeName="MaximumMessageSize", AttributeValue="262145")


def test_a_large_topic_takes_up_to_100_subscriptions(aws: Aws, sns: Any):
    """Developer guide, "Publishing large messages with Amazon SNS", "Subscription limits"."""
    topic = aws.topic(MaximumMessageSize="1048576")
    arn = aws.queue().arn

    for number in range(100):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"{arn}-{number}")
    with pytest.raises(sns.exceptions.InvalidParameterException):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"{arn}-100")


def test_a_group_id_on_a_standard_topic_is_passed_to_queues_for_fair_queues(aws: Aws, sns: Any):
    """API reference, Publish, MessageGroupId."""
    topic = aws.topic()
    queue = subscribed(aws, topic)

    sns.publish(TopicArn=topic, Message="hello", MessageGroupId="tenant-1")
    aws.idle()

    assert [message["Attributes"]["MessageGroupId"] for message in queue.receive()] == ["tenant-1"]


def test_publishing_to_a_topic_that_does_not_exist_is_not_found(aws: Aws, sns: Any):
    """API reference, Publish, errors."""
    with pytest.raises(sns.exceptions.NotFoundException, match="Topic does not exist"):
        sns.publish(TopicArn=aws.topic() + "-2", Message="x")
    with pytest.raises(sns.exceptions.InvalidParameterException, match="An ARN must have at least 6 elements, not 1"):
        sns.publish(TopicArn="nowhere", Message="x")
    with pytest.raises(sns.exceptions.InvalidParameterException, match=r"Invalid parameter: TopicArn$"):
        sns.publish(TopicArn=aws.topic().replace("us-east-1", "eu-west-1"), Message="x")
