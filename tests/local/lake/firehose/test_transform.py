"""The transform: what it is given, and what becomes of its answers and failures."""

import base64
from typing import Any

import boto3

from bus.local.plane import Plane
from tests.local.lake.firehose.cases import (
    DATABASE,
    FUNCTION,
    FakeKinesis,
    FakeLambda,
    by_id,
    deploy,
    document,
    iceberg,
)


def test_the_transform_is_given_the_documented_event(plane: Plane, function: FakeLambda, kinesis: FakeKinesis) -> None:
    kinesis.put("a", document("a"))

    plane.engine.run_until_idle()

    [event] = function.events
    [record] = event["records"]
    assert set(event) == {"invocationId", "deliveryStreamArn", "sourceKinesisStreamArn", "region", "records"}
    assert base64.b64decode(record["data"]) == document("a")
    assert record["kinesisRecordMetadata"]["shardId"] == "shardId-000000000000"


def test_a_record_that_the_transform_fails_lands_under_the_errors_prefix_and_its_neighbours_in_the_table(
    plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis
) -> None:
    function.answer = by_id(
        bad=lambda record: {"recordId": record["recordId"], "result": "ProcessingFailed", "data": record["data"]}
    )
    for event_id in ("a", "bad", "b"):
        kinesis.put(event_id, document(event_id))

    plane.engine.run_until_idle()

    [key] = shop.objects("errors/")
    [error] = shop.errors()
    assert shop.ids() == ["a", "b"]
    assert key.startswith("errors/processing-failed/2026/01/01/d-1-2026-01-01-00-00-")
    assert (error["errorCode"], error["attemptsMade"]) == ("Lambda.ProcessingFailedStatus", 1)
    assert base64.b64decode(error["rawData"]) == document("bad")
    assert error["lambdaArn"] == FUNCTION
    assert [hop.outcome for hop in plane.ledger.of("bad")] == ["processing-failed"]


def test_a_dropped_record_goes_nowhere(plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis) -> None:
    function.answer = by_id(
        unwanted=lambda record: {"recordId": record["recordId"], "result": "Dropped", "data": record["data"]}
    )
    kinesis.put("unwanted", document("unwanted"))

    plane.engine.run_until_idle()

    assert shop.ids() == []
    assert shop.errors() == []
    assert [hop.outcome for hop in plane.ledger.of("unwanted")] == ["dropped"]


def test_a_transform_that_fails_is_tried_again(
    plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis
) -> None:
    function.failures = 3
    kinesis.put("a", document("a"))

    plane.engine.run_until_idle()

    assert shop.ids() == ["a"]
    assert len(function.events) == 4


def test_a_transform_that_keeps_failing_fails_its_whole_batch(
    plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis
) -> None:
    function.failures = 4
    kinesis.put("a", document("a"))
    kinesis.put("b", document("b"))

    plane.engine.run_until_idle()

    errors = shop.errors("processing-failed")
    assert shop.ids() == []
    assert [(error["errorCode"], error["attemptsMade"]) for error in errors] == [("Lambda.FunctionError", 4)] * 2


def test_a_record_that_the_transform_forgets_fails_alone(
    plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis
) -> None:
    function.answer = by_id(forgotten=lambda _record: None)
    kinesis.put("forgotten", document("forgotten"))
    kinesis.put("a", document("a"))

    plane.engine.run_until_idle()

    [error] = shop.errors("processing-failed")
    assert error["errorCode"] == "Lambda.MissingRecordId"
    assert shop.ids() == ["a"]


def test_records_are_put_directly_and_go_to_the_one_table_without_a_transform(plane: Plane, shop: Any) -> None:
    table = [{"DestinationDatabaseName": DATABASE, "DestinationTableName": "orders_v1"}]
    deploy(plane, IcebergDestinationConfiguration=iceberg(transform=False, DestinationTableConfigurationList=table))
    firehose = boto3.client("firehose")

    one = firehose.put_record(DeliveryStreamName="d", Record={"Data": document("a")})
    batch = firehose.put_record_batch(
        DeliveryStreamName="d", Records=[{"Data": document("b")}, {"Data": document("c")}]
    )
    plane.engine.run_until_idle()

    assert shop.ids() == ["a", "b", "c"]
    assert len({one["RecordId"], *(response["RecordId"] for response in batch["RequestResponses"])}) == 3
    assert batch["FailedPutCount"] == 0
