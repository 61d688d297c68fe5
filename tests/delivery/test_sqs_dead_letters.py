"""The way into a dead-letter queue: redrive and redrive-allow policies."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue
from tests.delivery.dead_letters import FIFO, code, fail, with_dead_letters


def test_a_message_is_moved_when_its_receive_count_would_exceed_the_maximum(aws: Aws):
    """CreateQueue, maxReceiveCount; the message keeps its id, and says where it comes from."""
    dead = aws.queue()
    source = with_dead_letters(aws, dead, max_receives=2)
    sent = source.send("poison", MessageAttributes={"a": {"DataType": "String", "StringValue": "x"}})
    for _ in range(2):
        assert dead.receive() == []
        fail(aws, source)

    assert source.receive() == []
    [letter] = dead.receive()
    assert (letter["MessageId"], letter["Body"]) == (sent["MessageId"], "poison")
    assert letter["MessageAttributes"]["a"]["StringValue"] == "x"
    assert letter["Attributes"]["DeadLetterQueueSourceArn"] == source.arn
    assert letter["Attributes"]["ApproximateReceiveCount"] == "3"


def test_dead_letters_of_a_standard_queue_keep_their_age(aws: Aws):
    """Setting up dead-letter queue retention: the "enqueue timestamp is unchanged"."""
    dead = aws.queue(MessageRetentionPeriod="400")
    source = with_dead_letters(aws, dead)
    source.send("poison")
    aws.wait(300)
    fail(aws, source)
    source.receive()

    aws.wait(50)
    there = len(dead.receive(VisibilityTimeout=0))
    aws.wait(50)

    assert (there, dead.receive()) == (1, [])


def test_dead_letters_of_a_fifo_queue_are_as_old_as_their_move(aws: Aws):
    """Setting up dead-letter queue retention: for FIFO queues "the enqueue timestamp resets"."""
    dead = aws.queue(MessageRetentionPeriod="400", **FIFO)
    source = with_dead_letters(aws, dead, **FIFO)
    source.send("poison", MessageGroupId="a")
    aws.wait(300)
    fail(aws, source)
    source.receive()

    aws.wait(390)
    there = len(dead.receive(VisibilityTimeout=0))
    aws.wait(11)

    assert (there, dead.receive()) == (1, [])


def test_a_dead_letter_of_a_fifo_queue_lets_its_group_go_on_and_is_deduplicated_by_its_id(aws: Aws):
    """Redrive: "the original message's deduplication ID will be replaced with the original message's ID"."""
    dead = aws.queue(**FIFO)
    source = with_dead_letters(aws, dead, **FIFO)
    sent = source.send("poison", MessageGroupId="a")
    fail(aws, source)
    source.send("next", MessageGroupId="a")

    assert source.bodies() == ["next"]
    [letter] = dead.receive()
    assert letter["Attributes"]["MessageDeduplicationId"] == sent["MessageId"]
    assert letter["Attributes"]["MessageGroupId"] == "a"


@pytest.mark.parametrize(
    "policy",
    [
        {"maxReceiveCount": 1},
        {"deadLetterTargetArn": "DEAD"},
        {"deadLetterTargetArn": "DEAD", "maxReceiveCount": 0},
        {"deadLetterTargetArn": "DEAD", "maxReceiveCount": 1001},
        {"deadLetterTargetArn": "DEAD", "maxReceiveCount": "many"},
        {"deadLetterTargetArn": "dummy", "maxReceiveCount": 1},
        {"deadLetterTargetArn": "DEAD-not", "maxReceiveCount": 1},
        {"deadLetterTargetArn": "DEAD", "maxReceiveCount": 1, "more": 1},
    ],
)
def test_a_redrive_policy_names_a_queue_that_exists_and_1_to_1000_receives(aws: Aws, policy: dict[str, Any]):
    """SetQueueAttributes, RedrivePolicy."""
    dead, queue = aws.queue(), aws.queue()
    text = json.dumps(policy).replace("DEAD", dead.arn)

    with pytest.raises(ClientError) as caught:
        aws.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"RedrivePolicy": text})

    assert code(caught) == "InvalidParameterValue"


def test_a_dead_letter_queue_is_of_its_sources_type(aws: Aws):
    """SetQueueAttributes: "the dead-letter queue of a FIFO queue must also be a FIFO queue"."""
    for dead, more in ((aws.queue(), FIFO), (aws.queue(**FIFO), {})):
        with pytest.raises(ClientError) as caught:
            with_dead_letters(aws, dead, **more)
        assert code(caught) == "InvalidParameterValue"


def test_an_empty_redrive_policy_ends_the_redrive(aws: Aws):
    """SetQueueAttributes."""
    dead = aws.queue()
    source = with_dead_letters(aws, dead)
    source.send("x")
    fail(aws, source)

    aws.client("sqs").set_queue_attributes(QueueUrl=source.url, Attributes={"RedrivePolicy": ""})

    assert source.bodies() == ["x"]


def test_a_dead_letter_queue_chooses_its_sources(aws: Aws):
    """SetQueueAttributes, RedriveAllowPolicy: allowAll (the default), denyAll, byQueue."""
    chosen = aws.queue()
    other = aws.queue()
    sqs = aws.client("sqs")

    def choose(source: Queue, policy: dict[str, Any]) -> None:
        dead = aws.queue(RedriveAllowPolicy=policy)
        redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
        sqs.set_queue_attributes(QueueUrl=source.url, Attributes={"RedrivePolicy": redrive})

    by_queue = {"redrivePermission": "byQueue", "sourceQueueArns": [chosen.arn]}
    choose(chosen, {"redrivePermission": "allowAll"})
    choose(chosen, by_queue)
    for source, policy in ((chosen, {"redrivePermission": "denyAll"}), (other, by_queue)):
        with pytest.raises(ClientError) as caught:
            choose(source, policy)
        assert code(caught) == "InvalidParameterValue"


@pytest.mark.parametrize(
    "policy",
    [
        {"redrivePermission": "some"},
        {"redrivePermission": "allowAll", "sourceQueueArns": ["arn:aws:sqs:us-east-1:123456789012:q"]},
        {"redrivePermission": "byQueue"},
        {"redrivePermission": "byQueue", "sourceQueueArns": []},
        {"redrivePermission": "byQueue", "sourceQueueArns": ["q"]},
        {"redrivePermission": "byQueue", "sourceQueueArns": ["arn:aws:sqs:us-east-1:123456789012:q"] * 11},
    ],
)
def test_sources_are_named_by_up_to_ten_arns_and_for_by_queue_alone(aws: Aws, policy: dict[str, Any]):
    """SetQueueAttributes, sourceQueueArns."""
    with pytest.raises(ClientError) as caught:
        aws.queue(RedriveAllowPolicy=policy)

    assert code(caught) == "InvalidParameterValue"


def test_the_sources_of_a_dead_letter_queue_are_listed_in_pages(aws: Aws):
    """ListDeadLetterSourceQueues."""
    dead, sqs = aws.queue(), aws.client("sqs")
    sources = {with_dead_letters(aws, dead).url for _ in range(3)}

    pages = list(
        sqs.get_paginator("list_dead_letter_source_queues").paginate(
            QueueUrl=dead.url, PaginationConfig={"PageSize": 2}
        )
    )

    assert [len(page["queueUrls"]) for page in pages] == [2, 1]
    assert {url for page in pages for url in page["queueUrls"]} == sources
    assert sqs.list_dead_letter_source_queues(QueueUrl=aws.queue().url)["queueUrls"] == []
