"""Schedules that change while they are due, and inputs that no operation takes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.plane import Plane
from bus.local.resources import Made, RefusedValuesError, Resource
from bus.local.scheduler import SchedulerRoom
from bus.local.sqs import SqsRoom

SQS = "arn:aws:sqs:us-east-1:123456789012:"
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/"
TARGET = {"Arn": SQS + "due", "RoleArn": "arn:aws:iam::123456789012:role/scheduler", "Input": "due"}
SEND = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"
OFF, AN_HOUR = {"Mode": "OFF"}, {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60}
AT_ONE = "at(2026-01-01T01:00:00)"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    plane = plane_with(SqsRoom, SchedulerRoom)
    for name in ("due", "dead"):
        plane.call("sqs", "CreateQueue", QueueName=name)
    return plane


@pytest.fixture
def scheduler(plane: Plane) -> Any:
    return boto3.client("scheduler", region_name=plane.region)


def given(**more: Any) -> dict[str, Any]:
    return {"Name": "one", "ScheduleExpression": AT_ONE, "FlexibleTimeWindow": OFF, "Target": TARGET} | more


def after(plane: Plane, **span: float) -> None:
    plane.engine.advance(timedelta(**span))


def bodies(plane: Plane, queue: str = "due") -> list[str]:
    messages = plane.call("sqs", "ReceiveMessage", QueueUrl=URL + queue, MaxNumberOfMessages=10).get("Messages", ())
    return [message["Body"] for message in messages]


def test_a_change_right_after_its_one_time_does_not_invoke_a_schedule_again(plane: Plane, scheduler: Any):
    scheduler.create_schedule(**given())
    after(plane, hours=1, seconds=10)
    scheduler.update_schedule(**given(Description="changed"))

    after(plane, hours=1)

    assert [hop.outcome for hop in plane.ledger.find("scheduler", "invoke")] == ["ok"]


@pytest.mark.parametrize("expression", [AT_ONE, "cron(0 1 * * ? *)"])
def test_a_change_within_its_window_loses_no_invocation(plane: Plane, scheduler: Any, expression: str):
    flexible = given(ScheduleExpression=expression, FlexibleTimeWindow=AN_HOUR)
    scheduler.create_schedule(**flexible)
    after(plane, hours=1, seconds=61)
    assert plane.ledger.find("scheduler", "invoke") == []

    scheduler.update_schedule(**flexible | {"Target": {**TARGET, "Input": "changed"}})
    after(plane, hours=1)

    assert bodies(plane) == ["changed"]


def test_another_time_within_the_window_is_the_time_that_counts(plane: Plane, scheduler: Any):
    flexible = given(FlexibleTimeWindow=AN_HOUR)
    scheduler.create_schedule(**flexible)
    after(plane, hours=1, seconds=61)

    scheduler.update_schedule(**flexible | {"ScheduleExpression": "at(2026-01-01T09:00:00)"})
    after(plane, hours=2)
    assert bodies(plane) == []

    after(plane, hours=7)
    assert bodies(plane) == ["due"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "Missing required parameter"),
        (f'{{"QueueUrl": "{URL}due", "MessageBody": 7}}', "Invalid type for parameter MessageBody"),
    ],
)
def test_a_universal_target_whose_input_lacks_what_the_operation_needs_is_a_dead_letter(
    plane: Plane, scheduler: Any, text: str, said: str
):
    policy = {"RetryPolicy": {"MaximumRetryAttempts": 0}, "DeadLetterConfig": {"Arn": SQS + "dead"}}
    scheduler.create_schedule(**given(Target={**TARGET, "Arn": SEND, "Input": text, **policy}))

    after(plane, hours=2)

    asked = {"QueueUrl": URL + "dead", "MessageAttributeNames": ["All"]}
    (letter,) = plane.call_with("sqs", "ReceiveMessage", asked)["Messages"]
    attributes = {name: each["StringValue"] for name, each in letter["MessageAttributes"].items()}
    assert attributes["ERROR_CODE"] == "ValidationException"
    assert said in attributes["ERROR_MESSAGE"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"Arn": SEND, "Input": "[" * 5000 + "]" * 5000}, "well-formed JSON object"),
        ({"Arn": "arn:aws:lambda:us-east-1:123456789012:function:f", "Input": "NaN"}, "well-formed JSON"),
        ({"Input": "\ud800"}, "UTF-8"),
    ],
)
def test_an_input_that_no_target_could_read_is_refused(scheduler: Any, target: dict[str, Any], said: str):
    with pytest.raises(ClientError, match=said):
        scheduler.create_schedule(**given(Target={**TARGET, **target}))


def test_a_queue_of_an_impossible_name_is_one_that_does_not_exist(plane: Plane, scheduler: Any):
    policy = {"RetryPolicy": {"MaximumRetryAttempts": 0}}
    scheduler.create_schedule(**given(Target={**TARGET, "Arn": SQS + "a:b", **policy}))

    after(plane, hours=2)

    assert [hop.outcome for hop in plane.ledger.find("scheduler", "invoke")] == ["lost"]


def test_what_was_answered_is_its_callers_to_change(scheduler: Any):
    scheduler.create_schedule(**given(Target=dict(TARGET)))

    scheduler.get_schedule(Name="one")["Target"]["Input"] = "changed"

    assert scheduler.get_schedule(Name="one")["Target"]["Input"] == "due"


def test_a_schedule_that_cannot_move_to_another_group_stays_where_it_was(plane: Plane, scheduler: Any):
    properties = {key: value for key, value in given(ScheduleExpression="rate(1 hour)").items() if key != "Name"}
    resource = Resource("stack", "It", "AWS::Scheduler::Schedule", properties, "one", template="t.yaml", line=3)
    made = Made(resource, plane.makers.make(resource))
    moved = Resource("stack", "It", resource.type, {**properties, "GroupName": "none"}, "one", template="t", line=3)

    with pytest.raises(RefusedValuesError, match="none does not exist"):
        plane.makers.update(moved, made)

    assert scheduler.get_schedule(Name="one")["GroupName"] == "default"
