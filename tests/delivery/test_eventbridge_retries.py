"""Events that do not arrive (user guide, "How EventBridge retries delivering events", "Using dead-letter queues")."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue
from tests.delivery.rules import Rule, entry, put


def gone(aws: Aws) -> str:
    """The ARN of a queue that is there no more."""
    queue = aws.queue()
    aws.client("sqs").delete_queue(QueueUrl=queue.url)
    return queue.arn


def told(message: dict[str, Any]) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def dead(queue: Queue) -> dict[str, str]:
    (message,) = queue.drain()
    return told(message)


def test_an_event_for_a_target_that_is_gone_goes_to_the_dead_letter_queue_at_once(aws: Aws):
    """User guide: for "a target resource that no longer exists, no retry attempts will happen"."""
    rule, letters, missing = Rule(aws), aws.queue(), gone(aws)
    rule.target(missing, DeadLetterConfig={"Arn": letters.arn})

    result = rule.put({"order": 1})

    (message,) = letters.drain()
    event, attributes = json.loads(message["Body"]), told(message)
    assert (event["id"], event["detail"]) == (result["EventId"], {"order": 1})
    assert attributes.pop("ERROR_MESSAGE")
    assert attributes == {
        "RULE_ARN": rule.arn,
        "TARGET_ARN": missing,
        "ERROR_CODE": "NO_RESOURCE",
        "RETRY_ATTEMPTS": "0",
    }


def test_the_dead_letter_is_the_event_and_not_what_the_target_would_have_had(aws: Aws):
    """User guide: "EventBridge sends the events with failed invocations to the Amazon SQS queue"."""
    rule, letters = Rule(aws), aws.queue()
    rule.target(gone(aws), Input='{"fixed": true}', DeadLetterConfig={"Arn": letters.arn})

    rule.put({"order": 1})

    assert [event["detail"] for event in letters.documents()] == [{"order": 1}]


def test_without_a_dead_letter_queue_the_event_is_dropped_and_the_other_targets_have_it(aws: Aws):
    """User guide: "If an event isn't delivered after all retry attempts are exhausted, the event is dropped"."""
    rule = Rule(aws)
    rule.target(gone(aws))
    queue = rule.queue()

    rule.put()

    assert len(queue.bodies()) == 1


def throttled(aws: Aws, **more: Any) -> tuple[Queue, str]:
    """A stream that throttles the second of two events, for a shard takes a megabyte a second; and its dead letters."""
    rule, letters, stream = Rule(aws), aws.queue(), aws.stream()
    rule.target(stream, RoleArn=aws.role(), DeadLetterConfig={"Arn": letters.arn}, **more)
    for number in (1, 2):
        put = entry(rule.bus, {"number": number, "text": "x" * 700_000})
        aws.client("events").put_events(Entries=[put])
        aws.wait(0.4)
    aws.idle()
    return letters, stream


def numbers(aws: Aws, stream: str) -> list[int]:
    """The numbers of the events in a stream of one shard."""
    kinesis = aws.client("kinesis")
    (shard,) = kinesis.list_shards(StreamARN=stream)["Shards"]
    start = kinesis.get_shard_iterator(StreamARN=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    records = kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"]
    return [json.loads(record["Data"])["detail"]["number"] for record in records]


def test_an_event_that_is_throttled_is_tried_again(aws: Aws):
    """User guide: "When an event isn't successfully delivered … because of retriable errors, EventBridge retries"."""
    letters, stream = throttled(aws)

    aws.wait(60)

    assert letters.bodies() == []
    assert numbers(aws, stream) == [1, 2]


def test_a_target_without_retries_has_one_attempt(aws: Aws):
    """API reference, RetryPolicy: MaximumRetryAttempts, from 0 to 185."""
    letters, stream = throttled(aws, RetryPolicy={"MaximumRetryAttempts": 0})

    attributes = dead(letters)

    assert attributes["ERROR_CODE"] == "THROTTLING"
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert attributes["RETRY_ATTEMPTS"] == "0"
    aws.wait(60)
    assert numbers(aws, stream) == [1]


@pytest.mark.parametrize("policy", [{"MaximumRetryAttempts": 186}, {"MaximumEventAgeInSeconds": 86_401}])
def test_a_retry_policy_is_within_its_ranges(aws: Aws, policy: dict[str, int]):
    """API reference, RetryPolicy: 185 attempts and 86,400 seconds at most."""
    rule, queue = Rule(aws), aws.queue()

    with pytest.raises(ClientError):
        rule.target(queue.arn, RetryPolicy=policy)


def test_a_dead_letter_queue_is_a_standard_queue(aws: Aws):
    """User guide: "EventBridge DLQs are standard Amazon SQS queues"."""
    rule, queue, letters = Rule(aws), aws.queue(), aws.queue(FifoQueue="true")

    with pytest.raises(ClientError):
        rule.target(queue.arn, DeadLetterConfig={"Arn": letters.arn})


def test_a_dead_letter_queue_that_is_gone_keeps_nothing_and_stops_nothing(aws: Aws):
    """InvocationsFailedToBeSentToDlq: the event is lost, and those for other targets are not."""
    rule = Rule(aws)
    rule.target(gone(aws), DeadLetterConfig={"Arn": gone(aws)})
    queue = rule.queue()

    put(aws, entry(rule.bus))

    assert len(queue.bodies()) == 1
