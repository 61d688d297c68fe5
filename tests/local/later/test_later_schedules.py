"""Schedules whose universal target is a function that answers later."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bus.local.lambda_ import LambdaRoom
from bus.local.plane import Plane
from bus.local.scheduler import SchedulerRoom
from tests.local.later.worlds import Restored, function, outcomes, wait, world_of

ROLE = "arn:aws:iam::123456789012:role/scheduler"
TARGET = {"Arn": "arn:aws:scheduler:::aws-sdk:lambda:invoke", "RoleArn": ROLE}
ONCE = "at(2026-01-01T00:01:00)"


@pytest.fixture
def plane(plane_of: Callable[..., Plane]) -> Plane:
    return plane_of(LambdaRoom, SchedulerRoom)


def schedule(plane: Plane, expression: str = ONCE, **more: Any) -> None:
    """One whose time has come."""
    target = {**TARGET, "Input": json.dumps({"FunctionName": "f", "Payload": {"n": 1}})}
    given = {"Name": "one", "ScheduleExpression": expression, "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
    plane.call("scheduler", "CreateSchedule", **given, **more)
    wait(plane, 60)


def whereabouts(plane: Plane) -> list[str]:
    room = plane.rooms["scheduler"]
    ids = [invocation.context.execution_id for invocation in room.groups["default"].schedules["one"].running]
    return [place.state for execution_id in ids for place in room.whereabouts(execution_id)]


def test_a_schedule_is_completed_when_its_function_has_answered(plane: Plane, restored: Restored):
    function(plane)
    schedule(plane, ActionAfterCompletion="DELETE")
    wait(plane, 30)
    plane = restored(plane)

    before = whereabouts(plane), plane.call("scheduler", "ListSchedules")["Schedules"] != []
    world_of(plane).answer()

    assert before == (["running"], True)
    assert world_of(plane).events == [{"n": 1}]
    assert [outcome for outcome, _ in outcomes(plane, "scheduler", "invoke")] == ["ok"]
    assert plane.call("scheduler", "ListSchedules")["Schedules"] == []


def test_hops_of_the_invocation_belong_to_its_execution(plane: Plane, restored: Restored):
    function(plane)
    schedule(plane)
    plane = restored(plane)

    world_of(plane).answer()

    [(_, invoked)] = outcomes(plane, "lambda", "Invoke")
    [(_, scheduled)] = outcomes(plane, "scheduler", "invoke")
    assert invoked == scheduled
    assert invoked is not None


def test_a_throttled_function_is_invoked_again(plane: Plane, restored: Restored):
    function(plane, ReservedConcurrentExecutions=1)
    plane.begin("lambda", "Invoke", {"FunctionName": "f", "Payload": b"{}"})
    schedule(plane)
    plane = restored(plane)

    before = whereabouts(plane)
    world_of(plane).answer()
    wait(plane, 300)

    assert before == ["waiting to retry"]
    assert world_of(plane).events == [{}, {"n": 1}]


def test_a_schedule_may_be_deleted_before_the_answer(plane: Plane, restored: Restored):
    function(plane)
    schedule(plane, "rate(1 minute)")
    plane = restored(plane)

    plane.call("scheduler", "DeleteSchedule", Name="one")
    out = len(world_of(plane).out)
    for _ in range(out):
        world_of(plane).answer()
    wait(plane, 1000)

    assert [outcome for outcome, _ in outcomes(plane, "scheduler", "invoke")] == ["ok"] * out
    assert world_of(plane).out == []
