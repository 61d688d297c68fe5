"""SQS API reference: queues themselves, their attributes, tags and permissions."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue


def attributes(aws: Aws, queue: Queue, *names: str) -> dict[str, str]:
    answer = aws.client("sqs").get_queue_attributes(QueueUrl=queue.url, AttributeNames=[*names] or ["All"])
    return dict(answer.get("Attributes", {}))


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_an_attribute_without_a_value_has_its_default(aws: Aws):
    """CreateQueue."""
    queue = aws.queue(FifoQueue="true")

    known = attributes(aws, queue)

    assert {
        "VisibilityTimeout": "30",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": "0",
        "FifoQueue": "true",
        "ContentBasedDeduplication": "false",
        "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue",
    }.items() <= known.items()


def test_no_attribute_names_give_no_attributes(aws: Aws):
    """GetQueueAttributes: "if you don't specify values for this parameter, the request returns empty results"."""
    answer = aws.client("sqs").get_queue_attributes(QueueUrl=aws.queue().url)

    assert answer.get("Attributes", {}) == {}


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("DelaySeconds", ["0", "900"], ["-1", "901", "soon", ""]),
        ("MaximumMessageSize", ["1024", "1048576"], ["1023", "1048577"]),
        ("MessageRetentionPeriod", ["60", "1209600"], ["59", "1209601"]),
        ("ReceiveMessageWaitTimeSeconds", ["0", "20"], ["21"]),
        ("VisibilityTimeout", ["0", "43200"], ["43201", "1.5", " 5", "\u0665", "1" * 5000]),
        ("KmsDataKeyReusePeriodSeconds", ["60", "86400"], ["59", "86401"]),
        ("SqsManagedSseEnabled", ["true", "false"], ["yes"]),
        (
            "Policy",
            ['{"Statement": {"Sid": "a"}}'],
            ["a", "[]", '{"Statement": ["a"]}', '{"Statement": null}', "[" * 100_000],
        ),
    ],
)
def test_an_attribute_is_within_its_bounds(aws: Aws, name: str, accepted: list[str], refused: list[str]):
    """SetQueueAttributes."""
    queue, sqs = aws.queue(), aws.client("sqs")

    for value in accepted:
        sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={name: value})
        assert attributes(aws, queue, name) == {name: value}
    for value in refused:
        with pytest.raises(ClientError) as caught:
            sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={name: value})
        assert code(caught) == "InvalidAttributeValue"


def test_a_queue_that_was_changed_says_when(aws: Aws):
    """GetQueueAttributes, LastModifiedTimestamp."""
    queue = aws.queue()
    aws.wait(100)

    aws.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"VisibilityTimeout": "31"})

    known = attributes(aws, queue)
    assert int(known["LastModifiedTimestamp"]) >= int(known["CreatedTimestamp"]) + 100


def test_the_type_of_a_queue_cannot_be_changed(aws: Aws):
    """CreateQueue, FifoQueue."""
    sqs = aws.client("sqs")

    with pytest.raises(ClientError) as standard:
        sqs.set_queue_attributes(QueueUrl=aws.queue().url, Attributes={"FifoQueue": "true"})
    with pytest.raises(ClientError) as fifo:
        sqs.set_queue_attributes(QueueUrl=aws.queue(FifoQueue="true").url, Attributes={"FifoQueue": "false"})

    assert (code(standard), code(fifo)) == ("InvalidAttributeName", "InvalidAttributeValue")


def test_a_limit_per_message_group_takes_deduplication_per_message_group(aws: Aws):
    """SetQueueAttributes, FifoThroughputLimit."""
    sqs, queue = aws.client("sqs"), aws.queue(FifoQueue="true")
    high = {"FifoThroughputLimit": "perMessageGroupId"}

    with pytest.raises(ClientError) as caught:
        sqs.set_queue_attributes(QueueUrl=queue.url, Attributes=high)
    sqs.set_queue_attributes(QueueUrl=queue.url, Attributes=high | {"DeduplicationScope": "messageGroup"})

    assert code(caught) == "InvalidAttributeValue"
    assert attributes(aws, queue, *high) == high


def test_only_one_server_side_encryption_is_supported(aws: Aws):
    """SetQueueAttributes, SqsManagedSseEnabled."""
    sqs, queue = aws.client("sqs"), aws.queue(KmsMasterKeyId="alias/aws/sqs")

    with pytest.raises(ClientError) as caught:
        sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"SqsManagedSseEnabled": "true"})

    known = attributes(aws, queue, "SqsManagedSseEnabled", "KmsDataKeyReusePeriodSeconds")
    assert known == {"SqsManagedSseEnabled": "false", "KmsDataKeyReusePeriodSeconds": "300"}
    assert code(caught) == "InvalidAttributeName"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("x" * 81, {}),
        ("a b", {}),
        ("", {}),
        ("orders.fifo", {}),
        ("orders", {"FifoQueue": "true"}),
        ("x" * 76 + ".fifo", {"FifoQueue": "true"}),
    ],
)
def test_a_name_has_up_to_80_letters_digits_hyphens_and_underscores_and_fifo_says_so(aws: Aws, name: str, given: Any):
    """CreateQueue, QueueName."""
    with pytest.raises(ClientError) as caught:
        aws.client("sqs").create_queue(QueueName=name, Attributes=given)

    assert code(caught) == "InvalidParameterValue"


def test_an_existing_queue_is_given_for_the_same_attributes_and_no_others(aws: Aws):
    """CreateQueue: "if you specify the name of an existing queue"."""
    sqs, name = aws.client("sqs"), aws.name()
    url = sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "1"})["QueueUrl"]

    again = sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "1"})["QueueUrl"]
    with pytest.raises(sqs.exceptions.QueueNameExists) as value:
        sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "2"})
    with pytest.raises(sqs.exceptions.QueueNameExists) as other:
        sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "31"})

    assert again == url
    assert (code(value), code(other)) == ("QueueAlreadyExists", "QueueAlreadyExists")


def test_the_name_of_a_deleted_queue_can_be_used_again_after_60_seconds(aws: Aws):
    """DeleteQueue."""
    sqs, name = aws.client("sqs"), aws.name()
    sqs.delete_queue(QueueUrl=sqs.create_queue(QueueName=name)["QueueUrl"])

    with pytest.raises(sqs.exceptions.QueueDeletedRecently) as caught:
        sqs.create_queue(QueueName=name)
    aws.wait(61)
    sqs.create_queue(QueueName=name)

    assert code(caught) == "AWS.SimpleQueueService.QueueDeletedRecently"


def test_a_deleted_queue_has_no_messages_any_more(aws: Aws):
    """DeleteQueue: "any messages in the queue are no longer available"."""
    sqs, queue = aws.client("sqs"), aws.queue()
    queue.send("one")

    sqs.delete_queue(QueueUrl=queue.url)
    aws.wait(61)

    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as caught:
        queue.receive()
    assert code(caught) == "AWS.SimpleQueueService.NonExistentQueue"


def test_the_url_of_a_queue_is_found_by_its_name(aws: Aws):
    """GetQueueUrl."""
    sqs, queue = aws.client("sqs"), aws.queue()
    name = queue.arn.rpartition(":")[2]

    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == queue.url
    assert sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=queue.arn.split(":")[4])["QueueUrl"] == queue.url
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="nobodys")


def test_queues_are_listed_by_prefix_and_in_pages(aws: Aws):
    """ListQueues."""
    sqs, prefix = aws.client("sqs"), aws.name()
    made = {sqs.create_queue(QueueName=f"{prefix}-{number}")["QueueUrl"] for number in range(5)}

    pages = list(
        sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{prefix}-", PaginationConfig={"PageSize": 2})
    )
    whole = sqs.list_queues(QueueNamePrefix=f"{prefix}-")
    none = sqs.list_queues(QueueNamePrefix=f"{prefix}-x")

    assert [len(page["QueueUrls"]) for page in pages] == [2, 2, 1]
    assert {url for page in pages for url in page["QueueUrls"]} == made == set(whole["QueueUrls"])
    assert "NextToken" not in whole
    assert none.get("QueueUrls", []) == []


@pytest.mark.parametrize("given", [{"MaxResults": 0}, {"MaxResults": 1001}, {"MaxResults": 1, "NextToken": "x"}])
def test_a_page_has_1_to_1000_queues_and_starts_where_the_last_one_ended(aws: Aws, given: Any):
    """ListQueues, MaxResults and NextToken."""
    with pytest.raises(ClientError) as caught:
        aws.client("sqs").list_queues(**given)

    assert code(caught) == "InvalidParameterValue"


def test_a_purge_deletes_every_message_and_may_be_done_once_a_minute(aws: Aws):
    """PurgeQueue."""
    sqs, queue = aws.client("sqs"), aws.queue()
    for body in ("in flight", "visible"):
        queue.send(body)
    queue.send("delayed", DelaySeconds=100)
    queue.receive(MaxNumberOfMessages=1)

    sqs.purge_queue(QueueUrl=queue.url)
    with pytest.raises(sqs.exceptions.PurgeQueueInProgress):
        sqs.purge_queue(QueueUrl=queue.url)
    aws.wait(101)

    assert queue.bodies() == []
    sqs.purge_queue(QueueUrl=queue.url)


def test_tags_are_added_overwritten_and_removed(aws: Aws):
    """TagQueue, UntagQueue, ListQueueTags."""
    sqs, queue = aws.client("sqs"), aws.queue()

    sqs.tag_queue(QueueUrl=queue.url, Tags={"team": "orders", "stage": "test", "empty": ""})
    sqs.tag_queue(QueueUrl=queue.url, Tags={"stage": "live"})
    sqs.untag_queue(QueueUrl=queue.url, TagKeys=["team", "unknown"])

    assert sqs.list_queue_tags(QueueUrl=queue.url)["Tags"] == {"stage": "live", "empty": ""}


@pytest.mark.parametrize("tags", [{"": "x"}, {"x" * 129: "x"}, {"x": "x" * 257}, {"aws:x": "x"}])
def test_a_tag_is_within_the_quotas(aws: Aws, tags: dict[str, str]):
    """Developer guide, "Quotas related to queues"."""
    with pytest.raises(ClientError) as caught:
        aws.client("sqs").tag_queue(QueueUrl=aws.queue().url, Tags=tags)

    assert code(caught) == "InvalidParameterValue"


def test_a_permission_is_a_statement_of_the_queues_policy(aws: Aws):
    """AddPermission, RemovePermission."""
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=aws.name())["QueueUrl"]
    account = url.split("/")[3]
    given = {"QueueUrl": url, "AWSAccountIds": [account], "Actions": ["SendMessage", "ReceiveMessage"]}

    sqs.add_permission(Label="first", **given)
    sqs.add_permission(Label="second", **given)
    with pytest.raises(ClientError, match="Already exists"):
        sqs.add_permission(Label="first", **given)
    sqs.remove_permission(QueueUrl=url, Label="first")
    with pytest.raises(ClientError, match="can't find label"):
        sqs.remove_permission(QueueUrl=url, Label="first")

    policy = json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
    [statement] = policy["Statement"]
    assert (statement["Sid"], statement["Effect"]) == ("second", "Allow")
    assert statement["Action"] == ["SQS:SendMessage", "SQS:ReceiveMessage"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{account}:root"}
    sqs.remove_permission(QueueUrl=url, Label="second")
    assert "Policy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Actions": ["SendMessage"] * 8}, "OverLimit"),
        ({"Actions": ["CreateQueue"]}, "InvalidParameterValue"),
        ({"Actions": []}, "MissingParameter"),
        ({"Label": "not a label"}, "InvalidParameterValue"),
        ({"AWSAccountIds": ["me"]}, "InvalidParameterValue"),
    ],
)
def test_a_permission_that_sqs_refuses_is_refused(aws: Aws, given: Any, expected: str):
    """AddPermission."""
    asked = {"Label": "label", "AWSAccountIds": ["123456789012"], "Actions": ["SendMessage"]} | given

    with pytest.raises(ClientError) as caught:
        aws.client("sqs").add_permission(QueueUrl=aws.queue().url, **asked)

    assert code(caught) == expected
