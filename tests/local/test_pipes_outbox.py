"""From a table through a pipe to a bus: the way that every outbox takes."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from bus.local.plane import Plane
from bus.local.resources import RefusedValuesError
from tests.local.pipe_cases import Build, bodies, function, pipe, plane_of, queue, send


@pytest.fixture
def plane(plane_with: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plane:
    return plane_of(plane_with, tmp_path, monkeypatch)


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


def test_an_event_that_the_bus_refuses_is_retried_alone(plane: Plane, bus: tuple[str, str]):
    url, source = queue("in", VisibilityTimeout="30")
    pipe(plane, source, bus[0], TargetParameters={"InputTemplate": "<$.body.detail>"})

    send(url, *(json.dumps({"detail": detail}) for detail in ('{"order": 1}', "no object", '{"order": 2}')))
    plane.engine.run_to(plane.clock.time() + 45)

    received = [(event["source"], event["detail-type"], event["detail"]) for event in bodies(bus[1])]
    assert received == [("Pipe relay", "Event from aws:sqs", {"order": order}) for order in (1, 2)]
    hops = plane.ledger.find("pipes", "deliver")
    assert [(hop.attempt, hop.outcome) for hop in hops] == [(1, "ok"), (1, "failed"), (1, "ok"), (2, "failed")]


def test_a_batch_larger_than_the_target_takes_is_refused(plane: Plane, table: str, bus: tuple[str, str]):
    stream = {"StartingPosition": "LATEST", "BatchSize": 11}

    with pytest.raises(RefusedValuesError, match="BatchSize 11"):
        pipe(plane, table, bus[0], SourceParameters={"DynamoDBStreamParameters": stream})
