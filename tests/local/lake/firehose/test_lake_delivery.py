"""Records become rows of the tables they are routed to."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import UnsupportedResourceError
from bus.local.firehose import FirehoseRoom
from bus.local.plane import Plane
from bus.local.stored import StoredRoom
from tests.local.lake.firehose.cases import FakeKinesis, FakeLambda, by_id, deploy, document, iceberg, passed_on, source


def test_records_of_a_kinesis_stream_become_rows_of_the_table_they_are_routed_to(
    plane: Plane, shop: Any, kinesis: FakeKinesis
) -> None:
    for event_id in ("a", "b", "c"):
        kinesis.put(event_id, document(event_id, total={"amount": 5, "currency": "USD"}))

    plane.engine.run_until_idle()

    assert shop.ids() == ["a", "b", "c"]
    assert [(hop.resource, hop.outcome) for hop in plane.ledger.of("a")] == [("orders_v1", "ok")]


def test_rows_are_delivered_when_both_buffers_have_waited_and_in_one_commit(
    plane: Plane, shop: Any, kinesis: FakeKinesis
) -> None:
    kinesis.put("a", document("a"))
    plane.engine.advance(timedelta(seconds=5))
    kinesis.put("b", document("b"))

    plane.engine.advance(timedelta(seconds=34))
    before = shop.ids()
    plane.engine.advance(timedelta(seconds=2))

    assert before == []
    assert shop.ids() == ["a", "b"]
    assert len(shop.table().metadata.snapshots) == 1


def test_a_full_buffer_does_not_wait(plane: Plane, function: FakeLambda, kinesis: FakeKinesis) -> None:
    for number in range(4):
        kinesis.put(str(number), document(str(number), padding="x" * 400_000))

    plane.engine.advance(timedelta(seconds=2))

    assert [len(event["records"]) for event in function.events] == [2]


def test_an_idle_stream_leaves_the_plane_idle(plane: Plane, kinesis: FakeKinesis) -> None:
    kinesis.put("a", document("a"))
    plane.engine.run_until_idle()
    before = plane.clock.time()

    plane.engine.run_until_idle()

    assert plane.clock.time() == before


def test_a_route_to_no_table_fails_with_the_tables_name(
    plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis
) -> None:
    function.answer = by_id(lost=lambda record: passed_on(record, table="nowhere_v1"))
    kinesis.put("lost", document("lost"))
    kinesis.put("a", document("a"))

    plane.engine.run_until_idle()

    [error] = shop.errors("iceberg-failed")
    assert (error["errorCode"], error["destinationTableName"]) == ("Iceberg.NoSuchTable", "nowhere_v1")
    assert shop.ids() == ["a"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"occurred_at": "2026-01-01T00:00:00Z"}, "Iceberg.SchemaTypeMismatch"),
        ({"total": {"amount": "five"}}, "Iceberg.SchemaTypeMismatch"),
        ({"occurred_at": 10**30}, "Iceberg.SchemaTypeMismatch"),
        ({"event_id": "\ud800"}, "Iceberg.SchemaTypeMismatch"),
        ({"occurred_at": None}, "Iceberg.MissingColumnWithinRecord"),
        ({"colour": "red"}, "Iceberg.MissingColumn"),
    ],
)
def test_a_row_that_does_not_fit_its_table_fails_alone(
    plane: Plane, shop: Any, kinesis: FakeKinesis, changes: dict[str, Any], code: str
) -> None:
    kinesis.put("bad", json.dumps({**json.loads(document("bad")), **changes}).encode())
    kinesis.put("a", document("a"))

    plane.engine.run_until_idle()

    [error] = shop.errors("iceberg-failed")
    assert error["errorCode"] == code
    assert shop.ids() == ["a"]


@pytest.mark.usefixtures("kinesis")
def test_a_stream_that_reads_kinesis_takes_no_direct_puts() -> None:
    firehose = boto3.client("firehose")

    with pytest.raises(ClientError, match="not permitted on KinesisStreamAsSource"):
        firehose.put_record(DeliveryStreamName="d", Record={"Data": b"x"})


def test_a_stream_is_listed_and_described(kinesis: FakeKinesis) -> None:
    firehose = boto3.client("firehose")

    described = firehose.describe_delivery_stream(DeliveryStreamName="d")["DeliveryStreamDescription"]

    assert firehose.list_delivery_streams()["DeliveryStreamNames"] == ["d"]
    assert described["DeliveryStreamStatus"] == "ACTIVE"
    assert described["Source"]["KinesisStreamSourceDescription"]["KinesisStreamARN"] == kinesis.arn
    with pytest.raises(ClientError, match="Firehose x under account 123456789012 not found"):
        firehose.describe_delivery_stream(DeliveryStreamName="x")


@pytest.mark.parametrize(
    ("properties", "what"),
    [
        ({"ExtendedS3DestinationConfiguration": {"BucketARN": "arn:aws:s3:::b"}}, "Exactly one destination"),
        ({"IcebergDestinationConfiguration": iceberg(s3BackupMode="AllData")}, "S3BackupMode AllData"),
        ({"DeliveryStreamType": "MSKAsSource"}, "DeliveryStreamType MSKAsSource"),
    ],
)
def test_what_the_plane_does_not_do_stops_the_deployment(plane: Plane, properties: dict[str, Any], what: str) -> None:
    with pytest.raises(UnsupportedResourceError, match=what):
        deploy(plane, **properties)


def test_two_runs_with_one_seed_write_one_ledger(
    plane_with: Callable[..., Plane], shop_of: Callable[[Plane], Any]
) -> None:
    digests = []
    for _ in range(2):
        plane = plane_with(StoredRoom, FirehoseRoom, FakeLambda, FakeKinesis, seed=7)
        shop_of(plane).create()
        deploy(plane, DeliveryStreamType="KinesisStreamAsSource", KinesisStreamSourceConfiguration=source())
        for event_id in ("a", "b"):
            plane.rooms["kinesis"].put(event_id, document(event_id))
        plane.engine.run_until_idle()
        digests.append(plane.ledger.digest())

    assert digests[0] == digests[1]
