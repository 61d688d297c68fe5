"""What CreatePipe refuses: EventBridge Pipes API reference, and the user guide's pages on sources and targets."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.pipes import bus_arn, create, filters, telling

STREAM = {"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON"}}


@pytest.mark.parametrize(
    "parameters",
    [
        {"Name": "no spaces"},
        {"Description": "x" * 513},
        {"DesiredState": "WALKING"},
        {"Source": "no arn"},
        {"RoleArn": "no role"},
        {"LogConfiguration": {"Level": "LOUD"}},
        {"LogConfiguration": {"Level": "INFO", "CloudwatchLogsLogDestination": {"LogGroupArn": "no group"}}},
        {"SourceParameters": {"SqsQueueParameters": {"BatchSize": 10_001}}},
        {"SourceParameters": {"SqsQueueParameters": {"BatchSize": 11}}},
        {"SourceParameters": {"SqsQueueParameters": {"MaximumBatchingWindowInSeconds": 301}}},
        {"SourceParameters": filters(*[{"body": ["x"]}] * 6)},
        {"SourceParameters": filters({"body": ["x" * 5000]})},
        {"SourceParameters": filters({"body": [{"wildcard": "x*"}]})},
        {"SourceParameters": STREAM},
        {"TargetParameters": {"LambdaFunctionParameters": {"InvocationType": "REQUEST_RESPONSE"}}},
        {"TargetParameters": {"InputTemplate": "x" * 8193}},
        {"TargetParameters": {"InputTemplate": "<aws.pipes.nothing>"}},
        {"TargetParameters": {"SqsQueueParameters": {"MessageGroupId": "x" * 101}}},
    ],
)
def test_parameters_outside_their_limits_are_refused(aws: Aws, parameters: dict[str, Any]):
    """CreatePipe: ValidationException."""
    with pytest.raises(ClientError, match="ValidationException"):
        create(aws, **parameters)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"StartingPosition": "AT_TIMESTAMP"},
        {"StartingPosition": "LATEST", "StartingPositionTimestamp": 1767225600},
        {"StartingPosition": "LATEST", "MaximumRetryAttempts": 10_001},
        {"StartingPosition": "LATEST", "MaximumRecordAgeInSeconds": 604_801},
        {"StartingPosition": "LATEST", "ParallelizationFactor": 11},
        {"StartingPosition": "LATEST", "OnPartialBatchItemFailure": "PANIC"},
        {"StartingPosition": "LATEST", "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:123456789012:dead.fifo"}},
        {"StartingPosition": "LATEST", "DeadLetterConfig": {"Arn": "arn:aws:s3:::bucket"}},
    ],
)
def test_parameters_of_a_stream_outside_their_limits_are_refused(aws: Aws, given: dict[str, Any]):
    """PipeSourceKinesisStreamParameters, and user guide, "Pipe DLQ behavior": no FIFO dead-letter queues."""
    parameters = {"KinesisStreamParameters": given} if given else {}
    with pytest.raises(ClientError, match="ValidationException"):
        create(aws, Source=aws.stream(), SourceParameters=parameters)


def test_targets_that_pipes_do_not_support_are_refused(aws: Aws):
    """… user guide, "Amazon EventBridge Pipes targets": no FIFO topics, no bus of another Region."""
    for target in (aws.topic(FifoTopic="true"), bus_arn(aws, aws.bus()).replace("us-east-1", "eu-west-1")):
        with pytest.raises(ClientError, match="ValidationException"):
            create(aws, Target=target)


def test_a_pipe_cannot_be_configured_with_a_larger_batch_than_its_target_supports(aws: Aws):
    """… user guide, "Amazon EventBridge Pipes batching and concurrency"."""
    reading = {"KinesisStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 100}}
    seen = aws.queue()

    with pytest.raises(ClientError, match="ValidationException"):
        create(aws, Source=aws.stream(), SourceParameters=reading)
    created = create(aws, Source=aws.stream(), Target=telling(aws, seen), SourceParameters=reading)

    assert created["CurrentState"] == "CREATING"
