"""What the delivery suite cannot see of asynchronous invocation: the ledger, whereabouts, anomalies."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import boto3
import pytest

from bus.local.anomalies import Anomalies
from bus.local.botocore_hook import activate
from bus.local.lambda_ import LambdaRoom
from bus.local.plane import Plane
from bus.local.resources import Resource

SLOW_THEN_FAILS = "import time\ndef handler(event, context):\n    time.sleep(event)\n    raise ValueError\n"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(LambdaRoom)


def function(plane: Plane, source: str, **properties: Any) -> str:
    given = {"FunctionName": "slow", "Handler": "index.handler", "Runtime": "python3.13", "Timeout": 60}
    properties = given | {"Code": {"ZipFile": source}} | properties
    return plane.makers.make(Resource("stack", "Slow", "AWS::Lambda::Function", properties, "stack-Slow")).ref


def send(plane: Plane, name: str, payload: bytes = b"1") -> None:
    with plane.ledger.following("event-1"):
        boto3.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=payload)


def states(plane: Plane) -> list[tuple[str, float | None]]:
    began = plane.clock.time()
    return [
        (place.state, place.until and place.until - began) for place in plane.rooms["lambda"].whereabouts("event-1")
    ]


def test_an_event_is_queued_then_runs_then_waits_to_be_tried_again(plane: Plane):
    name = function(plane, SLOW_THEN_FAILS)
    send(plane, name, b"10")

    seen = [states(plane)]
    plane.engine.run_to(plane.clock.time() + 4)
    seen.append(states(plane))
    plane.engine.run_to(plane.clock.time() + 10)
    seen.append(states(plane))
    plane.engine.run_until_idle()
    seen.append(states(plane))

    assert seen == [[("queued", 0)], [("running", 6)], [("waiting to retry", 56)], []]


def test_what_follows_from_an_invocation_happens_when_it_has_ended(plane: Plane):
    name, began = function(plane, SLOW_THEN_FAILS), plane.clock.time()
    send(plane, name, b"10")

    plane.engine.run_until_idle()

    hops = [(hop.at - began, hop.outcome) for hop in plane.ledger.find("lambda", "Invoke")]
    assert hops == [(10, "failed"), (80, "failed"), (210, "failed")]
    assert [(hop.outcome, hop.note) for hop in plane.ledger.find("lambda", "discard")] == [("lost", "RetriesExhausted")]


def test_throttles_back_off_from_a_second_to_five_minutes(plane: Plane):
    name = function(plane, "def handler(event, context):\n    pass\n", ReservedConcurrentExecutions=1)
    client, began = boto3.client("lambda"), plane.clock.time()
    occupancy = plane.rooms["lambda"].functions.concurrency.take(plane.rooms["lambda"].functions.named(name).share)
    send(plane, name)

    plane.engine.run_to(began + 2000)
    occupancy.end(0, plane.clock.time())
    plane.engine.run_until_idle()

    instants = [hop.at - began for hop in plane.ledger.find("lambda", "Invoke", "retry")]
    pauses = [round(after - before) for before, after in pairwise(instants)]
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]
    assert len(plane.ledger.find("lambda", "Invoke", "ok")) == 1
    assert client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 1


def test_an_event_of_a_function_that_is_deleted_is_lost_aloud(plane: Plane):
    name = function(plane, SLOW_THEN_FAILS)
    send(plane, name)
    plane.engine.run_to(plane.clock.time() + 5)

    boto3.client("lambda").delete_function(FunctionName=name)
    plane.engine.run_until_idle()

    [hop] = plane.ledger.find("lambda", "discard", "lost")
    assert "deleted" in hop.note
    assert hop.event_id == "event-1"


def test_an_event_that_a_deleted_function_has_worked_off_is_not_lost(plane: Plane):
    name = function(plane, "import time\ndef handler(event, context):\n    time.sleep(10)\n")
    send(plane, name)
    plane.engine.run_to(plane.clock.time() + 5)

    boto3.client("lambda").delete_function(FunctionName=name)
    plane.engine.run_until_idle()

    assert [(hop.action, hop.outcome) for hop in plane.ledger.of("event-1")] == [
        ("Invoke", "ok"),
        ("destination", "failed"),
    ]


@pytest.fixture
def doubling(plane_with: Callable[..., Plane]) -> Iterator[Plane]:
    plane_with()
    plane = Plane(anomalies=Anomalies(twice=1.0, late=1.0, lateness_limit=5.0))
    plane.open(LambdaRoom(plane))
    activate(plane)
    yield plane
    activate(None)


def test_the_queue_may_give_an_event_twice_and_late(doubling: Plane):
    name = function(doubling, "def handler(event, context):\n    print(context.aws_request_id)\n")

    send(doubling, name)
    doubling.engine.run_until_idle()

    logs = doubling.rooms["lambda"].logs(name)
    assert len(logs) == 2
    assert logs[0] == logs[1]
    assert len({hop.at for hop in doubling.ledger.find("lambda", "Invoke", "ok")}) == 2
