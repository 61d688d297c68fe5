"""Deliveries to functions, streams and dead-letter queues, as documented."""

import json
from typing import Any

import pytest

from tests.delivery.aws import Aws

ECHO = """
import json, os
import boto3

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["PROBE"], MessageBody=json.dumps(event))
"""


@pytest.fixture
def sns(aws: Aws) -> Any:
    return aws.client("sns")


def test_a_function_gets_the_documented_event(aws: Aws, sns: Any):
    """Lambda developer guide, "Process Amazon SNS notifications with Lambda"."""
    topic, probe = aws.topic(), aws.queue()
    function = aws.function_arn(aws.function(ECHO, Environment={"Variables": {"PROBE": probe.url}}))
    subscription = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)["SubscriptionArn"]
    attributes = {
        "count": {"DataType": "Number", "StringValue": "1"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x01"},
    }

    message_id = sns.publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)["MessageId"]
    aws.idle()

    [event] = probe.documents()
    [record] = event["Records"]
    assert (record["EventSource"], record["EventVersion"]) == ("aws:sns", "1.0")
    assert record["EventSubscriptionArn"] == subscription
    told = record["Sns"]
    assert (told["Type"], told["MessageId"], told["TopicArn"]) == ("Notification", message_id, topic)
    assert (told["Subject"], told["Message"]) == (None, "hello")
    assert {"SignatureVersion", "Signature", "SigningCertUrl", "UnsubscribeUrl", "Timestamp"} <= told.keys()
    assert told["MessageAttributes"] == {
        "count": {"Type": "Number", "Value": "1"},
        "raw": {"Type": "Binary", "Value": "AQ=="},
    }


def test_a_firehose_stream_gets_a_line_for_each_notification(aws: Aws, sns: Any):
    """Developer guide, "Fanout to Firehose delivery streams", "Archived message format for Amazon S3 destinations"."""
    topic, bucket, name = aws.topic(), aws.bucket(), aws.name()
    destination = {
        "RoleARN": aws.role(),
        "BucketARN": f"arn:aws:s3:::{bucket}",
        "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 1},
    }
    arn = aws.client("firehose").create_delivery_stream(
        DeliveryStreamName=name, ExtendedS3DestinationConfiguration=destination
    )["DeliveryStreamARN"]
    aws.idle()
    role = {"SubscriptionRoleArn": aws.role()}
    sns.subscribe(TopicArn=topic, Protocol="firehose", Endpoint=arn, Attributes=role)

    for message in ("one", "two"):
        sns.publish(TopicArn=topic, Message=message)
    aws.wait(70)

    s3 = aws.client("s3")
    [stored] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    lines = s3.get_object(Bucket=bucket, Key=stored["Key"])["Body"].read().decode().splitlines()
    documents = [json.loads(line) for line in lines]
    assert [document["Message"] for document in documents] == ["one", "two"]
    assert documents[0].keys() == {"Type", "MessageId", "TopicArn", "Message", "Timestamp", "UnsubscribeURL"}


@pytest.mark.parametrize("raw", ["true", "false"])
def test_a_message_to_a_deleted_queue_goes_to_the_dead_letter_queue(aws: Aws, sns: Any, raw: str):
    """Developer guide, "Amazon SNS dead-letter queues": a client-side error, which is not retried."""
    topic, queue, dead = aws.topic(), aws.queue(), aws.queue()
    attributes = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead.arn}), "RawMessageDelivery": raw}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=attributes)
    aws.client("sqs").delete_queue(QueueUrl=queue.url)
    aws.wait(61)
    given = {"kind": {"DataType": "Number", "StringValue": "111"}}

    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=given)
    aws.idle()

    [letter] = dead.receive()
    if raw == "true":
        assert (letter["Body"], letter["MessageAttributes"]) == ("hello", given)
    else:
        document = json.loads(letter["Body"])
        assert document["Message"] == "hello"
        assert document["MessageAttributes"] == {"kind": {"Type": "Number", "Value": "111"}}


def test_failed_deliveries_do_not_change_the_status_of_a_subscription(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS dead-letter queues", "Why do message deliveries fail?"."""
    topic, queue, dead = aws.topic(), aws.queue(), aws.queue()
    policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead.arn}), "RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=policy)
    aws.client("sqs").delete_queue(QueueUrl=queue.url)
    aws.wait(61)

    for message in ("1", "2"):
        sns.publish(TopicArn=topic, Message=message)
    aws.idle()

    assert sorted(dead.bodies()) == ["1", "2"]
    assert len(sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]) == 1


def test_a_deleted_functions_messages_go_to_the_dead_letter_queue_as_notifications(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS dead-letter queues", "Client-side errors"."""
    topic, dead = aws.topic(), aws.queue()
    function = aws.function(ECHO, Environment={"Variables": {"PROBE": dead.url}})
    policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead.arn})}
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=aws.function_arn(function), Attributes=policy)
    aws.client("lambda").delete_function(FunctionName=function)

    sns.publish(TopicArn=topic, Message="hello")
    aws.idle()

    [document] = dead.documents()
    assert (document["Type"], document["Message"]) == ("Notification", "hello")


def test_without_a_dead_letter_queue_the_message_is_discarded(aws: Aws, sns: Any):
    """Developer guide, "Amazon SNS message delivery retries"; its neighbours get it all the same."""
    topic, gone, other = aws.topic(), aws.queue(), aws.queue()
    for queue in (gone, other):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    aws.client("sqs").delete_queue(QueueUrl=gone.url)
    aws.wait(61)

    sns.publish(TopicArn=topic, Message="hello")
    aws.idle()

    assert [document["Message"] for document in other.documents()] == ["hello"]
