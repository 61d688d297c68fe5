from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.anomalies import Anomalies
from bus.local.errors import UnsupportedOperationError, UnsupportedResourceError
from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from bus.local.scheduler import SchedulerRoom
from bus.local.sqs import SqsRoom

QUEUE = "arn:aws:sqs:us-east-1:123456789012:due"
ROLE = "arn:aws:iam::123456789012:role/scheduler"
TARGET = {"Arn": QUEUE, "RoleArn": ROLE, "Input": "due"}
MISSING = {**TARGET, "Arn": QUEUE + "-not"}
OFF = {"Mode": "OFF"}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    plane = plane_with(SqsRoom, SchedulerRoom)
    plane.call("sqs", "CreateQueue", QueueName="due")
    return plane


def create(plane: Plane, expression: str, target: Mapping[str, Any] = TARGET, **more: Any) -> None:
    given = {"Name": "one", "FlexibleTimeWindow": OFF, "Target": target} | more
    boto3.client("scheduler", region_name=plane.region).create_schedule(ScheduleExpression=expression, **given)


def bodies(plane: Plane) -> list[str]:
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/due"
    answer = plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    for message in answer.get("Messages", ()):
        plane.call("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in answer.get("Messages", ())]


def outcomes(plane: Plane) -> list[str]:
    return [hop.outcome for hop in plane.ledger.find("scheduler", "invoke")]


def wanted(type_: str = "AWS::Scheduler::Schedule", **properties: Any) -> Resource:
    return Resource("stack", "It", type_, properties, "stack-It-1", template="t.yaml", line=3)


HOURLY = {"ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": OFF, "Target": TARGET}


def test_a_schedule_that_waits_keeps_no_plane_busy(plane: Plane):
    create(plane, "cron(0 12 * * ? *)")

    plane.engine.run_until_idle()

    assert bodies(plane) == []


def test_an_invocation_that_is_to_be_tried_again_keeps_the_plane_busy(plane: Plane):
    create(plane, "at(2026-01-01T00:01:00)", {**MISSING, "RetryPolicy": {"MaximumRetryAttempts": 2}})
    plane.engine.advance(timedelta(seconds=60))

    plane.engine.run_until_idle()

    assert outcomes(plane) == ["retry", "retry", "lost"]


def test_a_target_that_comes_into_being_gets_the_invocation_at_a_later_attempt(plane: Plane):
    create(plane, "at(2026-01-01T00:01:00)", {**MISSING, "Input": "<aws.scheduler.attempt-number>"})
    plane.engine.advance(timedelta(seconds=61))
    url = plane.call("sqs", "CreateQueue", QueueName="due-not")["QueueUrl"]

    plane.engine.run_until_idle()

    [message] = plane.call("sqs", "ReceiveMessage", QueueUrl=url)["Messages"]
    assert int(message["Body"]) == len(outcomes(plane)) > 1


def test_what_waits_for_another_attempt_can_be_found_by_its_execution_id(plane: Plane):
    create(plane, "at(2026-01-01T00:01:00)", MISSING)
    plane.engine.advance(timedelta(seconds=60))
    [hop] = plane.ledger.find("scheduler", "invoke")

    [place] = plane.rooms["scheduler"].whereabouts(hop.event_id)

    assert (place.state, place.note) == ("waiting to retry", MISSING["Arn"])
    assert place.until is not None
    assert place.until > plane.clock.time()


def test_deleting_a_schedule_calls_off_its_retries(plane: Plane):
    create(plane, "at(2026-01-01T00:01:00)", MISSING)
    plane.engine.advance(timedelta(seconds=60))

    plane.call("scheduler", "DeleteSchedule", Name="one")
    plane.engine.run_until_idle()

    assert outcomes(plane) == ["retry", "dropped"]


def test_a_schedule_may_delete_itself(plane: Plane):
    text = '{"Name": "one"}'
    create(
        plane,
        "rate(1 minute)",
        {"Arn": "arn:aws:scheduler:::aws-sdk:scheduler:deleteSchedule", "RoleArn": ROLE, "Input": text},
    )

    plane.engine.advance(timedelta(minutes=5))

    assert outcomes(plane) == ["ok"]
    assert plane.call("scheduler", "ListSchedules")["Schedules"] == []


def test_an_update_of_the_target_does_not_start_a_rate_anew(plane: Plane):
    create(plane, "rate(1 hour)")
    plane.engine.advance(timedelta(minutes=30))
    assert bodies(plane) == ["due"]

    changed = {**TARGET, "Input": "changed"}
    plane.call(
        "scheduler",
        "UpdateSchedule",
        Name="one",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow=OFF,
        Target=changed,
    )
    plane.engine.advance(timedelta(minutes=29))
    assert bodies(plane) == []
    plane.engine.advance(timedelta(minutes=1))

    assert bodies(plane) == ["changed"]


def test_a_one_time_schedule_of_the_past_is_never_invoked_and_the_ledger_says_so(plane: Plane):
    create(plane, "at(2025-12-31T00:00:00)")

    plane.engine.advance(timedelta(days=1))

    assert bodies(plane) == []
    assert outcomes(plane) == ["dropped"]


def test_a_target_may_be_invoked_twice_where_a_run_asks_for_it():
    plane = Plane(anomalies=Anomalies(twice=1.0))
    for room in (SqsRoom, SchedulerRoom):
        plane.open(room(plane))
    plane.call("sqs", "CreateQueue", QueueName="due")
    plane.call(
        "scheduler",
        "CreateSchedule",
        Name="one",
        ScheduleExpression="at(2026-01-01T00:01:00)",
        FlexibleTimeWindow=OFF,
        Target=TARGET,
    )

    plane.engine.advance(timedelta(minutes=2))

    assert bodies(plane)[:2] == ["due", "due"]


def test_a_flexible_window_spreads_the_invocations_of_one_instant(plane: Plane):
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 10}
    for number in range(5):
        create(plane, "at(2026-01-01T01:00:00)", Name=f"s{number}", FlexibleTimeWindow=window)

    plane.engine.advance(timedelta(hours=2))

    instants = {hop.at for hop in plane.ledger.find("scheduler", "invoke")}
    start = plane.clock.time() - 3600
    assert len(instants) == 5
    assert all(start <= instant <= start + 600 for instant in instants)


def test_schedules_are_listed_in_pages_by_group_prefix_and_state(plane: Plane):
    for name in ("a1", "a2", "b1"):
        create(plane, "rate(1 hour)", Name=name, State="DISABLED" if name == "a2" else "ENABLED")

    def names(**asked: Any) -> list[str]:
        return [each["Name"] for each in plane.call("scheduler", "ListSchedules", **asked)["Schedules"]]

    assert names(NamePrefix="a") == ["a1", "a2"]
    assert names(State="DISABLED") == ["a2"]
    assert names(MaxResults=2) == ["a1", "a2"]
    with pytest.raises(ClientError, match=r"Schedule group x does not exist\."):
        boto3.client("scheduler", region_name="us-east-1").list_schedules(GroupName="x")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"Name": "no spaces"}, "at 'name' failed to satisfy constraint"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes must be given"),
        ({"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}}, "MaximumWindowInMinutes must be given"),
        ({"ScheduleExpressionTimezone": "Mars/Olympus"}, "Invalid Schedule Expression Timezone"),
        ({"Target": {**TARGET, "Arn": "queue"}}, "Provided Arn is not in correct format"),
        ({"Target": {**TARGET, "KinesisParameters": {"PartitionKey": "k"}}}, "KinesisParameters can not be used"),
        ({"Target": {**TARGET, "Arn": QUEUE + ".fifo"}}, "MessageGroupId must be given"),
        ({"Target": {**TARGET, "Input": "x" * 262_145}}, "256 KB"),
        ({"Target": {**TARGET, "Arn": "arn:aws:scheduler:::aws-sdk:nothing:doIt"}}, "Provided Arn is not"),
        ({"Target": {**TARGET, "Arn": "arn:aws:scheduler:::aws-sdk:sqs:doNothing"}}, "is not a supported target"),
        ({"Target": {**TARGET, "Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"}}, "well-formed JSON object"),
        ({"StartDate": 1_767_240_000, "EndDate": 1_767_230_000}, "later than the StartDate"),
    ],
)
def test_what_a_schedule_cannot_be_is_refused(plane: Plane, given: dict[str, Any], said: str):
    with pytest.raises(ClientError, match=said) as refused:
        create(plane, "rate(1 hour)", **given)

    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_target_that_the_plane_does_not_do_is_an_error_when_the_schedule_is_made(plane: Plane):
    target = {**TARGET, "Arn": "arn:aws:ecs:us-east-1:123456789012:cluster/one"}

    with pytest.raises(UnsupportedOperationError, match="schedules that target the service ecs"):
        plane.call(
            "scheduler",
            "CreateSchedule",
            Name="one",
            ScheduleExpression="rate(1 hour)",
            FlexibleTimeWindow=OFF,
            Target=target,
        )


def test_a_schedule_of_a_template_is_made_changed_and_removed(plane: Plane):
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": "1"}
    first = wanted(**HOURLY | {"FlexibleTimeWindow": window})
    made = Made(first, plane.makers.make(first))
    room = plane.rooms["scheduler"]
    assert made.ref == "stack-It-1"
    assert made.deployed.attributes["Arn"].endswith(":schedule/default/stack-It-1")

    second = wanted(**HOURLY | {"ScheduleExpression": "rate(1 minute)"})
    made = Made(second, room.update_made_schedule(second, made))
    plane.engine.advance(timedelta(minutes=1))
    assert bodies(plane) == ["due", "due"]

    room.remove_schedule(made)
    plane.engine.advance(timedelta(hours=1))
    assert bodies(plane) == []


def test_a_schedule_of_a_template_moves_to_another_group_under_its_name(plane: Plane):
    group = wanted("AWS::Scheduler::ScheduleGroup", Name="other", Tags=[{"Key": "team", "Value": "core"}])
    plane.makers.make(group)
    first = wanted(**HOURLY)
    made = Made(first, plane.makers.make(first))

    moved = wanted(**HOURLY, GroupName="other")
    deployed = plane.rooms["scheduler"].update_made_schedule(moved, made)

    assert deployed.attributes["Arn"].endswith(":schedule/other/stack-It-1")
    assert [each["GroupName"] for each in plane.call("scheduler", "ListSchedules")["Schedules"]] == ["other"]


def test_a_group_of_a_template_goes_with_its_schedules(plane: Plane):
    group = wanted("AWS::Scheduler::ScheduleGroup", Name="other")
    made = Made(group, plane.makers.make(group))
    plane.makers.make(wanted(**HOURLY, GroupName="other"))

    plane.rooms["scheduler"].remove_schedule_group(made)
    plane.engine.advance(timedelta(hours=2))

    assert bodies(plane) == []
    assert [each["Name"] for each in plane.call("scheduler", "ListScheduleGroups")["ScheduleGroups"]] == ["default"]


def test_a_property_that_the_plane_does_not_do_names_template_and_line(plane: Plane):
    target = {**TARGET, "EcsParameters": {"TaskDefinitionArn": "x"}}

    with pytest.raises(UnsupportedResourceError, match=r"t\.yaml:3: It .*Target\.EcsParameters"):
        plane.makers.make(wanted(**HOURLY | {"Target": target}))
