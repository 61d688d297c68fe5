"""AWS::Lambda::EventSourceMapping: made, changed in place and removed as CloudFormation does it."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bus.local.errors import AwsError, UnsupportedResourceError
from bus.local.kinesis import KinesisRoom
from bus.local.lambda_ import LambdaRoom
from bus.local.plane import Plane
from bus.local.resources import Deployed, Made, RefusedValuesError, Resource
from bus.local.sqs import SqsRoom

CODE = """
import base64, time

def handler(event, context):
    texts = [base64.b64decode(r["kinesis"]["data"]).decode() if "kinesis" in r else r["body"] for r in event["Records"]]
    print(*texts)
    if "slow" in texts:
        time.sleep(20)
    if "poison" in texts:
        raise ValueError("poison")
"""
TYPE = "AWS::Lambda::EventSourceMapping"


@pytest.fixture
def plane(plane_with: Callable[..., Plane], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plane:
    (tmp_path / "mapped_code.py").write_text(CODE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mapped_code", raising=False)
    plane = plane_with(SqsRoom, KinesisRoom, LambdaRoom)
    for name in ("f", "g"):
        properties = {"FunctionName": name, "Handler": "mapped_code.handler", "Runtime": "python3.13", "Timeout": 30}
        plane.makers.make(Resource("stack", name, "AWS::Lambda::Function", properties, name))
    plane.call("kinesis", "CreateStream", StreamName="s", ShardCount=1)
    plane.call("sqs", "CreateQueue", QueueName="q", Attributes={"VisibilityTimeout": "60"})
    plane.engine.run_until_idle()
    return plane


def wanted(plane: Plane, source: str = "s", **properties: Any) -> Resource:
    position = {"StartingPosition": "TRIM_HORIZON"} if source == "s" else {}
    arn = plane.arn("kinesis", "stream/s") if source == "s" else plane.arn("sqs", source)
    given = {"FunctionName": "f", "EventSourceArn": arn, **position, **properties}
    return Resource("stack", "Mapping", TYPE, given, "stack-Mapping", "t.yaml", 7)


def make(plane: Plane, source: str = "s", **properties: Any) -> Made:
    resource = wanted(plane, source, **properties)
    return Made(resource, plane.makers.make(resource))


def update(plane: Plane, made: Made, **properties: Any) -> Made:
    kept = {name: made.properties[name] for name in ("EventSourceArn", "StartingPosition", "FunctionName")}
    resource = replace(made.wanted, properties={**kept, **properties})
    return Made(resource, plane.makers.update(resource, made))


def put(plane: Plane, *texts: str) -> None:
    for text in texts:
        plane.call("kinesis", "PutRecord", StreamName="s", PartitionKey="k", Data=text.encode())


def described(plane: Plane, made: Made) -> dict[str, Any]:
    return plane.call("lambda", "GetEventSourceMapping", UUID=made.ref)


def log(plane: Plane, function: str = "f") -> list[str]:
    lines: list[str] = plane.rooms["lambda"].logs(function)
    return [line for line in lines if line in {"a", "b", "a b", "c", "poison", "slow"}]


def test_a_template_may_write_numbers_and_truth_values_as_text(plane: Plane):
    given = {"BatchSize": "7", "Enabled": "false", "BisectBatchOnFunctionError": "true", "ParallelizationFactor": "2"}

    made = make(plane, **given)

    mapping = described(plane, made)
    assert (mapping["BatchSize"], mapping["State"], mapping["ParallelizationFactor"]) == (7, "Disabled", 2)
    assert mapping["BisectBatchOnFunctionError"] is True


def test_the_references_of_a_mapping_are_its_id_and_its_arn(plane: Plane):
    made = make(plane, Tags=[{"Key": "team", "Value": "orders"}])

    arn = plane.arn("lambda", f"event-source-mapping:{made.ref}")
    assert made.deployed == Deployed(made.ref, {"Id": made.ref, "EventSourceMappingArn": arn})
    assert plane.call("lambda", "ListTags", Resource=arn) == {"Tags": {"team": "orders"}}


def test_an_update_keeps_the_place_of_the_reader_and_takes_what_is_left_out_back(plane: Plane):
    made = make(plane, BatchSize=1, MaximumBatchingWindowInSeconds=5)
    put(plane, "a")
    plane.engine.run_until_idle()

    again = update(plane, made, FunctionName="g", MaximumRetryAttempts=0)
    put(plane, "b")
    plane.engine.run_until_idle()

    mapping = described(plane, again)
    assert again.deployed == made.deployed
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (100, 0)
    assert (log(plane, "f"), log(plane, "g")) == (["a"], ["b"])


def test_an_update_lets_what_is_being_retried_be_given_up_by_the_new_bound(plane: Plane):
    made = make(plane)
    put(plane, "poison")
    plane.engine.advance(timedelta(hours=1))
    before = len(log(plane))

    update(plane, made, MaximumRetryAttempts=0)
    put(plane, "a")
    plane.engine.run_until_idle()

    assert len(log(plane)) - before <= 3
    assert log(plane)[-1] == "a"
    assert [hop.note for hop in plane.ledger.find("lambda", "discard")] == ["RetryAttemptsExhausted"]


def test_disabling_and_enabling_by_a_template_pauses_the_reader(plane: Plane):
    made = make(plane)
    disabled = update(plane, made, Enabled=False)
    put(plane, "a")
    plane.engine.run_until_idle()
    paused = (described(plane, disabled)["State"], log(plane))

    enabled = update(plane, disabled)
    plane.engine.run_until_idle()

    assert paused == ("Disabled", [])
    assert (described(plane, enabled)["State"], log(plane)) == ("Enabled", ["a"])


def test_a_removed_mapping_reads_no_more_and_is_gone_when_nothing_is_in_flight(plane: Plane):
    made = make(plane)
    put(plane, "slow")
    plane.engine.advance(timedelta(seconds=1))

    plane.makers.remove(made)
    deleting = described(plane, made)["State"]
    put(plane, "a")
    plane.engine.run_until_idle()

    assert (deleting, log(plane)) == ("Deleting", ["slow"])
    with pytest.raises(AwsError, match="does not exist"):
        described(plane, made)
    plane.makers.remove(made)  # it is gone already, and that is what was wanted


def test_a_mapping_that_is_taken_away_and_wanted_again_reads_beside_what_is_still_in_flight(plane: Plane):
    made = make(plane)
    put(plane, "slow")
    plane.engine.advance(timedelta(seconds=1))
    plane.makers.remove(made)

    again = make(plane, StartingPosition="LATEST")
    put(plane, "a")
    plane.engine.run_until_idle()

    assert log(plane) == ["slow", "a"]
    assert list(plane.rooms["lambda"].mappings) == [again.ref]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"BatchSize": 10_001}, "Value '10001' at 'batchSize'"),
        ({"ParallelizationFactor": 0}, "Value '0' at 'parallelizationFactor'"),
        ({"TumblingWindowInSeconds": 901}, "Value '901' at 'tumblingWindowInSeconds'"),
        ({"FunctionResponseTypes": ["ReportBatchItemFailure"]}, "Value 'ReportBatchItemFailure'"),
        ({"DestinationConfig": {"OnFailure": {"Destination": "failures"}}}, "Value 'failures'"),
        ({"Enabled": "yes"}, "'yes' is neither true nor false"),
        ({"BisectBatchOnFunctionError": 1}, "1 is neither true nor false"),
    ],
)
def test_a_value_that_lambda_refuses_stops_the_deployment_with_its_place(
    plane: Plane, given: dict[str, Any], reason: str
):
    with pytest.raises(RefusedValuesError, match=rf"t.yaml:7: Mapping \({TYPE}\): .*{reason}"):
        make(plane, **given)

    made = make(plane)
    with pytest.raises(RefusedValuesError, match=reason):
        update(plane, made, **given)


def test_a_mapping_of_a_stream_that_is_deleted_at_once_has_nothing_to_read(plane: Plane):
    made = make(plane, Enabled=False)

    plane.call("lambda", "UpdateEventSourceMapping", UUID=made.ref, Enabled=True)
    plane.call("kinesis", "DeleteStream", StreamName="s")
    plane.engine.run_until_idle()

    assert described(plane, made)["State"] == "Enabled"


def test_only_another_source_or_position_takes_another_mapping(plane: Plane):
    made = make(plane)
    bigger = wanted(plane, BatchSize=5)
    later = wanted(plane, StartingPosition="LATEST")

    assert (plane.makers.replaces(bigger, made), plane.makers.replaces(later, made)) == (False, True)


def test_a_source_that_the_plane_does_not_read_stops_the_deployment_with_its_place(plane: Plane):
    kafka = "arn:aws:kafka:us-east-1:123456789012:cluster/c/1"
    resource = wanted(plane)
    resource = replace(resource, properties={"FunctionName": "f", "EventSourceArn": kafka})

    with pytest.raises(UnsupportedResourceError, match=rf"t.yaml:7: Mapping \({TYPE}\).*{kafka}"):
        plane.makers.make(resource)


def test_where_an_event_is_that_a_reader_holds(plane: Plane):
    make(plane, MaximumBatchingWindowInSeconds=50)
    with plane.ledger.following("event-1"):
        put(plane, "a")
    plane.engine.advance(timedelta(seconds=1))

    (place,) = plane.rooms["lambda"].whereabouts("event-1")

    assert (place.service, place.resource) == ("lambda", plane.arn("lambda", "function:f"))
    assert (place.state, place.until) == ("buffered", plane.clock.time() + 49)
    assert plane.arn("kinesis", "stream/s") in place.note


def test_a_throttled_delivery_is_a_retry_in_the_ledger(plane: Plane):
    make(plane)
    plane.call("lambda", "PutFunctionConcurrency", FunctionName="f", ReservedConcurrentExecutions=0)

    with plane.ledger.following("event-1"):
        put(plane, "a")
    plane.engine.advance(timedelta(seconds=2))
    plane.call("lambda", "DeleteFunctionConcurrency", FunctionName="f")
    plane.engine.run_until_idle()

    hops = [(hop.attempt, hop.outcome, hop.note) for hop in plane.ledger.find("lambda", "Invoke")]
    assert {hop[1:] for hop in hops[:-1]} == {("retry", "TooManyRequestsException")}
    assert hops[-1] == (1, "ok", "")


def test_a_mapping_whose_function_was_deleted_waits_for_it(plane: Plane):
    """Before invocation: "due to throttling or other issues, it retries until the records expire"."""
    make(plane)
    plane.call("lambda", "DeleteFunction", FunctionName="f")

    put(plane, "a")
    plane.engine.advance(timedelta(minutes=5))

    notes = {hop.note for hop in plane.ledger.find("lambda", "Invoke", "retry")}
    assert notes == {"ResourceNotFoundException"}


def test_a_mapping_of_a_queue_that_was_deleted_can_still_be_disabled(plane: Plane):
    made = make(plane, "q")
    url = plane.call("sqs", "GetQueueUrl", QueueName="q")["QueueUrl"]
    plane.call("sqs", "DeleteQueue", QueueUrl=url)

    plane.call("lambda", "UpdateEventSourceMapping", UUID=made.ref, Enabled=False)
    plane.engine.run_until_idle()

    assert described(plane, made)["State"] == "Disabled"
