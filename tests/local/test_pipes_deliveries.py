"""What becomes of a batch in a pipe: twice, retried, slow, too large, in part."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from bus.local.anomalies import Anomalies
from bus.local.errors import AwsError
from bus.local.kinesis import KinesisRoom
from bus.local.operations import Params, Response, operation
from bus.local.pipes import PipesRoom
from bus.local.pipes.targets.logs import _rejected
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom
from tests.local.pipe_resources import bodies, make, put, queue

Build = Callable[..., Plane]


class LambdaStub:
    """Answers every invocation as it is told to; what it was given is in `asked`."""

    service = "lambda"

    def __init__(self, _: Plane) -> None:
        self.asked: list[Any] = []
        self.answer: Callable[[Any], Response] = lambda events: {"Payload": json.dumps(events).encode()}

    @operation("Invoke")
    def invoke(self, params: Params) -> Response:
        events = json.loads(params["Payload"])
        self.asked.append(events)
        return self.answer(events)


@pytest.fixture
def plane(plane_with: Build) -> Plane:
    built = plane_with(SqsRoom, KinesisRoom, LambdaStub, PipesRoom)
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="in", ShardCount=1)
    for name in ("in", "out", "other", "dead"):
        boto3.client("sqs").create_queue(QueueName=name)
    built.engine.run_until_idle()
    return built


def function(name: str) -> str:
    return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


@pytest.mark.parametrize(("twice", "deliveries"), [(0.0, 8), (1.0, 16)])
def test_a_stream_s_batch_may_come_twice_and_never_out_of_order(plane_with: Build, twice: float, deliveries: int):
    plane_with()  # It answers boto3; the one with anomalies is asked directly.
    plane = Plane(anomalies=Anomalies(seed=1, twice=twice))
    for room in (SqsRoom, KinesisRoom, PipesRoom):
        plane.open(room(plane))
    plane.call("kinesis", "CreateStream", StreamName="in", ShardCount=1)
    plane.call("sqs", "CreateQueue", QueueName="out.fifo", Attributes={"FifoQueue": "true"})
    plane.engine.run_until_idle()
    parameters = {
        "InputTemplate": "<$.data.n>",
        "SqsQueueParameters": {"MessageGroupId": "all", "MessageDeduplicationId": "$.sequenceNumber"},
    }
    make(plane, Target=queue("out.fifo"), TargetParameters=parameters, Reading={"BatchSize": 1})

    put(plane, *range(8))
    plane.engine.run_until_idle()

    assert len(plane.ledger.find("pipes", "deliver", "ok")) == deliveries
    url = plane.call("sqs", "GetQueueUrl", QueueName="out.fifo")["QueueUrl"]
    received = plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [int(message["Body"]) for message in received] == list(range(8))


def test_the_fault_of_a_service_costs_no_retry(plane: Plane):
    """User guide, "Pipe internal errors"."""
    room: LambdaStub = plane.rooms["lambda"]

    def down(_: Any) -> Response:
        code, status = ("ServiceException", 500) if len(room.asked) < 5 else ("ResourceNotFoundException", 404)
        raise AwsError(code, "not now", status=status)

    room.answer = down
    make(plane, Target=function("f"), Reading={"MaximumRetryAttempts": 1, "DeadLetterConfig": {"Arn": queue("dead")}})
    put(plane, 1)
    plane.engine.run_until_idle()

    assert len(room.asked) == 6
    assert [hop.outcome for hop in plane.ledger.find("pipes", "deliver")] == ["retry"] * 4 + ["failed"] * 2
    (document,) = map(json.loads, bodies("dead"))
    assert document["context"]["condition"] == "RetryAttemptsExhausted"


def test_the_next_batch_of_a_shard_waits_until_the_function_is_through(plane: Plane):
    room: LambdaStub = plane.rooms["lambda"]
    at: list[float] = []

    def slow(_: Any) -> Response:
        at.append(plane.clock.time())
        return {"Payload": b"null", "Seconds": 30.0}

    room.answer = slow
    make(plane, Target=function("f"), Reading={"BatchSize": 1})
    put(plane, 1, 2)
    plane.engine.run_until_idle()

    assert at[1] - at[0] == 30.0


def test_an_enrichment_s_and_a_target_s_time_add_up(plane: Plane):
    room: LambdaStub = plane.rooms["lambda"]
    room.answer = lambda events: {"Payload": json.dumps(events).encode(), "Seconds": 200.0}
    make(plane, Target=function("f"), Enrichment=function("e"), Reading={"MaximumRetryAttempts": 0})
    put(plane, 1)
    plane.engine.run_until_idle()

    (hop,) = plane.ledger.find("pipes", "deliver")
    assert (hop.outcome, hop.note) == ("failed", "the execution took 400 of at most 300 seconds")


def test_a_payload_larger_than_six_megabytes_is_not_sent(plane: Plane):
    room: LambdaStub = plane.rooms["lambda"]
    room.answer = lambda _: {"Payload": json.dumps(["x" * 6_500_000]).encode()}
    make(
        plane,
        Target=function("f"),
        Enrichment=function("e"),
        Reading={"MaximumRetryAttempts": 0},
        TargetParameters={"InputTemplate": ""},
    )
    put(plane, 1)
    plane.engine.run_until_idle()

    (hop,) = plane.ledger.find("pipes", "deliver")
    assert "bytes are more than a pipe passes on" in hop.note
    assert len(room.asked) == 1


def test_refused_events_of_an_enrichment_are_told_by_their_ids(plane: Plane):
    """User guide, "Partial batch failure": the ids "need to be included in any array returned by the enrichment"."""
    room: LambdaStub = plane.rooms["lambda"]
    ids: list[str] = []

    def enrich_or_report(events: Any) -> Response:
        if len(room.asked) == 1:
            ids.extend(event["eventID"] for event in events)
            return {"Payload": json.dumps(list(reversed(events))).encode()}
        return {"Payload": json.dumps({"batchItemFailures": [{"itemIdentifier": ids[1]}]}).encode()}

    room.answer = enrich_or_report
    make(
        plane,
        Target=function("f"),
        Enrichment=function("e"),
        TargetParameters={"InputTemplate": ""},
        Reading={"MaximumRetryAttempts": 0},
    )
    put(plane, 1, 2, 3)
    plane.engine.run_until_idle()

    assert [hop.outcome for hop in plane.ledger.find("pipes", "deliver")] == ["ok", "failed", "ok"]


@pytest.mark.parametrize(
    ("info", "positions"),
    [
        ({}, set[int]()),
        ({"tooOldLogEventEndIndex": 2}, {0, 1}),
        ({"tooNewLogEventStartIndex": 3}, {3}),
        ({"expiredLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}, {0, 2, 3}),
    ],
)
def test_rejected_log_events_are_told_by_position(info: dict[str, int], positions: set[int]):
    assert {at for at, _ in _rejected(info, [0, 1, 2, 3])} == positions
