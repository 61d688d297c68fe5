import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.events import EventsRoom
from bus.local.plane import Plane

PATTERN = '{"source": ["omnibus.orders"]}'
QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(EventsRoom)


@pytest.fixture
def events(plane: Plane) -> Any:
    return boto3.client("events", region_name=plane.region)


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def matched(plane: Plane) -> list[str]:
    entry = {"Source": "omnibus.orders", "DetailType": "T", "Detail": "{}"}
    plane.call("events", "PutEvents", Entries=[entry])
    plane.engine.run_until_idle()
    return [hop.resource for hop in plane.ledger.find("events", "match", "ok")]


def test_a_rule_is_described_as_it_was_put(events: Any):
    events.create_event_bus(Name="orders")

    put = events.put_rule(Name="placed", EventBusName="orders", EventPattern=PATTERN, Description="d")

    assert shown(events.describe_rule(Name="placed", EventBusName="orders")) == {
        "Name": "placed",
        "Arn": put["RuleArn"],
        "EventPattern": PATTERN,
        "State": "ENABLED",
        "Description": "d",
        "EventBusName": "orders",
        "CreatedBy": "123456789012",
    }
    assert put["RuleArn"] == "arn:aws:events:us-east-1:123456789012:rule/orders/placed"


def test_a_disabled_rule_matches_nothing_until_it_is_enabled(plane: Plane, events: Any):
    rule = events.put_rule(Name="placed", EventPattern=PATTERN)["RuleArn"]

    events.disable_rule(Name="placed")
    assert matched(plane) == []
    events.enable_rule(Name="placed")
    assert matched(plane) == [rule]


def test_a_rule_put_again_keeps_its_targets(events: Any):
    events.put_rule(Name="placed", EventPattern=PATTERN)
    events.put_targets(Rule="placed", Targets=[{"Id": "queue", "Arn": QUEUE}])

    events.put_rule(Name="placed", EventPattern='{"source": ["elsewhere"]}')

    assert events.list_targets_by_rule(Rule="placed")["Targets"] == [{"Id": "queue", "Arn": QUEUE}]


def test_a_rule_goes_only_after_its_targets(events: Any):
    events.put_rule(Name="placed", EventPattern=PATTERN)
    events.put_targets(Rule="placed", Targets=[{"Id": "queue", "Arn": QUEUE}])

    with pytest.raises(ClientError, match="Rule can't be deleted since it has targets"):
        events.delete_rule(Name="placed")
    answer = events.remove_targets(Rule="placed", Ids=["queue", "other"])
    events.delete_rule(Name="placed")

    assert [failed["TargetId"] for failed in answer["FailedEntries"]] == ["other"]
    with pytest.raises(ClientError, match="Rule placed does not exist on EventBus default"):
        events.describe_rule(Name="placed")


def test_a_rule_has_at_most_five_targets(events: Any):
    events.put_rule(Name="placed", EventPattern=PATTERN)

    with pytest.raises(ClientError) as refused:
        events.put_targets(Rule="placed", Targets=[{"Id": str(each), "Arn": QUEUE} for each in range(6)])

    assert refused.value.response["Error"]["Code"] == "LimitExceededException"


def test_rules_are_listed_by_name_in_pages(events: Any):
    for name in ("b", "c", "a", "other"):
        events.put_rule(Name=name, EventPattern=PATTERN)

    first = events.list_rules(Limit=3)
    second = events.list_rules(Limit=3, NextToken=first["NextToken"])

    assert [rule["Name"] for rule in first["Rules"] + second["Rules"]] == ["a", "b", "c", "other"]
    assert "NextToken" not in second


@pytest.mark.parametrize(
    ("call", "code", "message"),
    [
        (
            {"Name": "r", "EventPattern": '{"source": "x"}'},
            "InvalidEventPatternException",
            'Event pattern is not valid. Reason: "source" must be an object or an array',
        ),
        ({"Name": "r"}, "ValidationException", "EventPattern or ScheduleExpression must be specified"),
        (
            {"Name": "r", "ScheduleExpression": "rate(1 day)", "EventBusName": "orders"},
            "ValidationException",
            "ScheduleExpression is supported only on the default event bus.",
        ),
        (
            {"Name": "r", "EventPattern": PATTERN, "EventBusName": "nowhere"},
            "ResourceNotFoundException",
            "Event bus nowhere does not exist.",
        ),
    ],
)
def test_a_rule_that_cannot_be_is_refused(events: Any, call: dict[str, str], code: str, message: str):
    events.create_event_bus(Name="orders")

    with pytest.raises(ClientError) as refused:
        events.put_rule(**call)

    assert refused.value.response["Error"]["Code"] == code
    assert message in refused.value.response["Error"]["Message"]


def test_a_pattern_can_be_tried_on_an_event(events: Any):
    event = dict.fromkeys(("id", "account", "time", "region", "detail-type"), "x")

    assert events.test_event_pattern(EventPattern=PATTERN, Event=json.dumps({**event, "source": "omnibus.orders"}))[
        "Result"
    ]
    assert not events.test_event_pattern(EventPattern=PATTERN, Event=json.dumps({**event, "source": "x"}))["Result"]
    for no_event in ("{}", "no json", '"text"', "[1]"):
        with pytest.raises(ClientError, match="Parameter Event is not valid"):
            events.test_event_pattern(EventPattern=PATTERN, Event=no_event)


def test_buses_are_made_described_listed_and_deleted(events: Any):
    made = events.create_event_bus(Name="orders", Description="d")["EventBusArn"]

    events.put_permission(EventBusName="orders", Action="events:PutEvents", Principal="111122223333", StatementId="s")

    described = events.describe_event_bus(Name="orders")
    assert (described["Arn"], described["Description"]) == (made, "d")
    assert json.loads(described["Policy"])["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    with pytest.raises(ClientError, match=r"Event bus orders already exists\."):
        events.create_event_bus(Name="orders")
    events.delete_event_bus(Name="orders")
    assert [bus["Name"] for bus in events.list_event_buses()["EventBuses"]] == ["default"]
