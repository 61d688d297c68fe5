"""What CreateEventSourceMapping refuses, as the Lambda API reference has it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.delivery.aws import Aws, Queue
from tests.delivery.mappings import function, mapped, refused, stream_mapped


@pytest.fixture
def probe(aws: Aws) -> Queue:
    return aws.queue(FifoQueue="true")


def test_a_source_and_a_function_have_one_mapping(aws: Aws):
    """CreateEventSourceMapping, ResourceConflictException."""
    client, queue, stream = aws.client("lambda"), aws.queue(), aws.stream()
    of_queue, of_stream = mapped(aws, queue.arn), stream_mapped(aws, stream)

    twice = refused(client.create_event_source_mapping, FunctionName=of_queue.function, EventSourceArn=queue.arn)
    again = refused(
        client.create_event_source_mapping,
        FunctionName=of_stream.function,
        EventSourceArn=stream,
        StartingPosition="LATEST",
    )

    of_one = f'An event source mapping with SQS arn (" {queue.arn} ") and function (" {of_queue.function} ") already '
    of_other = f'The event source arn (" {stream} ") and function (" {of_stream.function} ") provided mapping already '
    way_out = "exists. Please update or delete the existing mapping with UUID "
    assert twice == ("ResourceConflictException", of_one + way_out + of_queue.uuid)
    assert again == ("ResourceConflictException", of_other + way_out + of_stream.uuid)


def test_a_mapping_cannot_be_given_the_function_of_another(aws: Aws, probe: Queue):
    """UpdateEventSourceMapping, ResourceConflictException."""
    client, queue = aws.client("lambda"), aws.queue()
    first, second = mapped(aws, queue.arn), mapped(aws, queue.arn)

    code, message = refused(client.update_event_source_mapping, UUID=second.uuid, FunctionName=first.function)

    assert code == "ResourceConflictException"
    assert message.endswith(first.uuid)
    second.update(FunctionName=function(aws, probe), BatchSize=7)
    assert second.described()["BatchSize"] == 7


def test_a_function_a_queue_and_a_stream_must_exist(aws: Aws, probe: Queue):
    """CreateEventSourceMapping, InvalidParameterValueException."""
    client, name, arn = aws.client("lambda"), function(aws, probe), aws.queue().arn
    create = client.create_event_source_mapping
    stream = arn.replace(":sqs:", ":kinesis:").rpartition(":")[0] + ":stream/none"

    assert refused(create, FunctionName="none", EventSourceArn=arn)[1] == "Function does not exist"
    assert "queue does not exist" in refused(create, FunctionName=name, EventSourceArn=arn + "x")[1]
    missing = refused(create, FunctionName=name, EventSourceArn=stream, StartingPosition="LATEST")
    assert missing == ("InvalidParameterValueException", f"Stream not found: {stream}")
    assert refused(create, FunctionName=name)[1] == "Unrecognized event source."


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"BatchSize": 11}, "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater"),
        ({"StartingPosition": "LATEST"}, "StartingPosition is not valid for SQS event sources."),
        ({"ParallelizationFactor": 2}, "Unsupported ParallelizationFactor parameter for given event source mapping"),
        ({"MaximumRetryAttempts": 1}, "Unsupported MaximumRetryAttempts parameter for given event source mapping"),
        (
            {"ScalingConfig": {"MaximumConcurrency": 2}, "ProvisionedPollerConfig": {"MinimumPollers": 2}},
            "Provisioned mode for SQS ESM does not support maximum concurrency feature.",
        ),
        ({"ProvisionedPollerConfig": {"MinimumPollers": 1}}, "MinimumPollers should be between 2 and 200"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "no JSON"}]}}, "Invalid filter pattern definition."),
    ],
)
def test_what_a_queue_does_not_take_is_refused(aws: Aws, probe: Queue, settings: dict[str, Any], message: str):
    """CreateEventSourceMapping, InvalidParameterValueException."""
    create, name, arn = aws.client("lambda").create_event_source_mapping, function(aws, probe), aws.queue().arn

    code, said = refused(create, FunctionName=name, EventSourceArn=arn, **settings)

    assert (code, said[: len(message)]) == ("InvalidParameterValueException", message)


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ({"BatchSize": 10_001}, "ValidationException", "Value '10001' at 'batchSize' failed to satisfy constraint"),
        ({"ParallelizationFactor": 11}, "ValidationException", "Value '11' at 'parallelizationFactor'"),
        ({"TumblingWindowInSeconds": 901}, "ValidationException", "Value '901' at 'tumblingWindowInSeconds'"),
        ({"StartingPosition": "MIDDLE"}, "ValidationException", "Value 'MIDDLE' at 'startingPosition'"),
        ({"MaximumRecordAgeInSeconds": 59}, "InvalidParameterValueException", "MaximumRecordAgeInSeconds must be"),
        ({"StartingPosition": "AT_TIMESTAMP"}, "InvalidParameterValueException", "StartingPositionTimestamp"),
        ({"ScalingConfig": {"MaximumConcurrency": 2}}, "InvalidParameterValueException", "Unsupported ScalingConfig"),
        (
            {"DestinationConfig": {"OnSuccess": {"Destination": "arn:aws:sqs:us-east-1:123456789012:q"}}},
            "InvalidParameterValueException",
            "Unsupported DestinationConfig parameter for given event source mapping type.",
        ),
    ],
)
def test_what_a_stream_does_not_take_is_refused(
    aws: Aws, probe: Queue, settings: dict[str, Any], code: str, message: str
):
    """CreateEventSourceMapping, the ranges of its parameters."""
    create, name = aws.client("lambda").create_event_source_mapping, function(aws, probe)
    given = {"FunctionName": name, "EventSourceArn": aws.stream(), "StartingPosition": "LATEST", **settings}

    answered, said = refused(create, **given)

    assert (answered, message in said) == (code, True)


def test_a_stream_needs_a_starting_position(aws: Aws, probe: Queue):
    """CreateEventSourceMapping, StartingPosition: required for streams."""
    create = aws.client("lambda").create_event_source_mapping

    _, said = refused(create, FunctionName=function(aws, probe), EventSourceArn=aws.stream())

    assert said.startswith("1 validation error detected: Value null at 'startingPosition' failed to satisfy")


def test_a_starting_timestamp_is_for_kinesis_and_not_in_the_future(aws: Aws, probe: Queue):
    """CreateEventSourceMapping, StartingPosition and StartingPositionTimestamp."""
    create, name = aws.client("lambda").create_event_source_mapping, function(aws, probe)
    table = aws.table_stream(aws.table("NEW_IMAGE"))

    def at(arn: str, instant: float) -> str:
        position = {
            "StartingPosition": "AT_TIMESTAMP",
            "StartingPositionTimestamp": datetime.fromtimestamp(instant, UTC),
        }
        return refused(create, FunctionName=name, EventSourceArn=arn, **position)[1]

    assert at(aws.stream(), aws.now() + 60) == "StartingPositionTimestamp cannot be in the future."
    assert at(table, aws.now() - 60) == f"Unsupported starting position for arn type: {table}"


def test_a_fifo_queue_has_batches_of_ten_at_most_and_no_window(aws: Aws, probe: Queue):
    """CreateEventSourceMapping, BatchSize; batch windows are not for FIFO queues."""
    create, name = aws.client("lambda").create_event_source_mapping, function(aws, probe)
    arn = aws.queue(FifoQueue="true").arn

    window = refused(create, FunctionName=name, EventSourceArn=arn, MaximumBatchingWindowInSeconds=1)
    size = refused(create, FunctionName=name, EventSourceArn=arn, BatchSize=11)

    assert (window[0], "not supported for FIFO queues" in window[1]) == ("InvalidParameterValueException", True)
    assert (size[0], "FIFO queues" in size[1]) == ("InvalidParameterValueException", True)


def test_a_queue_must_hide_messages_for_as_long_as_the_function_may_run(aws: Aws, probe: Queue):
    """Using Lambda with Amazon SQS, "Configuring a queue for use with Lambda"."""
    queue, name = aws.queue(VisibilityTimeout=30), function(aws, probe, Timeout=60)

    code, said = refused(aws.client("lambda").create_event_source_mapping, FunctionName=name, EventSourceArn=queue.arn)

    assert code == "InvalidParameterValueException"
    assert said == "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds"
