"""Events in Lambda's own queue whose function answers later."""

from collections.abc import Callable

import pytest

from bus.local.lambda_ import LambdaRoom
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom
from tests.local.later.worlds import Restored, function, outcomes, states, wait, world_of


@pytest.fixture
def plane(plane_of: Callable[..., Plane]) -> Plane:
    return plane_of(SqsRoom, LambdaRoom)


def send(plane: Plane, event_id: str = "event-1") -> None:
    with plane.ledger.following(event_id):
        plane.call("lambda", "Invoke", FunctionName="f", InvocationType="Event", Payload=b"1")
    wait(plane)


def test_an_event_runs_until_its_function_answers(plane: Plane, restored: Restored):
    function(plane)
    send(plane)
    wait(plane, 50)

    plane = restored(plane)
    seen = [states(plane, "lambda", "event-1"), outcomes(plane, "lambda", "Invoke")]
    world_of(plane).answer()

    assert seen == [[("running", None)], []]
    assert outcomes(plane, "lambda", "Invoke") == [("ok", "event-1")]
    assert states(plane, "lambda", "event-1") == []


def test_a_failure_is_tried_again_a_minute_after_it_is_known(plane: Plane, restored: Restored):
    function(plane)
    send(plane)
    wait(plane, 50)
    plane = restored(plane)
    world = world_of(plane)

    world.fail()
    wait(plane, 59)
    before = len(world.asked)
    wait(plane, 1)
    after = len(world.asked)
    world.fail()
    wait(plane, 120)
    world.fail()

    assert (before, after, len(world.asked)) == (1, 2, 3)
    assert len({work.request_id for work in world.asked}) == 1
    assert outcomes(plane, "lambda", "Invoke") == [("failed", "event-1")] * 3
    assert outcomes(plane, "lambda", "discard") == [("lost", "event-1")]


def test_an_event_waits_while_the_function_has_no_concurrency_left(plane: Plane, restored: Restored):
    function(plane, ReservedConcurrentExecutions=1)
    send(plane)
    send(plane, "event-2")
    plane = restored(plane)

    [(state, _)] = states(plane, "lambda", "event-2")
    world_of(plane).answer()
    wait(plane, 2)

    assert state == "waiting to retry"
    assert states(plane, "lambda", "event-2") == [("running", None)]
    assert outcomes(plane, "lambda", "Invoke") == [("retry", "event-2"), ("ok", "event-1")]


def test_events_that_run_at_one_time_are_told_apart(plane: Plane, restored: Restored):
    function(plane)
    send(plane)
    send(plane, "event-2")
    plane = restored(plane)

    world_of(plane).answer(at=1)

    assert states(plane, "lambda", "event-1") == [("running", None)]
    assert states(plane, "lambda", "event-2") == []


@pytest.mark.parametrize(("outcome", "told"), [("ok", []), ("failed", [("lost", "event-1")])])
def test_the_function_may_be_deleted_before_it_answers(
    plane: Plane, restored: Restored, outcome: str, told: list[tuple[str, str]]
):
    function(plane)
    send(plane)
    plane = restored(plane)

    plane.call("lambda", "DeleteFunction", FunctionName="f")
    world_of(plane).answer({"errorMessage": "no"}, failed=outcome == "failed")
    wait(plane, 1000)

    assert outcomes(plane, "lambda", "Invoke") == [(outcome, "event-1")]
    assert outcomes(plane, "lambda", "discard") == told


def test_what_a_function_answers_goes_to_its_destination(plane: Plane, restored: Restored):
    plane.call("sqs", "CreateQueue", QueueName="done")
    function(plane)
    target = {"OnSuccess": {"Destination": plane.arn("sqs", "done")}}
    plane.call("lambda", "PutFunctionEventInvokeConfig", FunctionName="f", DestinationConfig=target)
    send(plane)
    plane = restored(plane)

    world_of(plane).answer({"n": 2})

    url = plane.call("sqs", "GetQueueUrl", QueueName="done")["QueueUrl"]
    [message] = plane.call("sqs", "ReceiveMessage", QueueUrl=url)["Messages"]
    assert '"responsePayload": {"n": 2}' in message["Body"]
    assert outcomes(plane, "sqs", "SendMessage") == [("ok", "event-1")]
