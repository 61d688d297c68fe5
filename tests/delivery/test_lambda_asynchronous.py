"""Asynchronous invocation: retries, age, and how they are configured."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.asynchronous import FAILS, configured, sent
from tests.delivery.aws import Aws, Queue

PROBE = "import boto3, os, time\ndef handler(event, context):\n"
PROBE += "    boto3.client('sqs').send_message(QueueUrl=os.environ['PROBE'], MessageBody=str(int(time.time())))\n"


def probed(aws: Aws, then: str = "", **settings: Any) -> tuple[str, Queue]:
    """A function that sends the time of each of its invocations to a queue."""
    probe = aws.queue()
    return aws.function(PROBE + then, Environment={"Variables": {"PROBE": probe.url}}, **settings), probe


def test_lambda_queues_the_event_and_returns_a_success_response_without_additional_information(aws: Aws):
    """Lambda developer guide, "Invoking a Lambda function asynchronously"."""
    name, probe = probed(aws)

    answer = sent(aws, name)

    assert answer["StatusCode"] == 202
    assert answer["Payload"].read() == b""
    assert len(probe.bodies()) == 1


def test_a_function_error_is_retried_after_one_minute_and_after_two_more(aws: Aws):
    """Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation"."""
    name, probe = probed(aws, "    raise ValueError\n")
    began = aws.now()

    sent(aws, name)
    aws.wait(3600)

    assert [round(int(body) - began, -1) for body in probe.bodies()] == [0, 60, 180]


@pytest.mark.parametrize("retries", [0, 1])
def test_the_maximum_number_of_retries_is_between_none_and_two(aws: Aws, retries: int):
    """Lambda API reference, PutFunctionEventInvokeConfig, MaximumRetryAttempts."""
    name, probe = probed(aws, "    raise ValueError\n")
    configured(aws, name, MaximumRetryAttempts=retries)

    sent(aws, name)
    aws.wait(3600)

    assert len(probe.bodies()) == retries + 1


def test_an_event_past_its_maximum_age_is_given_up(aws: Aws):
    """Lambda developer guide, "Configuring error handling settings for Lambda asynchronous invocations"."""
    name, probe = probed(aws, "    raise ValueError\n")
    failures = aws.queue()
    destination = {"OnFailure": {"Destination": failures.arn}}
    configured(aws, name, MaximumEventAgeInSeconds=90, DestinationConfig=destination)

    sent(aws, name)
    aws.wait(3600)

    assert len(probe.bodies()) == 2
    [record] = failures.documents()
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["responseContext"]["functionError"] == "Unhandled"


def test_a_throttled_event_returns_to_the_queue_and_runs_when_there_is_room(aws: Aws):
    """Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation": the interval grows
    exponentially from one second.
    """
    name, probe = probed(aws, "    time.sleep(10)\n", Timeout=60)
    configured(aws, name, MaximumRetryAttempts=0)
    aws.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    began = aws.now()

    for _ in range(2):
        sent(aws, name)
    aws.wait(60)

    first, second = sorted(int(body) - began for body in probe.bodies())
    assert first <= 1
    assert 10 <= second <= 20


def test_a_throttled_event_is_tried_until_its_maximum_age(aws: Aws):
    """Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation"."""
    name, failures = (
        aws.function("import time\ndef handler(event, context):\n    time.sleep(800)\n", Timeout=900),
        aws.queue(),
    )
    aws.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    destination = {"OnFailure": {"Destination": failures.arn}}
    configured(aws, name, MaximumEventAgeInSeconds=120, DestinationConfig=destination)

    for order in (1, 2):
        sent(aws, name, order)
    aws.wait(121)

    [record] = failures.documents()
    assert record["requestPayload"] == 2
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert "responsePayload" not in record


def test_an_alias_has_its_own_configuration(aws: Aws):
    """Lambda API reference, PutFunctionEventInvokeConfig: "on a function, version, or alias"."""
    client, failures = aws.client("lambda"), aws.queue()
    name = aws.function(FAILS)
    version = client.publish_version(FunctionName=name)["Version"]
    client.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
    configured(
        aws,
        name,
        Qualifier="live",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": failures.arn}},
    )

    sent(aws, name, "whole")
    sent(aws, name, "alias", Qualifier="live")

    [record] = failures.documents()
    assert record["requestPayload"] == "alias"
    assert record["requestContext"]["functionArn"].endswith(f":{name}:live")
    assert record["responseContext"]["executedVersion"] == version


def test_excluded_settings_are_removed_by_put_and_kept_by_update(aws: Aws):
    """Lambda API reference, PutFunctionEventInvokeConfig and UpdateFunctionEventInvokeConfig."""
    client, name = aws.client("lambda"), aws.function(FAILS)
    configured(aws, name, MaximumRetryAttempts=1)

    client.update_function_event_invoke_config(FunctionName=name, MaximumEventAgeInSeconds=60)
    updated = client.get_function_event_invoke_config(FunctionName=name)
    configured(aws, name, MaximumEventAgeInSeconds=70)
    put = client.get_function_event_invoke_config(FunctionName=name)

    assert (updated["MaximumRetryAttempts"], updated["MaximumEventAgeInSeconds"]) == (1, 60)
    assert put["MaximumEventAgeInSeconds"] == 70
    assert "MaximumRetryAttempts" not in put
    assert put["FunctionArn"] == f"{aws.function_arn(name)}:$LATEST"
    assert len(client.list_function_event_invoke_configs(FunctionName=name)["FunctionEventInvokeConfigs"]) == 1
    client.delete_function_event_invoke_config(FunctionName=name)
    with pytest.raises(ClientError) as gone:
        client.get_function_event_invoke_config(FunctionName=name)
    assert gone.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert "doesn't have an EventInvokeConfig" in gone.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"MaximumRetryAttempts": 3}, "ValidationException"),
        ({"MaximumEventAgeInSeconds": 21601}, "ValidationException"),
        ({}, "InvalidParameterValueException"),
        (
            {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:kinesis:us-east-1:123456789012:stream/s"}}},
            "InvalidParameterValueException",
        ),
    ],
)
def test_what_no_configuration_can_be_is_refused(aws: Aws, settings: dict[str, Any], code: str):
    """Lambda API reference, PutFunctionEventInvokeConfig."""
    name = aws.function(FAILS)

    with pytest.raises(ClientError) as refused:
        configured(aws, name, **settings)

    assert refused.value.response["Error"]["Code"] == code


def test_a_reserved_concurrency_of_zero_sends_new_events_on_without_any_retries(aws: Aws):
    """Lambda developer guide, "Capturing records of Lambda asynchronous invocations", note."""
    dead, failures = aws.queue(), aws.queue()
    name, probe = probed(aws, DeadLetterConfig={"TargetArn": dead.arn})
    configured(aws, name, DestinationConfig={"OnFailure": {"Destination": failures.arn}})
    aws.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)

    sent(aws, name, 1)

    assert dead.bodies() == ["1"]
    assert len(failures.bodies()) == 1
    aws.wait(3600)
    assert probe.bodies() == []
