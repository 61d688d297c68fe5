"""A pipe filters, enriches, transforms and delivers; what fails is retried, cut down and dead-lettered."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.dynamodb import DynamoDbRoom, DynamoDbStreamsRoom
from bus.local.errors import UnsupportedResourceError
from bus.local.events import EventsRoom
from bus.local.kinesis import KinesisRoom
from bus.local.lambda_ import LambdaRoom
from bus.local.pipes import PipesRoom
from bus.local.plane import Plane
from bus.local.resources import RefusedValuesError, Resource
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom

Build = Callable[..., Plane]

CODE = """
import json

def relay(records, context):
    print(len(records))
    images = [record["dynamodb"]["NewImage"] for record in records]
    if any(image["kind"]["S"] == "poison" for image in images):
        raise ValueError("poison")
    return [
        {"source": "omnibus.orders", "detail_type": image["kind"]["S"], "detail": {"id": image["pk"]["S"]}}
        for image in images
    ]

def nothing(records, context):
    return []

def shout(records, context):
    return [{"text": record["body"].upper()} for record in records]

def print_each(records, context):
    for record in records:
        print(json.dumps(record, sort_keys=True))

def refuses_poison(records, context):
    return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in records if r["body"] == "poison"]}
"""


@pytest.fixture
def plane(plane_with: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plane:
    package = tmp_path / "teams" / "orders"
    package.mkdir(parents=True)
    for file, text in (("../__init__.py", ""), ("__init__.py", ""), ("handlers.py", CODE)):
        (package / file).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "teams", raising=False)
    rooms = (DynamoDbRoom, DynamoDbStreamsRoom, SqsRoom, SnsRoom, KinesisRoom, LambdaRoom, EventsRoom, PipesRoom)
    return plane_with(*rooms)


def make(plane: Plane, type_: str, **properties: Any) -> Any:
    return plane.makers.make(Resource("stack", "It", type_, properties, "stack-It"))


def function(plane: Plane, handler: str) -> str:
    made = make(
        plane,
        "AWS::Lambda::Function",
        FunctionName=handler,
        Handler=f"teams.orders.handlers.{handler}",
        Runtime="python3.13",
    )
    arn: str = made.attributes["Arn"]
    return arn


def pipe(plane: Plane, source: str, target: str, **properties: Any) -> Any:
    role = "arn:aws:iam::123456789012:role/pipe"
    return make(plane, "AWS::Pipes::Pipe", Name="relay", RoleArn=role, Source=source, Target=target, **properties)


def queue(name: str, **attributes: str) -> tuple[str, str]:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def send(url: str, *bodies: str) -> None:
    for body in bodies:
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body)


def bodies(url: str) -> list[Any]:
    response = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [json.loads(message["Body"]) for message in response.get("Messages", [])]


@pytest.fixture
def table(plane: Plane) -> str:
    """A table with a stream; the stream's ARN."""
    described = plane.call(
        "dynamodb",
        "CreateTable",
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    arn: str = described["TableDescription"]["LatestStreamArn"]
    return arn


def put(*items: tuple[str, str]) -> None:
    for key, kind in items:
        boto3.client("dynamodb").put_item(TableName="orders", Item={"pk": {"S": key}, "kind": {"S": kind}})


@pytest.fixture
def bus(plane: Plane) -> tuple[str, str]:
    """An event bus and a queue of everything that reaches it: the bus's ARN, the queue's URL."""
    events = boto3.client("events")
    arn = events.create_event_bus(Name="omnibus")["EventBusArn"]
    url, queue_arn = queue("everything")
    events.put_rule(Name="all", EventBusName="omnibus", EventPattern=json.dumps({"account": [plane.account]}))
    events.put_targets(Rule="all", EventBusName="omnibus", Targets=[{"Id": "queue", "Arn": queue_arn}])
    return arn, url


def outbox(plane: Plane, table: str, bus_arn: str, **stream: Any) -> None:
    """The pipe that the orders service has: filter, enrichment, source and detail-type by dynamic path."""
    pipe(
        plane,
        table,
        bus_arn,
        SourceParameters={
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps({"eventName": ["INSERT"]})}]},
            "DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 10, **stream},
        },
        Enrichment=function(plane, "relay"),
        TargetParameters={
            "InputTemplate": '{"id": <$.detail.id>}',
            "EventBridgeEventBusParameters": {"Source": "$.source", "DetailType": "$.detail_type"},
        },
    )


def test_inserted_items_become_events_and_other_changes_do_not(plane: Plane, table: str, bus: tuple[str, str]):
    outbox(plane, table, bus[0])

    put(("1", "OrderPlaced.v1"), ("2", "OrderPaid.v1"), ("1", "OrderPlaced.v1"), ("1", "changed"))
    plane.engine.run_until_idle()

    received = [(event["source"], event["detail-type"], event["detail"]) for event in bodies(bus[1])]
    assert received == [
        ("omnibus.orders", "OrderPlaced.v1", {"id": "1"}),
        ("omnibus.orders", "OrderPaid.v1", {"id": "2"}),
    ]
    assert plane.rooms["lambda"].logs("relay") == ["2"]
    assert len(plane.ledger.find("pipes", "deliver", "ok")) == 2
    assert len(plane.ledger.find("pipes", "filter", "filtered")) >= 1


def test_a_poison_item_reaches_the_dead_letter_queue_and_its_neighbours_the_bus(
    plane: Plane, table: str, bus: tuple[str, str]
):
    dead_url, dead = queue("dead")
    outbox(
        plane,
        table,
        bus[0],
        OnPartialBatchItemFailure="AUTOMATIC_BISECT",
        MaximumRetryAttempts=2,
        DeadLetterConfig={"Arn": dead},
    )

    put(("1", "A"), ("2", "B"), ("3", "poison"), ("4", "D"))
    plane.engine.run_until_idle()

    assert [event["detail"]["id"] for event in bodies(bus[1])] == ["1", "2", "4"]
    (document,) = bodies(dead_url)
    assert document["context"] == {
        "partnerResourceArn": plane.arn("pipes", "pipe/relay"),
        "condition": "RetryAttemptsExhausted",
    }
    assert document["DDBStreamBatchInfo"]["batchSize"] == 1
    assert document["DDBStreamBatchInfo"]["streamArn"] == table
    assert [hop.outcome for hop in plane.ledger.find("pipes", "discard")] == ["dead-letter"]


def test_an_enrichment_that_returns_nothing_filters(plane: Plane):
    (url, source), (target_url, target) = queue("in"), queue("out")
    pipe(plane, source, target, Enrichment=function(plane, "nothing"))

    send(url, "a")
    plane.engine.run_until_idle()

    assert (bodies(url), bodies(target_url)) == ([], [])
    assert [hop.note for hop in plane.ledger.find("pipes", "deliver", "ok")] == ["the enrichment returned nothing"]


def test_templates_read_the_parsed_body_before_and_the_answer_after_the_enrichment(plane: Plane):
    (url, source), (target_url, target) = queue("in"), queue("out")
    pipe(
        plane,
        source,
        target,
        Enrichment=function(plane, "shout"),
        EnrichmentParameters={"InputTemplate": '{"body": <$.body.text>}'},
        TargetParameters={"InputTemplate": '{"said": <$.text>, "by": "<aws.pipes.pipe-name>", "no": <$.body>}'},
    )

    send(url, '{"text": "hello"}')
    plane.engine.run_until_idle()

    assert bodies(target_url) == [{"said": "HELLO", "by": "relay", "no": ""}]


def test_filters_see_the_parsed_body_and_drop_what_they_do_not_want(plane: Plane):
    (url, source), (target_url, target) = queue("in"), queue("out")
    pattern = json.dumps({"body": {"kind": ["wanted"]}})
    pipe(
        plane,
        source,
        target,
        SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": pattern}]}},
        TargetParameters={"InputTemplate": "<$.body.id>"},
    )

    send(url, '{"kind": "wanted", "id": 7}', '{"kind": "other", "id": 8}')
    plane.engine.run_until_idle()

    assert bodies(target_url) == [7]
    assert bodies(url) == []


def test_a_filter_that_is_no_pattern_is_refused(plane: Plane):
    (_, source), (_, target) = queue("in"), queue("out")
    filters = {"Filters": [{"Pattern": '{"body": [{"wildcard": "x*"}]}'}]}

    with pytest.raises(RefusedValuesError, match="Unrecognized match type wildcard") as refused:
        pipe(plane, source, target, SourceParameters={"FilterCriteria": filters})

    assert "ValidationException" in refused.value.reason


def test_a_function_gets_an_array_and_may_report_what_failed(plane: Plane):
    dead_url, dead = queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 2})
    url, source = queue("in", RedrivePolicy=redrive)
    pipe(plane, source, function(plane, "refuses_poison"))

    send(url, '"fine"', "poison")
    plane.engine.run_until_idle()

    response = boto3.client("sqs").receive_message(QueueUrl=dead_url, MaxNumberOfMessages=10)
    assert [message["Body"] for message in response["Messages"]] == ["poison"]


def test_kinesis_data_is_decoded_for_paths_and_passed_on_encoded(plane: Plane):
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="in", ShardCount=1)
    kinesis.create_stream(StreamName="out", ShardCount=1)
    plane.engine.run_until_idle()
    pipe(
        plane,
        plane.arn("kinesis", "stream/in"),
        plane.arn("kinesis", "stream/out"),
        SourceParameters={"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON"}},
        TargetParameters={"KinesisStreamParameters": {"PartitionKey": "$.data.order"}},
    )

    kinesis.put_record(StreamName="in", Data=b'{"order": "o-1"}', PartitionKey="k")
    plane.engine.run_until_idle()

    shard = kinesis.list_shards(StreamName="out")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName="out", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    (record,) = kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    assert record["PartitionKey"] == "o-1"
    passed_on = json.loads(record["Data"])
    assert (passed_on["eventSource"], passed_on["data"]) == ("aws:kinesis", "eyJvcmRlciI6ICJvLTEifQ==")


def test_a_topic_receives_events(plane: Plane):
    (url, source), (target_url, target) = queue("in"), queue("out")
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target, Attributes={"RawMessageDelivery": "true"})
    pipe(plane, source, topic, TargetParameters={"InputTemplate": '{"order": <$.body.order>}'})

    send(url, '{"order":1}')
    plane.engine.run_until_idle()

    assert bodies(target_url) == [{"order": 1}]


def test_an_event_that_the_bus_refuses_is_retried_alone(plane: Plane, bus: tuple[str, str]):
    url, source = queue("in", VisibilityTimeout="30")
    pipe(plane, source, bus[0], TargetParameters={"InputTemplate": "<$.body.detail>"})

    send(url, *(json.dumps({"detail": detail}) for detail in ('{"order": 1}', "no object", '{"order": 2}')))
    plane.engine.run_to(plane.clock.time() + 45)

    received = [(event["source"], event["detail-type"], event["detail"]) for event in bodies(bus[1])]
    assert received == [("Pipe relay", "Event from aws:sqs", {"order": order}) for order in (1, 2)]
    hops = plane.ledger.find("pipes", "deliver")
    assert [(hop.attempt, hop.outcome) for hop in hops] == [(1, "ok"), (1, "failed"), (1, "ok"), (2, "failed")]


def test_a_stopped_pipe_reads_nothing(plane: Plane):
    (url, source), (_, target) = queue("in"), queue("out")
    pipe(plane, source, target, DesiredState="STOPPED")

    send(url, '"a"')
    plane.engine.run_until_idle()

    assert bodies(url) == ["a"]
    described = boto3.client("pipes").describe_pipe(Name="relay")
    assert (described["CurrentState"], described["Source"]) == ("STOPPED", source)
    assert [each["Name"] for each in boto3.client("pipes").list_pipes(NamePrefix="re")["Pipes"]] == ["relay"]
    assert boto3.client("pipes").list_pipes(DesiredState="RUNNING")["Pipes"] == []


@pytest.mark.usefixtures("plane")
def test_a_pipe_that_is_not_there_is_not_found():
    with pytest.raises(ClientError, match="NotFoundException"):
        boto3.client("pipes").describe_pipe(Name="nobody")


@pytest.mark.parametrize(
    ("properties", "what"),
    [
        ({"Target": "arn:aws:states:us-east-1:123456789012:stateMachine:m"}, "the synchronous target"),
        ({"Target": "arn:aws:ecs:us-east-1:123456789012:cluster/c"}, "the target"),
        ({"Source": "arn:aws:kafka:us-east-1:123456789012:cluster/c"}, "the source"),
        ({"Enrichment": "arn:aws:states:us-east-1:123456789012:stateMachine:m"}, "the enrichment"),
        ({"TargetParameters": {"EventBridgeEventBusParameters": {"EndpointId": "e.v"}}}, "EndpointId"),
    ],
)
def test_what_a_pipe_cannot_do_here_stops_the_deployment(plane: Plane, properties: dict[str, Any], what: str):
    (_, source), (_, target) = queue("in"), queue("out")

    with pytest.raises(UnsupportedResourceError, match=what):
        make(plane, "AWS::Pipes::Pipe", **{"Name": "relay", "Source": source, "Target": target, **properties})


def test_a_batch_larger_than_the_target_takes_is_refused(plane: Plane, table: str, bus: tuple[str, str]):
    stream = {"StartingPosition": "LATEST", "BatchSize": 11}

    with pytest.raises(RefusedValuesError, match="BatchSize 11"):
        pipe(plane, table, bus[0], SourceParameters={"DynamoDBStreamParameters": stream})
