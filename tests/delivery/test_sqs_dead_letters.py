"""SQS developer guide, "Using dead-letter queues in Amazon SQS" and "Configure a dead-letter queue redrive"."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue


def with_dead_letters(aws: Aws, dead: Queue, max_receives: int = 1, **more: str) -> Queue:
    return aws.queue(RedrivePolicy={"deadLetterTargetArn": dead.arn, "maxReceiveCount": max_receives}, **more)


def fail(aws: Aws, queue: Queue) -> None:
    """Receive what is there and let it come back."""
    queue.receive(VisibilityTimeout=1)
    aws.wait(2)


def move(aws: Aws, source: Queue, **more: Any) -> str:
    handle: str = aws.client("sqs").start_message_move_task(SourceArn=source.arn, **more)["TaskHandle"]
    return handle


def tasks(aws: Aws, source: Queue, **more: Any) -> list[dict[str, Any]]:
    return list(aws.client("sqs").list_message_move_tasks(SourceArn=source.arn, **more)["Results"])


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


FIFO = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}


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


def two_letters(aws: Aws) -> tuple[Queue, Queue]:
    dead = aws.queue()
    source = with_dead_letters(aws, dead)
    for body in ("one", "two"):
        source.send(body)
    fail(aws, source)
    source.receive()
    return source, dead


def test_a_move_task_returns_dead_letters_to_their_sources_as_new_messages(aws: Aws):
    """Redrive: "all redriven messages are considered new messages with a new messageID and enqueueTime"."""
    source, dead = two_letters(aws)
    [before] = dead.receive(VisibilityTimeout=0, MaxNumberOfMessages=1)

    move(aws, dead)
    aws.wait(5)

    received = source.receive()
    assert sorted(message["Body"] for message in received) == ["one", "two"]
    for message in received:
        assert message["MessageId"] != before["MessageId"]
        assert message["Attributes"]["ApproximateReceiveCount"] == "1"
        assert "DeadLetterQueueSourceArn" not in message["Attributes"]
        assert int(message["Attributes"]["SentTimestamp"]) > int(before["Attributes"]["SentTimestamp"])
    [task] = tasks(aws, dead)
    assert task["Status"] == "COMPLETED"
    assert (task["ApproximateNumberOfMessagesMoved"], task["ApproximateNumberOfMessagesToMove"]) == (2, 2)
    assert not {"TaskHandle", "DestinationArn", "MaxNumberOfMessagesPerSecond", "FailureReason"} & task.keys()
    assert dead.receive() == []


def test_a_move_task_may_have_a_destination_and_a_rate(aws: Aws):
    """StartMessageMoveTask, DestinationArn and MaxNumberOfMessagesPerSecond."""
    source, dead = two_letters(aws)
    other = aws.queue()
    handle = move(aws, dead, DestinationArn=other.arn, MaxNumberOfMessagesPerSecond=1)

    [running] = tasks(aws, dead)
    aws.wait(5)

    assert (running["Status"], running["TaskHandle"], running["SourceArn"]) == ("RUNNING", handle, dead.arn)
    assert (running["DestinationArn"], running["MaxNumberOfMessagesPerSecond"]) == (other.arn, 1)
    assert sorted(other.bodies()) == ["one", "two"]
    assert source.receive() == []


def test_a_cancelled_task_moves_nothing_more_and_takes_nothing_back(aws: Aws):
    """CancelMessageMoveTask."""
    dead = aws.queue()
    source = with_dead_letters(aws, dead)
    for number in range(10):
        source.send(str(number))
    fail(aws, source)
    source.receive()
    handle = move(aws, dead, MaxNumberOfMessagesPerSecond=1)
    aws.wait(3)

    moved = aws.client("sqs").cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"]
    aws.wait(10)

    [task] = tasks(aws, dead)
    assert task["Status"] == "CANCELLED"
    assert 1 <= moved <= task["ApproximateNumberOfMessagesMoved"] < 10
    assert len(source.bodies()) == task["ApproximateNumberOfMessagesMoved"]
    with pytest.raises(ClientError):
        aws.client("sqs").cancel_message_move_task(TaskHandle=handle)


def test_one_queue_has_one_active_task(aws: Aws):
    """StartMessageMoveTask: "only one active message movement task is supported per queue"."""
    _, dead = two_letters(aws)
    move(aws, dead, MaxNumberOfMessagesPerSecond=1)

    with pytest.raises(ClientError, match="There is already a task running") as caught:
        move(aws, dead)
    aws.wait(5)
    move(aws, dead)

    assert code(caught) == "InvalidParameterValue"


def test_the_latest_ten_tasks_are_listed_the_latest_first_one_unless_asked_for_more(aws: Aws):
    """ListMessageMoveTasks, MaxResults."""
    _, dead = two_letters(aws)
    for _ in range(11):
        move(aws, dead)
        aws.wait(5)

    started = [task["StartedTimestamp"] for task in tasks(aws, dead, MaxResults=10)]

    assert len(started) == 10
    assert started == sorted(started, reverse=True)
    assert [task["StartedTimestamp"] for task in tasks(aws, dead)] == started[:1]
    for number in (0, 11):
        with pytest.raises(ClientError):
            tasks(aws, dead, MaxResults=number)


def test_a_task_whose_destination_is_deleted_fails(aws: Aws):
    """ListMessageMoveTasks, FailureReason."""
    _, dead = two_letters(aws)
    other = aws.queue()
    move(aws, dead, DestinationArn=other.arn, MaxNumberOfMessagesPerSecond=1)
    aws.client("sqs").delete_queue(QueueUrl=other.url)
    aws.wait(5)

    [task] = tasks(aws, dead)

    assert (task["Status"], task["FailureReason"]) == ("FAILED", "AWS.SimpleQueueService.NonExistentQueue")
    assert len(dead.bodies()) == 2


def test_a_message_that_was_sent_to_the_dead_letter_queue_itself_has_no_source_to_go_back_to(aws: Aws):
    """StartMessageMoveTask: "redriven back to their respective original source queues"."""
    dead = aws.queue()
    with_dead_letters(aws, dead)
    dead.send("direct")
    move(aws, dead)
    aws.wait(5)

    [task] = tasks(aws, dead)

    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert dead.bodies() == ["direct"]


def test_a_move_task_is_for_a_dead_letter_queue_and_queues_that_exist(aws: Aws):
    """StartMessageMoveTask: its errors."""
    _, dead = two_letters(aws)
    sqs, fifo = aws.client("sqs"), aws.queue(**FIFO)

    with pytest.raises(ClientError, match="must be configured as a Dead Letter Queue"):
        move(aws, aws.queue())
    for wrong in ({"SourceArn": f"{dead.arn}-no"}, {"SourceArn": dead.arn, "DestinationArn": f"{dead.arn}-no"}):
        with pytest.raises(sqs.exceptions.ResourceNotFoundException):
            sqs.start_message_move_task(**wrong)
    with pytest.raises(ClientError) as type_:
        move(aws, dead, DestinationArn=fifo.arn)
    for rate in (0, 501):
        with pytest.raises(ClientError) as caught:
            move(aws, dead, MaxNumberOfMessagesPerSecond=rate)
        assert code(caught) == "InvalidParameterValue"
    with pytest.raises(ClientError, match="Value for parameter TaskHandle is invalid"):
        sqs.cancel_message_move_task(TaskHandle="made up")
    assert code(type_) == "InvalidParameterValue"
