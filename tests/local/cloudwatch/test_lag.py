"""How far readers are behind their streams, and what pipes did, as CloudWatch has it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bus.local.platform import LocalPlatform
from tests.delivery import mappings, pipes
from tests.delivery.aws import Aws
from tests.delivery.conftest import VirtualTime

PIPES, OWN = "AWS/EventBridge/Pipes", "Omnibus/Pipes"


@pytest.fixture
def aws() -> Iterator[Aws]:
    with LocalPlatform.from_templates() as platform:
        yield Aws(VirtualTime(platform))


def statistics(aws: Aws, namespace: str, name: str, **dimensions: str) -> dict[str, float]:
    """Of the last hour; nothing when there is no figure."""
    now = datetime.fromtimestamp(aws.now(), UTC)
    points = aws.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": each, "Value": value} for each, value in dimensions.items()],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
        Period=7200,
        Statistics=["Minimum", "Maximum", "Sum", "SampleCount"],
    )["Datapoints"]
    return points[0] if points else {}


def test_the_age_of_an_iterator_is_that_of_the_last_record_of_the_batch(aws):
    stream = aws.stream()
    mappings.put(aws, stream, "first")
    aws.wait(90)
    mappings.put(aws, stream, "last")
    aws.wait(30)

    mapped = mappings.stream_mapped(aws, stream)

    age = statistics(aws, "AWS/Lambda", "IteratorAge", FunctionName=mapped.function)
    assert mapped.batches() == [["first", "last"]]
    assert (age["SampleCount"], age["Unit"]) == (1.0, "Milliseconds")
    assert 30_000 <= age["Maximum"] < 32_000


def test_it_grows_while_a_batch_is_retried(aws):
    stream = aws.stream()
    mapped = mappings.stream_mapped(aws, stream, "raise ValueError", MaximumRetryAttempts=3)
    mappings.put(aws, stream, "poison")
    aws.wait(300)

    age = statistics(aws, "AWS/Lambda", "IteratorAge", FunctionName=mapped.function)

    assert len(mapped.batches()) == age["SampleCount"] == 4
    assert age["Minimum"] < 1000
    assert age["Maximum"] > 3000


def test_the_stream_of_a_table_has_an_age_and_a_queue_has_none(aws):
    table, queue = aws.table("NEW_IMAGE"), aws.queue()
    of_table = mappings.stream_mapped(aws, aws.table_stream(table))
    of_queue = mappings.mapped(aws, queue.arn)
    mappings.write(aws, table, "1")
    queue.send("x")
    aws.wait(5)

    assert len(of_table.batches()) == len(of_queue.batches()) == 1
    assert statistics(aws, "AWS/Lambda", "IteratorAge", FunctionName=of_table.function)["SampleCount"] == 1
    assert statistics(aws, "AWS/Lambda", "IteratorAge", FunctionName=of_queue.function) == {}


def test_whoever_reads_a_kinesis_stream_is_behind_by_the_last_record_that_was_read(aws):
    stream, kinesis = aws.stream(), aws.client("kinesis")
    mappings.put(aws, stream, "first", "last")
    aws.wait(30)
    start = kinesis.get_shard_iterator(
        StreamARN=stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )

    read = kinesis.get_records(ShardIterator=start["ShardIterator"])
    kinesis.get_records(ShardIterator=read["NextShardIterator"])

    age = statistics(aws, "AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", StreamName=stream.rpartition("/")[2])
    assert (len(read["Records"]), age["SampleCount"]) == (2, 2.0)
    assert (age["Minimum"], age["Maximum"]) == (0.0, 30_000.0)


def test_a_pipe_tells_its_executions_and_here_also_its_lag(aws):
    table, queue = aws.table("NEW_IMAGE"), aws.queue()
    mappings.write(aws, table, "1", "2")
    aws.wait(60)

    source = {"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON"}}
    pipe = pipes.pipe(aws, aws.table_stream(table), queue.arn, SourceParameters=source)
    aws.wait(5)

    assert len(queue.drain()) == 2
    assert statistics(aws, PIPES, "Invocations", PipeName=pipe)["Sum"] == 1
    assert statistics(aws, PIPES, "EventCount", PipeName=pipe)["Sum"] == 2
    assert statistics(aws, PIPES, "ExecutionFailed", PipeName=pipe)["Sum"] == 0
    assert 60_000 <= statistics(aws, OWN, "IteratorAge", PipeName=pipe)["Maximum"] < 63_000
    listed = aws.client("cloudwatch").list_metrics(Namespace=OWN)["Metrics"]
    assert [each["MetricName"] for each in listed] == ["IteratorAge"]


def test_executions_of_a_pipe_that_fail_whole_or_in_part_are_told_apart(aws):
    failing, reporting = (_reading_poison(aws, source) for source in (pipes.FAILS_POISON, pipes.REPORTS_POISON))
    aws.wait(10)

    kinds = ("ExecutionFailed", "ExecutionPartiallyFailed")
    assert [statistics(aws, PIPES, kind, PipeName=failing)["Sum"] for kind in kinds] == [1, 0]
    assert [statistics(aws, PIPES, kind, PipeName=reporting)["Sum"] for kind in kinds] == [0, 1]
    assert statistics(aws, OWN, "IteratorAge", PipeName=failing) == {}


def _reading_poison(aws: Aws, source: str) -> str:
    """The name of a pipe from a queue with a good and a bad message to a function."""
    queue = aws.queue(VisibilityTimeout="600")
    for number in ("1", '"poison"'):
        queue.send(f'{{"n": {number}}}')
    template = pipes.template('{"id": "<$.messageId>", "n": "<$.body.n>"}')
    return pipes.pipe(aws, queue.arn, pipes.telling(aws, aws.queue(), source), **template)
