"""Pipes whose enrichment or target is a function that answers later."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bus.local.lambda_ import LambdaRoom
from bus.local.pipes import PipesRoom
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom
from tests.local.later.worlds import Restored, function, make, outcomes, states, wait, world_of

ROLE = "arn:aws:iam::123456789012:role/pipe"


@pytest.fixture
def plane(plane_of: Callable[..., Plane]) -> Plane:
    plane = plane_of(SqsRoom, LambdaRoom, PipesRoom)
    plane.call("sqs", "CreateQueue", QueueName="in", Attributes={"VisibilityTimeout": "1000"})
    plane.call("sqs", "CreateQueue", QueueName="out")
    return plane


def url(plane: Plane, name: str) -> str:
    return str(plane.call("sqs", "GetQueueUrl", QueueName=name)["QueueUrl"])


def pipe(plane: Plane, target: str | None = None, body: str = "a", **properties: Any) -> None:
    """A pipe from `in` to `out`, and a message for it."""
    source, to = plane.arn("sqs", "in"), target or plane.arn("sqs", "out")
    make(plane, "AWS::Pipes::Pipe", Name="relay", RoleArn=ROLE, Source=source, Target=to, **properties)
    with plane.ledger.following("event-1"):
        plane.call("sqs", "SendMessage", QueueUrl=url(plane, "in"), MessageBody=body)
    wait(plane)


def received(plane: Plane, name: str = "out") -> list[str]:
    found = plane.call("sqs", "ReceiveMessage", QueueUrl=url(plane, name), VisibilityTimeout=0)
    return [message["Body"] for message in found.get("Messages", ())]


def left(plane: Plane) -> str:
    """Messages of the source that are not deleted."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = plane.call("sqs", "GetQueueAttributes", QueueUrl=url(plane, "in"), AttributeNames=names)["Attributes"]
    return "/".join(found[name] for name in names)


def test_events_go_on_to_the_target_when_they_are_enriched(plane: Plane, restored: Restored):
    pipe(plane, Enrichment=function(plane))
    wait(plane, 200)
    plane = restored(plane)

    before = states(plane, "pipes", "event-1"), received(plane), left(plane)
    world_of(plane).answer([{"n": 1}])

    assert before == ([("running", None)], [], "0/1")
    assert ([json.loads(body) for body in received(plane)], left(plane)) == ([{"n": 1}], "0/0")
    assert states(plane, "pipes", "event-1") == []
    assert outcomes(plane, "sqs", "SendMessage") == [("ok", "event-1")] * 2
    assert outcomes(plane, "pipes", "deliver") == [("ok", "event-1")]


def test_an_enrichment_and_a_target_that_both_answer_later(plane: Plane, restored: Restored):
    pipe(plane, target=function(plane, "g"), Enrichment=function(plane, "f"))
    plane = restored(plane)
    world = world_of(plane)

    world.answer([{"n": 1}])
    between = left(plane), [work.settings.name for work in world.asked]
    plane = restored(plane)
    world_of(plane).answer()

    assert between == ("0/1", ["f", "g"])
    assert world_of(plane).events[1] == [{"n": 1}]
    assert left(plane) == "0/0"
    assert outcomes(plane, "lambda", "Invoke") == [("ok", "event-1")] * 2


def test_an_enrichment_that_fails_leaves_the_message_to_the_queue(plane: Plane, restored: Restored):
    pipe(plane, Enrichment=function(plane))
    plane = restored(plane)

    world_of(plane).fail()
    wait(plane, 999)
    before = len(world_of(plane).asked)
    wait(plane, 1)

    assert (before, len(world_of(plane).asked)) == (1, 2)
    assert outcomes(plane, "pipes", "deliver") == [("failed", "event-1")]
    assert received(plane) == []


def test_a_target_that_reports_an_item_as_failed_later(plane: Plane, restored: Restored):
    pipe(plane, target=function(plane))
    plane = restored(plane)
    [message] = world_of(plane).events[0]

    world_of(plane).answer({"batchItemFailures": [{"itemIdentifier": message["messageId"]}]})

    assert outcomes(plane, "pipes", "deliver") == [("failed", "event-1")]
    assert left(plane) == "0/1"


def test_an_execution_is_over_after_five_minutes(plane: Plane, restored: Restored):
    pipe(plane, Enrichment=function(plane))
    wait(plane, 299)
    plane = restored(plane)

    before = outcomes(plane, "pipes", "deliver")
    wait(plane, 2)
    after = outcomes(plane, "pipes", "deliver")
    world_of(plane).answer([{"n": 1}])

    assert (before, after) == ([], [("failed", "event-1")])
    assert received(plane) == []
    assert [hop.note for hop in plane.ledger.find("pipes", "deliver")] == [
        "the execution took 300 of at most 300 seconds"
    ]


def test_a_throttled_enrichment_waits_until_the_function_is_free(plane: Plane, restored: Restored):
    arn = function(plane, ReservedConcurrentExecutions=1)
    occupant = plane.begin("lambda", "Invoke", {"FunctionName": arn, "Payload": b"{}"})
    pipe(plane, Enrichment=arn)
    plane = restored(plane)

    before = [state for state, _ in states(plane, "pipes", "event-1")]
    world_of(plane).answer()
    wait(plane, 2)

    assert not occupant.done or occupant.result()["StatusCode"] == 200
    assert before == ["waiting to retry"]
    assert states(plane, "pipes", "event-1") == [("running", None)]


def test_a_pipe_may_be_deleted_before_the_answer(plane: Plane, restored: Restored):
    pipe(plane, Enrichment=function(plane))
    plane = restored(plane)

    plane.call("pipes", "DeletePipe", Name="relay")
    wait(plane, 1)
    plane.call("lambda", "DeleteFunction", FunctionName="f")
    world_of(plane).answer([{"n": 1}])

    assert left(plane) == "0/0"
    assert [json.loads(body) for body in received(plane)] == [{"n": 1}]


def test_a_pipe_that_is_stopped_reads_on_after_the_answer_only_when_it_is_started(plane: Plane, restored: Restored):
    pipe(plane, Enrichment=function(plane))
    plane.call("pipes", "StopPipe", Name="relay")
    wait(plane, 1)
    plane.call("sqs", "SendMessage", QueueUrl=url(plane, "in"), MessageBody="b")
    plane = restored(plane)

    world_of(plane).answer([])
    wait(plane, 10)
    before = len(world_of(plane).asked)
    plane.call("pipes", "StartPipe", Name="relay")
    wait(plane, 1)

    assert (before, len(world_of(plane).asked)) == (1, 2)
    assert [hop.note for hop in plane.ledger.find("pipes", "deliver")] == ["the enrichment returned nothing"]
