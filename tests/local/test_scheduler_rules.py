"""EventBridge rules that run on a schedule (EventBridge user guide, "Creating a rule that runs on a schedule")."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.events import EventsRoom
from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from bus.local.sqs import SqsRoom

QUEUE = "arn:aws:sqs:us-east-1:123456789012:ticks"
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/ticks"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    plane = plane_with(EventsRoom, SqsRoom)
    plane.call("sqs", "CreateQueue", QueueName="ticks")
    return plane


@pytest.fixture
def events(plane: Plane) -> Any:
    return boto3.client("events", region_name=plane.region)


def put(events: Any, expression: str, **more: Any) -> str:
    arn = events.put_rule(Name="tick", ScheduleExpression=expression, **more)["RuleArn"]
    events.put_targets(Rule="tick", Targets=[{"Id": "queue", "Arn": QUEUE}])
    return str(arn)


def ticks(plane: Plane) -> list[dict[str, Any]]:
    answer = plane.call("sqs", "ReceiveMessage", QueueUrl=URL, MaxNumberOfMessages=10)
    for message in answer.get("Messages", ()):
        plane.call("sqs", "DeleteMessage", QueueUrl=URL, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in answer.get("Messages", ())]


def times(plane: Plane) -> list[str]:
    return [tick["time"] for tick in ticks(plane)]


def test_the_event_of_a_schedule_is_the_documented_one(plane: Plane, events: Any):
    arn = put(events, "rate(5 minutes)")

    plane.engine.advance(timedelta(minutes=5))

    [tick] = ticks(plane)
    assert tick.pop("id")
    assert tick == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-01-01T00:05:00Z",
        "region": "us-east-1",
        "resources": [arn],
        "detail": {},
    }


def test_a_rate_counts_from_the_creation_of_the_rule_and_is_not_reset_by_putting_it_again(plane: Plane, events: Any):
    plane.engine.advance(timedelta(seconds=30))
    put(events, "rate(1 minute)")
    plane.engine.advance(timedelta(seconds=90))

    put(events, "rate(1 minute)", Description="the same")
    plane.engine.advance(timedelta(seconds=60))

    assert times(plane) == ["2026-01-01T00:01:30Z", "2026-01-01T00:02:30Z"]


def test_a_cron_expression_is_in_utc(plane: Plane, events: Any):
    put(events, "cron(30 12 * * ? *)")

    plane.engine.advance(timedelta(days=2))

    assert times(plane) == ["2026-01-01T12:30:00Z", "2026-01-02T12:30:00Z"]


def test_a_disabled_rule_does_not_run_until_it_is_enabled(plane: Plane, events: Any):
    put(events, "rate(1 hour)")
    events.disable_rule(Name="tick")
    plane.engine.advance(timedelta(hours=2, minutes=30))
    assert times(plane) == []

    events.enable_rule(Name="tick")
    plane.engine.advance(timedelta(hours=1))

    assert times(plane) == ["2026-01-01T03:00:00Z"]


def test_a_deleted_rule_runs_no_more(plane: Plane, events: Any):
    put(events, "rate(1 hour)")
    events.remove_targets(Rule="tick", Ids=["queue"])
    events.delete_rule(Name="tick")

    plane.engine.advance(timedelta(hours=3))

    assert plane.ledger.find("events", "match") == []


def test_a_schedule_keeps_no_plane_busy(plane: Plane, events: Any):
    put(events, "rate(1 minute)")

    plane.engine.run_until_idle()

    assert times(plane) == []


def test_a_schedule_is_for_the_default_bus_alone(events: Any):
    events.create_event_bus(Name="other")

    with pytest.raises(ClientError, match="ScheduleExpression is supported only on the default event bus"):
        events.put_rule(Name="tick", ScheduleExpression="rate(1 minute)", EventBusName="other")


@pytest.mark.parametrize(
    "expression", ["rate(1 minutes)", "rate(5 minute)", "cron(0 12 * * * *)", "at(2026-01-01T00:00:00)"]
)
def test_what_is_no_schedule_is_refused_and_changes_nothing(plane: Plane, events: Any, expression: str):
    put(events, "rate(1 hour)")

    with pytest.raises(ClientError, match=r"Parameter ScheduleExpression is not valid\."):
        events.put_rule(Name="tick", ScheduleExpression=expression)

    assert events.describe_rule(Name="tick")["ScheduleExpression"] == "rate(1 hour)"
    plane.engine.advance(timedelta(hours=1))
    assert len(ticks(plane)) == 1


def test_a_rule_may_have_a_pattern_and_a_schedule(plane: Plane, events: Any):
    put(events, "rate(1 hour)", EventPattern='{"source": ["omnibus.clock"]}')
    events.put_events(Entries=[{"Source": "omnibus.clock", "DetailType": "T", "Detail": "{}"}])

    plane.engine.advance(timedelta(hours=1))

    assert [tick["source"] for tick in ticks(plane)] == ["omnibus.clock", "aws.events"]


def test_a_scheduled_rule_of_a_template_is_made_changed_and_removed(plane: Plane):
    target = {"Id": "queue", "Arn": QUEUE, "Input": '{"tick": 1}'}

    def wanted(expression: str) -> Resource:
        properties = {"ScheduleExpression": expression, "Targets": [target]}
        return Resource("stack", "Tick", "AWS::Events::Rule", properties, "stack-Tick-1")

    room = plane.rooms["events"]
    made = Made(wanted("rate(1 hour)"), plane.makers.make(wanted("rate(1 hour)")))
    made = Made(wanted("rate(1 minute)"), room.change_rule(wanted("rate(1 minute)"), made))
    plane.engine.advance(timedelta(minutes=2))
    assert ticks(plane) == [{"tick": 1}, {"tick": 1}]

    room.remove_rule(made)
    plane.engine.advance(timedelta(hours=2))
    assert ticks(plane) == []
