"""Delivery streams whose transform answers later."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from moto import mock_aws
from moto.moto_api._internal import moto_api_backend

from bus.local.firehose import FirehoseRoom
from bus.local.lambda_ import LambdaRoom
from bus.local.plane import Plane
from bus.local.stored import StoredRoom
from tests.local.later.worlds import Restored, function, make, outcomes, states, wait, world_of

ROLE = "arn:aws:iam::123456789012:role/firehose"


@pytest.fixture
def plane(plane_of: Callable[..., Plane]) -> Iterator[Plane]:
    with mock_aws():
        moto_api_backend.reset()
        plane = plane_of(StoredRoom, LambdaRoom, FirehoseRoom)
        plane.call("s3", "CreateBucket", Bucket="lake")
        yield plane


def put(plane: Plane, arn: str, retries: int = 3) -> None:
    """A delivery stream with a transform, and a record in it whose turn it is."""
    chosen = {"LambdaArn": arn, "NumberOfRetries": str(retries), "BufferIntervalInSeconds": "0"}
    parameters = [{"ParameterName": name, "ParameterValue": value} for name, value in chosen.items()]
    processing = {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": parameters}]}
    hints = {"IntervalInSeconds": 0, "SizeInMBs": 1}
    s3 = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::lake", "BufferingHints": hints}
    s3 |= {"ProcessingConfiguration": processing, "ErrorOutputPrefix": "errors/", "Prefix": "data/"}
    make(
        plane,
        "AWS::KinesisFirehose::DeliveryStream",
        DeliveryStreamName="d",
        ExtendedS3DestinationConfiguration=s3,
    )
    with plane.ledger.following("event-1"):
        plane.call("firehose", "PutRecord", DeliveryStreamName="d", Record={"Data": b"x"})
    wait(plane)


def transformed(plane: Plane, data: str = "eQ==") -> dict[str, Any]:
    records = world_of(plane).events[-1]["records"]
    return {"records": [{"recordId": one["recordId"], "result": "Ok", "data": data} for one in records]}


def objects(plane: Plane, prefix: str) -> list[bytes]:
    found = plane.call("s3", "ListObjectsV2", Bucket="lake", Prefix=prefix).get("Contents", [])
    return [plane.call("s3", "GetObject", Bucket="lake", Key=one["Key"])["Body"].read() for one in found]


def test_records_are_delivered_when_they_are_transformed(plane: Plane, restored: Restored):
    put(plane, function(plane))
    wait(plane, 200)
    plane = restored(plane)

    before = states(plane, "firehose", "event-1"), objects(plane, "data/")
    world_of(plane).answer(transformed(plane))
    wait(plane)

    assert before == ([("running", None)], [])
    assert (states(plane, "firehose", "event-1"), objects(plane, "data/")) == ([], [b"y"])


def test_a_transform_that_fails_is_tried_again_and_then_given_up(plane: Plane, restored: Restored):
    put(plane, function(plane), retries=1)
    plane = restored(plane)
    world = world_of(plane)

    world.fail()
    retry = [state for state, _ in states(plane, "firehose", "event-1")]
    wait(plane, 1)
    world.fail()
    wait(plane)

    assert (retry, len(world.asked)) == (["waiting to retry"], 2)
    [failure] = objects(plane, "errors/")
    assert json.loads(failure)["errorCode"] == "Lambda.FunctionError"
    assert [outcome for outcome, _ in outcomes(plane, "firehose", "transform")] == ["retry", "failed"]


def test_a_transform_has_five_minutes(plane: Plane, restored: Restored):
    put(plane, function(plane), retries=0)
    wait(plane, 299)
    plane = restored(plane)

    before = [state for state, _ in states(plane, "firehose", "event-1")]
    wait(plane, 1)
    [failure] = objects(plane, "errors/")
    world_of(plane).answer(transformed(plane))
    wait(plane)

    assert before == ["running"]
    assert json.loads(failure)["errorCode"] == "Lambda.FunctionTimedOut"
    assert objects(plane, "data/") == []


def test_a_throttled_transform_is_tried_again(plane: Plane, restored: Restored):
    arn = function(plane, ReservedConcurrentExecutions=1)
    plane.begin("lambda", "Invoke", {"FunctionName": arn, "Payload": b"{}"})
    put(plane, arn)
    plane = restored(plane)

    before = [state for state, _ in states(plane, "firehose", "event-1")]
    world_of(plane).answer()
    wait(plane, 1)

    assert before == ["waiting to retry"]
    assert states(plane, "firehose", "event-1") == [("running", None)]


def test_a_delivery_stream_that_is_deleted_meanwhile_has_lost_its_records(plane: Plane, restored: Restored):
    put(plane, function(plane))
    plane = restored(plane)

    plane.call("firehose", "DeleteDeliveryStream", DeliveryStreamName="d")
    world_of(plane).answer(transformed(plane))
    wait(plane, 1000)

    assert outcomes(plane, "firehose", "deliver") == [("lost", "event-1")]
    assert objects(plane, "data/") == []
