"""Topics themselves, as documented."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws


@pytest.fixture
def sns(aws: Aws) -> Any:
    return aws.client("sns")


def attributes(sns: Any, topic: str) -> Any:
    return sns.get_topic_attributes(TopicArn=topic)["Attributes"]


def test_create_topic_is_idempotent(aws: Aws, sns: Any):
    """API reference, CreateTopic."""
    name = aws.name()
    tags = [{"Key": "team", "Value": "news"}]
    first = sns.create_topic(Name=name, Attributes={"DisplayName": "News"}, Tags=tags)["TopicArn"]

    assert sns.create_topic(Name=name)["TopicArn"] == first
    assert sns.create_topic(Name=name, Attributes={"DisplayName": "News"}, Tags=tags)["TopicArn"] == first
    with pytest.raises(sns.exceptions.InvalidParameterException, match="already exists with different attributes"):
        sns.create_topic(Name=name, Attributes={"DisplayName": "Olds"})
    with pytest.raises(sns.exceptions.InvalidParameterException, match="already exists with different tags"):
        sns.create_topic(Name=name, Tags=[*tags, {"Key": "more", "Value": "tags"}])


@pytest.mark.parametrize(
    ("name", "given"),
    [("", {}), ("x" * 257, {}), ("a.fifo", {}), ("a b", {}), ("a", {"FifoTopic": "true"}), (".fifo", {})],
)
def test_names_have_letters_digits_underscores_and_hyphens(sns: Any, name: str, given: dict[str, str]):
    """API reference, CreateTopic, Name; that of a FIFO topic ends with .fifo."""
    with pytest.raises(sns.exceptions.InvalidParameterException, match=r"(?i)topic name"):
        sns.create_topic(Name=name, Attributes=given)


def test_a_topic_describes_itself(aws: Aws, sns: Any):
    """API reference, GetTopicAttributes."""
    topic = aws.topic()

    described = attributes(sns, topic)

    assert (described["TopicArn"], described["DisplayName"]) == (topic, "")
    assert described["Owner"] == topic.split(":")[4]
    assert [described[f"Subscriptions{state}"] for state in ("Confirmed", "Pending", "Deleted")] == ["0", "0", "0"]
    retry = json.loads(described["EffectiveDeliveryPolicy"])["http"]["defaultHealthyRetryPolicy"]
    assert (retry["minDelayTarget"], retry["maxDelayTarget"], retry["numRetries"]) == (20, 20, 3)
    assert json.loads(described["Policy"])["Id"] == "__default_policy_ID"
    assert described.keys().isdisjoint({"FifoTopic", "SignatureVersion", "MaximumMessageSize", "DeliveryPolicy"})


def test_a_fifo_topic_says_so(aws: Aws, sns: Any):
    """API reference, GetTopicAttributes."""
    described = attributes(sns, aws.topic(FifoTopic="true"))

    assert (described["FifoTopic"], described["ContentBasedDeduplication"]) == ("true", "false")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DisplayName", "News of the day"),
        ("SignatureVersion", "2"),
        ("TracingConfig", "Active"),
        ("KmsMasterKeyId", "alias/aws/sns"),
        ("MaximumMessageSize", "2048"),
        ("LambdaFailureFeedbackRoleArn", "arn:aws:iam::123456789012:role/logs"),
        ("SQSSuccessFeedbackSampleRate", "50"),
    ],
)
def test_an_attribute_is_set_and_returned(aws: Aws, sns: Any, name: str, value: str):
    """API reference, SetTopicAttributes."""
    topic = aws.topic()

    sns.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue=value)

    assert attributes(sns, topic)[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FifoTopic", "true"),
        ("Colour", "red"),
        ("DisplayName", "x" * 101),
        ("SignatureVersion", "3"),
        ("TracingConfig", "Passive"),
        ("MaximumMessageSize", "1023"),
        ("MaximumMessageSize", "1048577"),
        ("LambdaFailureFeedbackRoleArn", "somebody"),
        ("SQSSuccessFeedbackSampleRate", "101"),
        ("ContentBasedDeduplication", "true"),
        ("FifoThroughputScope", "MessageGroup"),
        ("ArchivePolicy", '{"MessageRetentionPeriod": "7"}'),
        ("Policy", "no json"),
        ("Policy", '{"Statement": {"Effect": "Allow", "Action": "sqs:SendMessage"}}'),
        ("DeliveryPolicy", '{"http": {"defaultHealthyRetryPolicy": {"numRetries": 101}}}'),
    ],
)
def test_an_attribute_that_a_standard_topic_cannot_have_is_refused(aws: Aws, sns: Any, name: str, value: str):
    """API reference, SetTopicAttributes."""
    topic = aws.topic()
    before = attributes(sns, topic)

    with pytest.raises(sns.exceptions.InvalidParameterException):
        sns.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue=value)

    assert attributes(sns, topic) == before


@pytest.mark.parametrize("days", ["0", "366", "a week"])
def test_an_archive_keeps_messages_for_1_to_365_days(aws: Aws, sns: Any, days: str):
    """Developer guide, "Amazon SNS message archiving for FIFO topic owners"."""
    with pytest.raises(sns.exceptions.InvalidParameterException, match="between 1 and 365"):
        aws.topic(FifoTopic="true", ArchivePolicy={"MessageRetentionPeriod": days})


def test_an_unknown_attribute_at_creation_is_named(aws: Aws, sns: Any):
    """API reference, CreateTopic."""
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Attributes Reason: Unknown attribute Colour"):
        aws.topic(Colour="red")


def test_deleting_a_topic_deletes_its_subscriptions_and_may_be_repeated(aws: Aws, sns: Any):
    """API reference, DeleteTopic."""
    topic = aws.topic()
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=aws.queue().arn)["SubscriptionArn"]

    sns.delete_topic(TopicArn=topic)
    sns.delete_topic(TopicArn=topic)

    assert sns.list_subscriptions()["Subscriptions"] == []
    with pytest.raises(sns.exceptions.NotFoundException, match="Subscription does not exist"):
        sns.get_subscription_attributes(SubscriptionArn=subscription)
    with pytest.raises(sns.exceptions.NotFoundException, match="Topic does not exist"):
        attributes(sns, topic)


def test_topics_are_listed_a_hundred_at_a_time(aws: Aws, sns: Any):
    """API reference, ListTopics."""
    topics = [aws.topic() for _ in range(101)]

    first = sns.list_topics()
    second = sns.list_topics(NextToken=first["NextToken"])

    assert [one["TopicArn"] for one in first["Topics"] + second["Topics"]] == topics
    assert (len(first["Topics"]), "NextToken" in second) == (100, False)


def test_tags_are_added_overwritten_and_removed(aws: Aws, sns: Any):
    """API reference, TagResource, UntagResource."""
    topic = aws.topic()

    sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}])
    sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "a", "Value": "2"}])
    sns.untag_resource(ResourceArn=topic, TagKeys=["b", "c"])

    assert sns.list_tags_for_resource(ResourceArn=topic)["Tags"] == [{"Key": "a", "Value": "2"}]
    with pytest.raises(ClientError, match="Duplicated keys"):
        sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "a", "Value": "1"}] * 2)
    with pytest.raises(sns.exceptions.TagLimitExceededException):
        sns.tag_resource(ResourceArn=topic, Tags=[{"Key": str(number), "Value": ""} for number in range(50)])
    with pytest.raises(sns.exceptions.ResourceNotFoundException):
        sns.tag_resource(ResourceArn=topic + "-2", Tags=[])


def test_permissions_are_statements_of_the_topics_policy(aws: Aws, sns: Any):
    """API reference, AddPermission, RemovePermission."""
    topic = aws.topic()
    granted = {"TopicArn": topic, "Label": "partner", "AWSAccountId": ["111122223333"], "ActionName": ["Publish"]}

    sns.add_permission(**granted)
    statements = json.loads(attributes(sns, topic)["Policy"])["Statement"]
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Statement already exists"):
        sns.add_permission(**granted)
    with pytest.raises(sns.exceptions.InvalidParameterException, match="out of service scope"):
        sns.add_permission(**granted | {"Label": "other", "ActionName": ["SendMessage"]})
    sns.remove_permission(TopicArn=topic, Label="partner")

    assert statements[1] == {
        "Sid": "partner",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": "SNS:Publish",
        "Resource": topic,
    }
    assert len(json.loads(attributes(sns, topic)["Policy"])["Statement"]) == 1


def test_the_delivery_policy_of_a_topic_is_described_with_what_then_holds(aws: Aws, sns: Any):
    """API reference, GetTopicAttributes, DeliveryPolicy and EffectiveDeliveryPolicy."""
    topic = aws.topic(DeliveryPolicy={"http": {"defaultHealthyRetryPolicy": {"numRetries": 5, "maxDelayTarget": 30}}})

    described = attributes(sns, topic)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue="")

    assert json.loads(described["DeliveryPolicy"]) == {
        "http": {
            "defaultHealthyRetryPolicy": {"numRetries": 5, "maxDelayTarget": 30},
            "disableSubscriptionOverrides": False,
        }
    }
    assert json.loads(described["EffectiveDeliveryPolicy"])["http"] == {
        "defaultHealthyRetryPolicy": {
            "minDelayTarget": 20,
            "maxDelayTarget": 30,
            "numRetries": 5,
            "numMaxDelayRetries": 0,
            "numNoDelayRetries": 0,
            "numMinDelayRetries": 0,
            "backoffFunction": "linear",
        },
        "disableSubscriptionOverrides": False,
        "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
    }
    assert "DeliveryPolicy" not in attributes(sns, topic)
