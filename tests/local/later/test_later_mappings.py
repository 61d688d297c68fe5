"""Event source mappings whose function answers later."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from bus.local.kinesis import KinesisRoom
from bus.local.lambda_ import LambdaRoom
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom
from tests.local.later.worlds import FakeWorld, Restored, function, outcomes, states, wait, world_of


@pytest.fixture
def plane(plane_of: Callable[..., Plane]) -> Plane:
    plane = plane_of(SqsRoom, KinesisRoom, LambdaRoom)
    plane.call("kinesis", "CreateStream", StreamName="s", ShardCount=1)
    plane.call("sqs", "CreateQueue", QueueName="q", Attributes={"VisibilityTimeout": "100"})
    wait(plane, 60)
    return plane


def url(plane: Plane) -> str:
    return str(plane.call("sqs", "GetQueueUrl", QueueName="q")["QueueUrl"])


def read_queue(plane: Plane, *bodies: str, **settings: Any) -> str:
    """A mapping of `q`, with messages of one event each, delivered one by one."""
    arn = plane.arn("sqs", "q")
    given = {"FunctionName": "f", "EventSourceArn": arn, "BatchSize": 1, **settings}
    uuid = str(plane.call("lambda", "CreateEventSourceMapping", **given)["UUID"])
    for body in bodies:
        with plane.ledger.following(f"event-{body}"):
            plane.call("sqs", "SendMessage", QueueUrl=url(plane), MessageBody=body)
    wait(plane)
    return uuid


def read_stream(plane: Plane, *texts: str, **settings: Any) -> str:
    """A mapping of `s`, with records of one event each, delivered one by one."""
    arn = plane.arn("kinesis", "stream/s")
    given = {"FunctionName": "f", "EventSourceArn": arn, "BatchSize": 1, "StartingPosition": "TRIM_HORIZON", **settings}
    uuid = str(plane.call("lambda", "CreateEventSourceMapping", **given)["UUID"])
    for text in texts:
        with plane.ledger.following(f"event-{text}"):
            plane.call("kinesis", "PutRecord", StreamName="s", PartitionKey="k", Data=text.encode())
    wait(plane)
    return uuid


def texts(world: FakeWorld) -> list[str]:
    """What the records of all invocations say."""
    records = [record for event in world.events for record in event["Records"]]
    return [base64.b64decode(one["kinesis"]["data"]).decode() if "kinesis" in one else one["body"] for one in records]


def messages(plane: Plane) -> list[str]:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = plane.call("sqs", "GetQueueAttributes", QueueUrl=url(plane), AttributeNames=names)["Attributes"]
    return [found[name] for name in names]


def test_a_message_is_deleted_when_the_function_has_answered(plane: Plane, restored: Restored):
    function(plane)
    read_queue(plane, "a")
    wait(plane, 90)
    plane = restored(plane)

    before = messages(plane), states(plane, "lambda", "event-a")
    world_of(plane).answer()

    assert before == (["0", "1"], [("running", None)])
    assert (messages(plane), states(plane, "lambda", "event-a")) == (["0", "0"], [])
    assert outcomes(plane, "lambda", "Invoke") == [("ok", "event-a")]


def test_a_message_whose_function_fails_comes_back_by_its_visibility_timeout(plane: Plane, restored: Restored):
    function(plane)
    read_queue(plane, "a")
    wait(plane, 40)
    plane = restored(plane)
    world = world_of(plane)

    world.fail()
    wait(plane, 59)
    before = len(world.asked)
    wait(plane, 1)

    assert (before, len(world.asked)) == (1, 2)
    assert world.events[1]["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_a_function_that_outlasts_the_visibility_timeout_is_given_the_message_again(plane: Plane, restored: Restored):
    function(plane)
    read_queue(plane, "a")
    wait(plane, 101)
    plane = restored(plane)
    world = world_of(plane)

    world.answer()
    between = messages(plane)
    world.answer()

    assert texts(world) == ["a", "a"]
    assert (between, messages(plane)) == (["0", "1"], ["0", "0"])


def test_a_mapping_keeps_to_its_concurrency_while_answers_are_out(plane: Plane, restored: Restored):
    function(plane)
    read_queue(plane, "a", "b", "c", "d", ScalingConfig={"MaximumConcurrency": 2})
    plane = restored(plane)
    world = world_of(plane)

    before = texts(world)
    world.answer(at=1)
    wait(plane)

    assert (before, texts(world)) == (["a", "b"], ["a", "b", "c"])


def test_a_throttled_batch_waits_for_the_one_that_is_out(plane: Plane, restored: Restored):
    function(plane, ReservedConcurrentExecutions=1)
    read_queue(plane, "a", "b")
    plane = restored(plane)

    [(state, _)] = states(plane, "lambda", "event-b")
    world_of(plane).answer()
    wait(plane, 2)

    assert state == "waiting to retry"
    assert states(plane, "lambda", "event-b") == [("running", None)]
    assert outcomes(plane, "lambda", "Invoke") == [("retry", "event-b"), ("ok", "event-a")]


def test_a_mapping_of_a_queue_is_deleted_when_its_last_answer_is_there(plane: Plane, restored: Restored):
    function(plane)
    uuid = read_queue(plane, "a")
    plane.call("lambda", "DeleteEventSourceMapping", UUID=uuid)
    wait(plane)
    plane = restored(plane)

    before = plane.call("lambda", "GetEventSourceMapping", UUID=uuid)["State"]
    world_of(plane).answer()

    assert before == "Deleting"
    assert plane.call("lambda", "ListEventSourceMappings")["EventSourceMappings"] == []
    assert messages(plane) == ["0", "0"]


@pytest.mark.parametrize("outcome", ["ok", "failed"])
def test_queue_and_function_may_be_deleted_before_the_answer(plane: Plane, restored: Restored, outcome: str):
    function(plane)
    read_queue(plane, "a")
    plane = restored(plane)

    plane.call("lambda", "DeleteFunction", FunctionName="f")
    plane.call("sqs", "DeleteQueue", QueueUrl=url(plane))
    world_of(plane).answer({}, failed=outcome == "failed")
    wait(plane, 1000)

    assert outcomes(plane, "lambda", "Invoke") == [(outcome, "event-a")]
    assert states(plane, "lambda", "event-a") == []


def test_a_shard_is_busy_until_the_answer_is_there(plane: Plane, restored: Restored):
    function(plane)
    read_stream(plane, "a", "b")
    wait(plane, 1000)
    plane = restored(plane)
    world = world_of(plane)

    before = texts(world), states(plane, "lambda", "event-a")
    world.answer()
    wait(plane)

    assert before == (["a"], [("running", None)])
    assert texts(world) == ["a", "b"]
    assert states(plane, "lambda", "event-b") == [("running", None)]


def test_a_failed_batch_of_a_stream_is_retried_until_its_attempts_are_exhausted(plane: Plane, restored: Restored):
    plane.call("sqs", "CreateQueue", QueueName="dead")
    function(plane)
    dead = {"OnFailure": {"Destination": plane.arn("sqs", "dead")}}
    read_stream(plane, "a", "b", MaximumRetryAttempts=1, DestinationConfig=dead)
    plane = restored(plane)
    world = world_of(plane)

    world.fail()
    retry = states(plane, "lambda", "event-a")
    wait(plane, 1)
    world.fail()
    wait(plane)

    assert [state for state, _ in retry] == ["waiting to retry"]
    assert texts(world) == ["a", "a", "b"]
    assert outcomes(plane, "lambda", "discard") == [("dead-letter", "event-a")]


def test_partial_failures_that_are_answered_later_count(plane: Plane, restored: Restored):
    function(plane)
    read_stream(plane, "a", "b", BatchSize=2, FunctionResponseTypes=["ReportBatchItemFailures"])
    plane = restored(plane)
    world = world_of(plane)
    [_, second] = [record["kinesis"]["sequenceNumber"] for record in world.events[0]["Records"]]

    world.answer({"batchItemFailures": [{"itemIdentifier": second}]})
    wait(plane, 1)

    assert texts(world) == ["a", "b", "b"]


def test_shards_parallel_by_key_wait_for_no_other_key(plane: Plane, restored: Restored):
    function(plane)
    read_stream(plane, "a", ParallelizationFactor=2)
    plane.call("kinesis", "PutRecord", StreamName="s", PartitionKey="other", Data=b"b")
    plane.call("kinesis", "PutRecord", StreamName="s", PartitionKey="k", Data=b"c")
    wait(plane)
    plane = restored(plane)
    world = world_of(plane)

    before = texts(world)
    world.answer(at=0)
    wait(plane)

    assert (before, texts(world)) == (["a", "b"], ["a", "b", "c"])


def test_the_state_of_a_tumbling_window_is_handed_along(plane: Plane, restored: Restored):
    function(plane)
    read_stream(plane, "a", "b", TumblingWindowInSeconds=60)
    plane = restored(plane)
    world = world_of(plane)

    world.answer({"state": {"seen": 1}})
    wait(plane)
    world.answer({"state": {"seen": 2}})
    wait(plane, 60)
    closing = world.events[-1]
    world.answer({"state": {}})

    assert [event["state"] for event in world.events] == [{}, {"seen": 1}, {"seen": 2}]
    assert (closing["isFinalInvokeForWindow"], closing["Records"]) == (True, [])


def test_a_mapping_is_disabled_when_its_last_answer_is_there(plane: Plane, restored: Restored):
    function(plane)
    uuid = read_stream(plane, "a", "b")
    plane.call("lambda", "UpdateEventSourceMapping", UUID=uuid, Enabled=False)
    wait(plane)
    plane = restored(plane)

    before = plane.call("lambda", "GetEventSourceMapping", UUID=uuid)["State"]
    world_of(plane).answer()
    wait(plane)

    assert (before, plane.call("lambda", "GetEventSourceMapping", UUID=uuid)["State"]) == ("Disabling", "Disabled")
    assert texts(world_of(plane)) == ["a"]


def test_a_stream_may_be_deleted_before_the_answer(plane: Plane, restored: Restored):
    function(plane)
    uuid = read_stream(plane, "a", "b", MaximumRetryAttempts=0)
    plane = restored(plane)

    plane.call("kinesis", "DeleteStream", StreamName="s")
    plane.call("lambda", "DeleteEventSourceMapping", UUID=uuid)
    wait(plane)
    world_of(plane).fail()
    wait(plane, 1000)

    assert outcomes(plane, "lambda", "discard") == [("lost", "event-a")]
    assert plane.call("lambda", "ListEventSourceMappings")["EventSourceMappings"] == []
