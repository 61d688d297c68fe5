"""Tumbling windows: Lambda developer guide, "Implementing stateful Kinesis Data Streams processing in Lambda"."""

from datetime import UTC, datetime
from typing import Any

from tests.delivery.aws import Aws
from tests.delivery.mappings import REPORTS, Mapped, put, stream_mapped

COUNTS = 'state = event["state"]\nfor each in texts:\n    state[each] = state.get(each, 0) + 1\nreturn {"state": state}'
LENGTH = 60


def at_the_start_of_a_window(aws: Aws) -> None:
    aws.wait(LENGTH - aws.now() % LENGTH)


def windowed(aws: Aws, body: str = COUNTS, **settings: Any) -> tuple[str, Mapped]:
    stream = aws.stream()
    at_the_start_of_a_window(aws)
    return stream, stream_mapped(aws, stream, body, TumblingWindowInSeconds=LENGTH, **settings)


def flags(event: dict[str, Any]) -> tuple[bool, bool]:
    return event["isFinalInvokeForWindow"], event["isWindowTerminatedEarly"]


def test_each_invocation_receives_the_state_that_the_one_before_returned(aws: Aws):
    """Aggregation and processing."""
    stream, function = windowed(aws)

    for _ in range(3):
        put(aws, stream, "a")
        aws.wait(5)

    events = function.events()
    assert [event["state"] for event in events] == [{}, {"a": 1}, {"a": 2}]
    assert {flags(event) for event in events} == {(False, False)}


def test_the_event_has_the_window_and_where_the_records_come_from(aws: Aws):
    """Aggregation and processing, example KinesisTimeWindowEvent."""
    stream, function = windowed(aws)
    start = aws.now() // LENGTH * LENGTH

    put(aws, stream, "a")
    aws.idle()

    (event,) = function.events()
    written = [f"{datetime.fromtimestamp(each, UTC):%Y-%m-%dT%H:%M:%SZ}" for each in (start, start + LENGTH)]
    assert event["window"] == {"start": written[0], "end": written[1]}
    assert (event["shardId"], event["eventSourceARN"]) == ("shardId-000000000000", stream)
    assert len(event["Records"]) == 1


def test_at_the_end_of_the_window_lambda_invokes_for_final_processing_and_drops_the_state(aws: Aws):
    """Aggregation and processing: isFinalInvokeForWindow."""
    stream, function = windowed(aws)
    put(aws, stream, "a", "b")
    aws.idle()
    function.events()

    aws.wait(LENGTH)
    (final,) = function.events()
    put(aws, stream, "c")
    aws.idle()
    (following,) = function.events()

    assert (final["Records"], final["state"], flags(final)) == ([], {"a": 1, "b": 1}, (True, False))
    assert (following["state"], following["window"]["start"]) == ({}, final["window"]["end"])


def test_a_record_of_the_next_window_goes_behind_the_final_invocation_of_this_one(aws: Aws):
    """Configuration: "Lambda determines tumbling window boundaries based on the time when records were inserted"."""
    stream, function = windowed(aws, Enabled=False)
    put(aws, stream, "a")
    aws.wait(LENGTH)
    put(aws, stream, "b")

    function.update(Enabled=True)

    events = function.events()
    told = [([flags(event)[0]], [len(event["Records"])], event["state"]) for event in events]
    assert told == [([False], [1], {}), ([True], [0], {"a": 1}), ([False], [1], {})]


def test_a_response_without_a_state_is_a_failed_invocation(aws: Aws):
    """Aggregation and processing: "If the response does not contain a state property"."""
    stream, function = windowed(aws, 'return {"batchItemFailures": []}', MaximumRetryAttempts=1)

    put(aws, stream, "a")
    aws.wait(10)

    assert function.batches() == [["a"], ["a"]]


def test_further_processing_is_suspended_until_the_final_invocation_succeeds(aws: Aws):
    """Aggregation and processing: "If invocation is unsuccessful, your Lambda function suspends further processing"."""
    fails = 'if event["isFinalInvokeForWindow"]:\n    raise ValueError("not yet")\n' + COUNTS
    stream, function = windowed(aws, fails)
    put(aws, stream, "a")
    aws.wait(LENGTH + 10)
    put(aws, stream, "b")
    aws.wait(20)

    events = function.events()

    assert [len(event["Records"]) for event in events].count(1) == 1
    finals = [event for event in events if flags(event)[0]]
    assert (len(finals) > 2, {str(event["state"]) for event in finals}) == (True, {"{'a': 1}"})


def test_a_state_above_one_megabyte_terminates_the_window_early(aws: Aws):
    """Implementing stateful processing: "Your state can be a maximum of 1 MB per shard"."""
    grows = (
        'if event["isWindowTerminatedEarly"]:\n    return {"state": {}}\n'
        'return {"state": {"big": "x" * 1_048_576 if texts == ["a"] else "small"}}'
    )
    about, told = aws.queue(), {"tells": False}
    tell = (
        f"sqs.send_message(QueueUrl={about.url!r}, MessageBody=json.dumps("
        '[len(texts), event["isWindowTerminatedEarly"], event["isFinalInvokeForWindow"], len(str(event["state"]))]))\n'
    )
    stream, _ = windowed(aws, tell + grows, BatchSize=1, **told)

    put(aws, stream, "a", "b")
    aws.idle()

    first, early, rest = about.documents()
    assert (first, rest) == ([1, False, False, 2], [1, False, False, 2])
    assert (early[:3], early[3] > 1_048_576) == ([0, True, False], True)


def test_windows_go_together_with_partial_batch_responses(aws: Aws):
    """Aggregation and processing: TimeWindowEventResponse has a state and batchItemFailures."""
    reports = (
        'bad = [identifier(record) for record in event["Records"] if text(record) == "poison"]\n'
        'done = [each for each in texts if each != "poison"] if not bad else texts[:texts.index("poison")]\n'
        'return {"state": {"done": event["state"].get("done", []) + done},'
        ' "batchItemFailures": [{"itemIdentifier": each} for each in bad]}'
    )
    settings = {"FunctionResponseTypes": REPORTS, "MaximumRetryAttempts": 1}
    stream, function = windowed(aws, reports, **settings)

    put(aws, stream, "a", "poison")
    aws.wait(10)
    put(aws, stream, "b")
    aws.wait(LENGTH)

    events, batches = function.events(), [["a", "poison"], ["poison"], ["b"], []]
    assert [len(event["Records"]) for event in events] == [len(batch) for batch in batches]
    assert events[-1]["state"] == {"done": ["a", "b"]}


def test_the_window_of_a_shard_that_ends_is_closed_and_its_children_begin_with_a_fresh_state(aws: Aws):
    """Configuration: "Tumbling window aggregations do not support resharding"."""
    stream, function = windowed(aws)
    put(aws, stream, "a")
    aws.idle()

    aws.client("kinesis").split_shard(
        StreamARN=stream, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(1 << 127)
    )
    aws.idle()
    put(aws, stream, "b")
    aws.idle()

    first, final, child = function.events()
    assert (first["state"], final["state"], flags(final)) == ({}, {"a": 1}, (True, False))
    assert (child["state"], child["shardId"] != final["shardId"]) == ({}, True)
