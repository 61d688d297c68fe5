"""Queues as sources of pipes: EventBridge user guide, "Amazon Simple Queue Service as a source"."""

import json

import pytest

from tests.delivery.aws import Aws
from tests.delivery.pipes import FAILS, FAILS_POISON, REPORTS_POISON, pipe, redriven, telling, template


def test_messages_are_deleted_when_the_pipe_has_processed_their_batch(aws: Aws):
    """… "Amazon Simple Queue Service as a source"."""
    source, target = aws.queue(), aws.queue()
    pipe(aws, source.arn, target.arn, **template("<$.body.n>"))
    source.send('{"n": 1}')
    aws.wait(60)

    assert target.bodies() == ["1"]
    assert source.bodies() == []


def test_a_queue_is_read_in_batches_of_up_to_10_messages(aws: Aws):
    """… "By default, EventBridge polls up to 10 messages in your queue simultaneously and sends that batch"."""
    source, seen = aws.queue(), aws.queue()
    for number in range(12):
        source.send(json.dumps({"n": number}))
    pipe(aws, source.arn, telling(aws, seen), **template("<$.body.n>"))
    aws.idle()

    assert sorted(len(batch) for batch in seen.documents()) == [2, 10]


def test_a_batching_window_gathers_messages(aws: Aws):
    """… "you can tell the event source to buffer records for up to five minutes by configuring a batch window"."""
    source, seen = aws.queue(), aws.queue()
    reading = {"SqsQueueParameters": {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 60}}
    pipe(aws, source.arn, telling(aws, seen), SourceParameters=reading, **template("<$.body.n>"))
    source.send('{"n": 1}')
    aws.wait(30)
    source.send('{"n": 2}')
    aws.wait(20)
    before = seen.bodies()
    aws.wait(20)

    assert (before, seen.documents()) == ([], [[1, 2]])


def test_a_failing_message_comes_back_after_the_visibility_timeout_and_then_goes_to_the_queue_s_dead_letters(aws: Aws):
    """… "Pipe DLQ behavior": a pipe inherits dead-letter queue behavior from the source."""
    source, dead = redriven(aws, 2)
    pipe(aws, source.arn, aws.function_arn(aws.function(FAILS)))
    source.send("poison")
    aws.wait(40)
    before = dead.bodies()
    aws.wait(40)

    assert (before, dead.bodies()) == ([], ["poison"])


def test_with_a_batching_window_a_failing_message_is_hidden_for_seven_and_a_half_minutes_more(aws: Aws):
    """… "Amazon SQS source retry timing with maxBatchWindowInSeconds"."""
    source, dead = redriven(aws, 1)
    reading = {"SqsQueueParameters": {"BatchSize": 1, "MaximumBatchingWindowInSeconds": 10}}
    pipe(aws, source.arn, aws.function_arn(aws.function(FAILS)), SourceParameters=reading)
    source.send("poison")
    aws.wait(450)
    before = dead.bodies()
    aws.wait(30)

    assert (before, dead.bodies()) == ([], ["poison"])


def test_only_the_messages_that_the_function_reports_are_retried(aws: Aws):
    """… "Reporting batch item failures"."""
    source, dead = redriven(aws, 2)
    seen = aws.queue()
    text = '{"id": "<$.messageId>", "n": "<$.body.n>"}'
    source.send('{"n": 1}')
    source.send('{"n": "poison"}')
    pipe(aws, source.arn, telling(aws, seen, REPORTS_POISON), **template(text))
    aws.wait(100)

    assert seen.documents() == [["1", "poison"], ["poison"]]
    assert dead.documents() == [{"n": "poison"}]


@pytest.mark.parametrize("answer", ["{}", "None", '{"batchItemFailures": []}', '{"batchItemFailures": None}'])
def test_an_answer_without_failures_is_a_complete_success(aws: Aws, answer: str):
    """… "Success and failure conditions"."""
    source, dead = redriven(aws, 1)
    pipe(aws, source.arn, aws.function_arn(aws.function(f"def handler(events, context):\n    return {answer}\n")))
    source.send("a")
    aws.wait(60)

    assert (source.bodies(), dead.bodies()) == ([], [])


@pytest.mark.parametrize(
    "item", ['{"itemIdentifier": ""}', '{"itemIdentifier": None}', '{"id": "x"}', '{"itemIdentifier": "?"}']
)
def test_a_failure_without_a_known_identifier_is_a_complete_failure(aws: Aws, item: str):
    """… "Success and failure conditions"."""
    source, dead = redriven(aws, 1)
    handler = f'def handler(events, context):\n    return {{"batchItemFailures": [{item}]}}\n'
    pipe(aws, source.arn, aws.function_arn(aws.function(handler)))
    for body in ("a", "b"):
        source.send(body)
    aws.wait(60)

    assert sorted(dead.bodies()) == ["a", "b"]


def test_a_fifo_queue_s_messages_are_sent_in_order_and_a_failing_one_holds_up_its_group(aws: Aws):
    """… "Scaling and processing": all retries on the affected messages before others of the same group."""
    source, seen = aws.queue(FifoQueue="true", ContentBasedDeduplication="true", VisibilityTimeout="10"), aws.queue()
    reading = {"SqsQueueParameters": {"BatchSize": 1}}
    function = telling(aws, seen, FAILS_POISON)
    pipe(aws, source.arn, function, SourceParameters=reading, **template('{"n": "<$.body.n>"}'))
    for group, number in (("a", 1), ("a", "poison"), ("a", 3), ("b", 4)):
        source.send(json.dumps({"n": number}), MessageGroupId=group)
    aws.wait(25)

    attempted = [number for batch in seen.documents() for number in batch]
    assert attempted.count("poison") >= 2
    assert "3" not in attempted
    assert {"1", "4"} <= set(attempted)
