"""The way back from a dead-letter queue: message move tasks."""

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue
from tests.delivery.dead_letters import FIFO, code, fail, move, tasks, with_dead_letters


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
