"""Pipes of templates that change, and what pipes hold."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest

from bus.local.errors import UnsupportedOperationError
from bus.local.kinesis import KinesisRoom
from bus.local.pipes import PipesRoom
from bus.local.plane import Plane
from bus.local.resources import Deployed, Made, RefusedValuesError
from bus.local.sqs import SqsRoom
from tests.local.pipe_resources import bodies, make, put, queue, wanted

Build = Callable[..., Plane]


@pytest.fixture
def plane(plane_with: Build) -> Plane:
    built = plane_with(SqsRoom, KinesisRoom, PipesRoom)
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="in", ShardCount=1)
    for name in ("in", "out", "other", "dead"):
        boto3.client("sqs").create_queue(QueueName=name)
    built.engine.run_until_idle()
    return built


def change(plane: Plane, made: Made, **properties: Any) -> Deployed:
    return plane.makers.update(wanted(**properties), made)


def test_a_changed_template_changes_the_pipe_and_keeps_its_position(plane: Plane):
    made = make(plane, Tags={"team": "orders"})
    put(plane, 1)
    plane.engine.run_until_idle()

    deployed = change(plane, made, Target=queue("other"), TargetParameters={"InputTemplate": '"n<$.data.n>"'})
    put(plane, 2)
    plane.engine.run_until_idle()

    assert (deployed.ref, deployed.attributes["CurrentState"]) == ("relay", "RUNNING")
    assert (bodies("out"), bodies("other")) == (["1"], ['"n2"'])
    assert "Tags" not in boto3.client("pipes").describe_pipe(Name="relay")


def test_a_property_that_a_template_drops_goes_back_to_its_default(plane: Plane):
    made = make(plane, Reading={"MaximumRetryAttempts": 3, "BatchSize": 2}, Description="x")

    change(plane, made)

    described = boto3.client("pipes").describe_pipe(Name="relay")
    reading = described["SourceParameters"]["KinesisStreamParameters"]
    assert (reading["MaximumRetryAttempts"], reading["BatchSize"]) == (-1, 10)
    assert "Description" not in described


def test_a_number_may_come_from_a_template_s_parameter_as_text(plane: Plane):
    make(plane, Reading={"BatchSize": "3"})

    described = boto3.client("pipes").describe_pipe(Name="relay")
    assert described["SourceParameters"]["KinesisStreamParameters"]["BatchSize"] == 3


def test_text_that_is_no_number_is_refused(plane: Plane):
    with pytest.raises(RefusedValuesError, match="three is no whole number"):
        make(plane, Reading={"BatchSize": "three"})


def test_a_template_stops_a_pipe_and_starts_it_where_it_stopped(plane: Plane):
    made = make(plane)
    put(plane, 1)
    plane.engine.run_until_idle()
    stopped = change(plane, made, DesiredState="STOPPED")
    put(plane, 2)
    plane.engine.run_until_idle()
    before = bodies("out")
    change(plane, made, DesiredState="RUNNING")
    plane.engine.run_until_idle()

    assert stopped.attributes["CurrentState"] == "STOPPED"
    assert (before, bodies("out")) == (["1"], ["2"])


@pytest.mark.parametrize(
    ("properties", "replaces"),
    [
        ({"Source": queue("in")}, 1),
        ({"Reading": {"StartingPosition": "LATEST"}}, 1),
        ({"Name": "other"}, 1),
        ({"Target": queue("other")}, 0),
        ({"Reading": {"BatchSize": 3}}, 0),
    ],
)
def test_the_source_the_name_and_the_starting_position_are_replaced(
    plane: Plane, properties: dict[str, Any], replaces: int
):
    made = make(plane)

    assert plane.makers.replaces(wanted(**properties), made) == bool(replaces)


def test_a_removed_pipe_reads_nothing_more(plane: Plane):
    made = make(plane)

    plane.makers.remove(made)
    put(plane, 1)
    plane.engine.run_until_idle()

    assert bodies("out") == []
    assert boto3.client("pipes").list_pipes()["Pipes"] == []


def test_a_pipe_of_a_template_whose_source_is_not_there_stops_the_deployment(plane: Plane):
    with pytest.raises(RefusedValuesError):
        make(plane, Source=queue("nowhere"))

    assert boto3.client("pipes").list_pipes()["Pipes"] == []


def test_what_the_plane_does_not_do_is_refused_by_the_api_as_well(plane: Plane):
    given = {**wanted().properties, "Target": "arn:aws:states:us-east-1:123456789012:stateMachine:m"}

    with pytest.raises(UnsupportedOperationError, match="synchronous target"):
        plane.call("pipes", "CreatePipe", **given)


def test_parameters_of_another_service_do_not_fit(plane: Plane):
    parameters = {"LambdaFunctionParameters": {"InvocationType": "REQUEST_RESPONSE"}}

    with pytest.raises(RefusedValuesError, match="does not fit the target"):
        make(plane, TargetParameters=parameters)


def test_a_pipe_says_what_it_holds_of_an_event_and_until_when(plane: Plane):
    make(plane, Reading={"MaximumBatchingWindowInSeconds": 60})
    put(plane, 1, event_id="event-1")
    plane.engine.advance(timedelta(seconds=1))

    room: PipesRoom = plane.rooms["pipes"]
    (place,) = room.whereabouts("event-1")

    assert (place.service, place.state) == ("pipes", "buffered")
    assert place.resource == plane.arn("pipes", "pipe/relay")
    assert place.until == pytest.approx(plane.clock.time() + 59)
    assert list(room.whereabouts("event-2")) == []


def test_a_pipe_says_when_an_event_is_retried(plane: Plane):
    make(plane, Target=queue("nowhere"))
    put(plane, 1, event_id="event-1")
    plane.engine.advance(timedelta(milliseconds=500))

    (place,) = plane.rooms["pipes"].whereabouts("event-1")

    assert place.state == "waiting to retry"
    assert place.until > plane.clock.time()
