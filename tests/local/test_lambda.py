"""Lambda answers, retries and gives up as AWS's does."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import UnsupportedResourceError
from bus.local.kinesis import KinesisRoom
from bus.local.lambda_ import LambdaRoom
from bus.local.plane import Plane
from bus.local.resources import RefusedValuesError, Resource
from bus.local.sqs import SqsRoom

Build = Callable[..., Plane]

CODE = """
import base64, json, time

calls = []

def echo(event, context):
    print("echo", event)
    return {"seen": event, "name": context.function_name}

def fail(event, context):
    calls.append(time.time())
    print(time.time())
    raise ValueError("no such order")

def reports(event, context):
    failures = [r["messageId"] for r in event["Records"] if r["body"] == "poison"]
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failures]}

def refuses(event, context):
    print(len(event["Records"]))
    if any(r["body"] == "poison" for r in event["Records"]):
        raise ValueError("poison")

def decodes(event, context):
    texts = [base64.b64decode(r["kinesis"]["data"]).decode() for r in event["Records"]]
    print(*texts)
    if "poison" in texts:
        raise ValueError("poison")
"""


@pytest.fixture
def plane(plane_with: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plane:
    package = tmp_path / "teams" / "orders"
    package.mkdir(parents=True)
    for file, text in (("../__init__.py", ""), ("__init__.py", ""), ("handlers.py", CODE)):
        (package / file).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "teams", raising=False)
    return plane_with(SqsRoom, KinesisRoom, LambdaRoom)


def make(plane: Plane, type_: str, **properties: Any) -> str:
    wanted = Resource("stack", type_, type_, properties, f"stack-{type_.rpartition(':')[2]}")
    return plane.makers.make(wanted).ref


def function(plane: Plane, handler: str, **properties: Any) -> str:
    return make(
        plane,
        "AWS::Lambda::Function",
        FunctionName=handler,
        Handler=f"teams.orders.handlers.{handler}",
        Runtime="python3.13",
        **properties,
    )


def queue(name: str, **attributes: str) -> tuple[str, str]:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def received(url: str) -> list[dict[str, Any]]:
    response = boto3.client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=0
    )
    return response.get("Messages", [])


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


def poisoned_queue(plane: Plane, handler: str, **mapping: Any) -> tuple[str, str]:
    dead_url, dead = queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 2})
    url, arn = queue("mail", RedrivePolicy=redrive, VisibilityTimeout="60")
    make(plane, "AWS::Lambda::EventSourceMapping", FunctionName=function(plane, handler), EventSourceArn=arn, **mapping)
    for body in ("fine", "poison", "fine too"):
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    return url, dead_url


def test_a_poison_message_reaches_the_dead_letter_queue_and_its_neighbours_do_not(plane: Plane):
    url, dead_url = poisoned_queue(plane, "reports", FunctionResponseTypes=["ReportBatchItemFailures"])

    plane.engine.run_until_idle()

    assert [message["Body"] for message in received(dead_url)] == ["poison"]
    assert received(url) == []
    hops = plane.ledger.find("lambda", "Invoke")
    assert [(hop.attempt, hop.outcome) for hop in hops] == [(1, "ok"), (1, "failed"), (1, "ok"), (2, "failed")]


def test_without_reports_one_poison_message_takes_its_batch_along(plane: Plane):
    _, dead_url = poisoned_queue(plane, "refuses")

    plane.engine.run_until_idle()

    assert sorted(message["Body"] for message in received(dead_url)) == ["fine", "fine too", "poison"]


def test_a_batching_window_gathers_messages(plane: Plane):
    name = function(plane, "refuses")
    url, arn = queue("mail")
    make(
        plane,
        "AWS::Lambda::EventSourceMapping",
        FunctionName=name,
        EventSourceArn=arn,
        MaximumBatchingWindowInSeconds=5,
        BatchSize=3,
    )
    began = plane.clock.time()

    for at in range(5):
        plane.engine.after(at, lambda: boto3.client("sqs").send_message(QueueUrl=url, MessageBody="fine"))
    plane.engine.run_until_idle()

    assert plane.rooms["lambda"].logs("refuses") == ["3", "2"]
    assert [hop.at - began for hop in plane.ledger.find("lambda", "Invoke")] == [2, 2, 2, 8, 8]


def test_messages_that_no_filter_wants_are_deleted_unseen(plane: Plane):
    name = function(plane, "refuses")
    url, arn = queue("mail")
    pattern = json.dumps({"body": {"kind": ["OrderPaid"]}})
    make(
        plane,
        "AWS::Lambda::EventSourceMapping",
        FunctionName=name,
        EventSourceArn=arn,
        FilterCriteria={"Filters": [{"Pattern": pattern}]},
    )

    for body in ('{"kind": "OrderPaid"}', '{"kind": "OrderPlaced"}', "plain"):
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    plane.engine.run_until_idle()

    assert plane.rooms["lambda"].logs("refuses") == ["1"]
    assert len(plane.ledger.find("lambda", "filter", "filtered")) == 2
    assert received(url) == []


def test_a_filter_that_is_no_pattern_is_refused(plane: Plane):
    _, arn = queue("mail")
    filters = {"Filters": [{"Pattern": '{"body": "x"}'}]}
    mapping = {"FunctionName": function(plane, "refuses"), "EventSourceArn": arn, "FilterCriteria": filters}

    with pytest.raises(RefusedValuesError, match="Invalid filter pattern definition") as refused:
        make(plane, "AWS::Lambda::EventSourceMapping", **mapping)

    assert "InvalidParameterValueException" in refused.value.reason


def test_a_poison_record_of_a_stream_is_told_to_the_destination_and_the_rest_goes_through(plane: Plane):
    url, arn = queue("failures")
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="orders", ShardCount=1)
    plane.engine.run_until_idle()
    stream = plane.arn("kinesis", "stream/orders")
    make(
        plane,
        "AWS::Lambda::EventSourceMapping",
        FunctionName=function(plane, "decodes"),
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )

    for text in ("a", "poison", "c"):
        kinesis.put_record(StreamName="orders", Data=text.encode(), PartitionKey="k")
    plane.engine.run_until_idle()

    assert [line for line in plane.rooms["lambda"].logs("decodes") if line in "a c"] == ["a", "c"]
    document = json.loads(received(url)[0]["Body"])
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["responseContext"]["functionError"] == "Unhandled"
    assert (document["KinesisBatchInfo"]["batchSize"], document["KinesisBatchInfo"]["streamArn"]) == (1, stream)


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
