"""Functions that are invoked: answers, errors, retries, destinations."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import UnsupportedResourceError
from bus.local.plane import Plane
from bus.local.resources import Resource
from tests.local.invocations.cases import function, make, queue, received


def test_a_function_answers_the_one_who_waits(plane: Plane):
    name = function(plane, "echo")

    answer = boto3.client("lambda").invoke(FunctionName=name, Payload=json.dumps({"order": 1}))

    assert answer["StatusCode"] == 200
    assert "FunctionError" not in answer
    assert json.load(answer["Payload"]) == {"seen": {"order": 1}, "name": "echo"}
    assert plane.rooms["lambda"].logs("echo") == ["echo {'order': 1}"]
    assert [hop.outcome for hop in plane.ledger.find("lambda", "Invoke")] == ["ok"]


def test_an_error_of_the_handler_is_an_unhandled_function_error(plane: Plane):
    name = function(plane, "fail")

    answer = boto3.client("lambda").invoke(FunctionName=name)

    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    payload = json.load(answer["Payload"])
    assert (payload["errorType"], payload["errorMessage"]) == ("ValueError", "no such order")
    assert [hop.outcome for hop in plane.ledger.find("lambda", "Invoke")] == ["failed"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"FunctionName": "nobody"}, "ResourceNotFoundException"),
        ({"FunctionName": "echo", "Qualifier": "live"}, "ResourceNotFoundException"),
        ({"FunctionName": "echo", "Payload": b"{"}, "InvalidRequestContentException"),
        ({"FunctionName": "echo", "Payload": b'"' + b"x" * 6_291_456 + b'"'}, "RequestTooLargeException"),
        (
            {"FunctionName": "echo", "InvocationType": "Event", "Payload": b'"%s"' % (b"x" * 1_048_576)},
            "RequestTooLargeException",
        ),
        ({"FunctionName": "echo", "DurableExecutionName": "one"}, "UnsupportedOperation"),
        ({"FunctionName": "echo:1", "Qualifier": "2"}, "InvalidParameterValueException"),
        ({"FunctionName": "echo", "InvocationType": "Later"}, "ValidationException"),
    ],
)
def test_what_cannot_be_invoked_is_refused(plane: Plane, params: dict[str, Any], code: str):
    function(plane, "echo")

    with pytest.raises(ClientError) as refused:
        boto3.client("lambda").invoke(**params)

    assert refused.value.response["Error"]["Code"] == code


def test_an_asynchronous_invocation_is_retried_after_one_and_two_minutes_then_dead_lettered(plane: Plane):
    url, arn = queue("dead")
    name = function(plane, "fail", DeadLetterConfig={"TargetArn": arn})
    began = plane.clock.time()

    with plane.ledger.following("event-1"):
        accepted = boto3.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b'{"order": 1}')
    plane.engine.run_until_idle()

    assert accepted["StatusCode"] == 202
    hops = plane.ledger.find("lambda", "Invoke")
    assert [(hop.at - began, hop.attempt, hop.outcome) for hop in hops] == [
        (0, 1, "failed"),
        (60, 2, "failed"),
        (180, 3, "failed"),
    ]
    assert [hop.outcome for hop in plane.ledger.find("lambda", "discard")] == ["dead-letter"]
    assert {hop.event_id for hop in hops} == {"event-1"}
    (message,) = received(url)
    assert message["Body"] == '{"order": 1}'
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no such order"
    assert message["MessageAttributes"]["ErrorCode"] == {"StringValue": "200", "DataType": "Number"}


def test_the_end_of_an_asynchronous_invocation_is_told_to_its_destinations(plane: Plane):
    (bad_url, bad), (good_url, good) = queue("bad"), queue("good")
    destinations = {"OnFailure": {"Destination": bad}, "OnSuccess": {"Destination": good}}
    for name in (function(plane, "fail"), function(plane, "echo")):
        make(
            plane,
            "AWS::Lambda::EventInvokeConfig",
            FunctionName=name,
            Qualifier="$LATEST",
            MaximumRetryAttempts=0,
            DestinationConfig=destinations,
        )

    for name in ("fail", "echo"):
        boto3.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b"1")
    plane.engine.run_until_idle()

    failed, succeeded = (json.loads(received(url)[0]["Body"]) for url in (bad_url, good_url))
    assert failed["requestContext"]["condition"] == "RetriesExhausted"
    assert failed["requestContext"]["approximateInvokeCount"] == 1
    assert failed["responseContext"]["functionError"] == "Unhandled"
    assert failed["responsePayload"]["errorType"] == "ValueError"
    assert succeeded["requestContext"]["condition"] == "Success"
    assert succeeded["responsePayload"] == {"seen": 1, "name": "echo"}


def test_an_event_that_waited_too_long_is_not_tried_again(plane: Plane):
    url, arn = queue("bad")
    name = function(plane, "fail")
    destination = {"OnFailure": {"Destination": arn}}
    make(
        plane,
        "AWS::Lambda::EventInvokeConfig",
        FunctionName=name,
        MaximumEventAgeInSeconds=90,
        DestinationConfig=destination,
    )

    boto3.client("lambda").invoke(FunctionName=name, InvocationType="Event")
    plane.engine.run_until_idle()

    assert len(plane.ledger.find("lambda", "Invoke")) == 2
    assert json.loads(received(url)[0]["Body"])["requestContext"]["condition"] == "EventAgeExceeded"


def test_functions_and_mappings_are_described(plane: Plane):
    name = function(plane, "echo", Environment={"Variables": {"TABLE": "orders", "LIMIT": 5}}, Timeout=30)
    _, arn = queue("mail")
    uuid = make(plane, "AWS::Lambda::EventSourceMapping", FunctionName=name, EventSourceArn=arn)
    client = boto3.client("lambda")

    described = client.get_function(FunctionName=plane.arn("lambda", "function:echo"))["Configuration"]

    alone = client.get_function_configuration(FunctionName="echo")
    assert {key: alone[key] for key in described} == described
    assert described["Environment"]["Variables"] == {"TABLE": "orders", "LIMIT": "5"}
    assert [each["FunctionName"] for each in client.list_functions()["Functions"]] == ["echo"]
    assert [each["UUID"] for each in client.list_event_source_mappings(FunctionName="echo")["EventSourceMappings"]] == [
        uuid
    ]
    assert client.get_event_source_mapping(UUID=uuid)["BatchSize"] == 10


@pytest.mark.parametrize(
    ("properties", "what"),
    [
        ({"PackageType": "Image"}, "container images"),
        ({"Runtime": "nodejs22.x"}, "the runtime nodejs22.x"),
        ({"FileSystemConfigs": [{"Arn": "a"}]}, "the property FileSystemConfigs.Arn"),
    ],
)
def test_a_function_that_cannot_run_here_stops_the_deployment(plane: Plane, properties: dict[str, Any], what: str):
    wanted = {"Handler": "a.b", "Runtime": "python3.13", **properties}

    with pytest.raises(UnsupportedResourceError, match=what):
        plane.makers.make(Resource("stack", "Api", "AWS::Lambda::Function", wanted, "stack-Api"))
