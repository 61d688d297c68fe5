"""Delivery to S3, seen from inside: the ledger, what is buffered where, anomalies, templates that change."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto.moto_api._internal import moto_api_backend

from bus.local.anomalies import Anomalies
from bus.local.errors import UnsupportedResourceError
from bus.local.firehose import FirehoseRoom
from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from bus.local.stored import StoredRoom

BUCKET = "lake"
ROLE = "arn:aws:iam::123456789012:role/r"


@pytest.fixture
def plane(plane_with: Callable[..., Plane], moto_account: None) -> Plane:  # noqa: ARG001 - what answers for S3
    moto_api_backend.reset()
    plane = plane_with(StoredRoom, FirehoseRoom)
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    return plane


def s3(**changes: Any) -> dict[str, Any]:
    hints = {"IntervalInSeconds": 60, "SizeInMBs": 1}
    return {"RoleARN": ROLE, "BucketARN": f"arn:aws:s3:::{BUCKET}", "BufferingHints": hints, **changes}


def delivery(**changes: Any) -> Resource:
    properties = {"ExtendedS3DestinationConfiguration": s3(**changes)}
    return Resource("s", "Delivery", "AWS::KinesisFirehose::DeliveryStream", properties, "d", "t.yaml", 7)


def make(plane: Plane, **changes: Any) -> Made:
    wanted = delivery(**changes)
    return Made(wanted, plane.makers.make(wanted))


def put(plane: Plane, event_id: str, data: bytes = b"x") -> None:
    with plane.ledger.following(event_id):
        plane.call("firehose", "PutRecord", DeliveryStreamName="d", Record={"Data": data})


def objects(prefix: str = "") -> dict[str, bytes]:
    client = boto3.client("s3")
    found = client.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    return {one["Key"]: client.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read() for one in found}


def test_the_ledger_says_which_object_an_event_is_in(plane: Plane) -> None:
    make(plane)
    put(plane, "event-1")

    plane.engine.run_until_idle()

    [key] = objects()
    [hop] = plane.ledger.of("event-1")
    assert (hop.action, hop.resource, hop.outcome, hop.note) == ("deliver", BUCKET, "ok", key)


def test_an_event_is_buffered_until_its_interval_is_over(plane: Plane) -> None:
    make(plane)
    put(plane, "event-1")

    [found] = plane.rooms["firehose"].whereabouts("event-1")

    assert (found.resource, found.state, found.until) == ("d", "buffered", plane.clock.time() + 60)
    plane.engine.run_until_idle()
    assert list(plane.rooms["firehose"].whereabouts("event-1")) == []


def test_an_event_that_s3_refuses_waits_for_another_attempt_and_is_lost_after_24_hours(plane: Plane) -> None:
    make(plane)
    boto3.client("s3").delete_bucket(Bucket=BUCKET)
    put(plane, "event-1")
    plane.engine.advance(timedelta(seconds=61))

    [found] = plane.rooms["firehose"].whereabouts("event-1")
    plane.engine.run_until_idle()

    hops = plane.ledger.of("event-1")
    assert found.state == "waiting to retry"
    assert {hop.outcome for hop in hops[:-1]} == {"retry"}
    assert hops[-1].outcome == "lost"
    assert hops[-1].at - hops[0].at < 24 * 3600


def test_a_batch_may_be_written_twice(
    plane_with: Callable[..., Plane],
    plane: Plane,  # noqa: ARG001 - it makes the bucket
) -> None:
    again = plane_with(StoredRoom, FirehoseRoom)
    again.anomalies = Anomalies(twice=1.0)
    make(again)
    put(again, "event-1")

    again.engine.run_until_idle()

    assert list(objects().values()) == [b"x", b"x"]
    assert [hop.outcome for hop in again.ledger.of("event-1")] == ["ok", "ok"]


def test_a_changed_template_keeps_what_is_buffered_and_delivers_it_by_the_new_configuration(plane: Plane) -> None:
    made = make(plane)
    put(plane, "event-1")
    plane.engine.advance(timedelta(seconds=10))

    hints = {"IntervalInSeconds": 20, "SizeInMBs": 1}
    plane.makers.update(delivery(Prefix="new/", BufferingHints=hints), made)
    plane.engine.advance(timedelta(seconds=11))

    [key] = objects()
    assert key.startswith("new/2026/01/01/00/d-2-")


def test_a_changed_template_goes_back_to_the_defaults_of_what_it_leaves_out(plane: Plane) -> None:
    made = make(plane, CompressionFormat="GZIP")

    plane.makers.update(delivery(), made)
    put(plane, "event-1")
    plane.engine.run_until_idle()

    assert list(objects().values()) == [b"x"]


def test_a_removed_stream_loses_what_is_in_it_and_leaves_no_timer(plane: Plane) -> None:
    made = make(plane)
    put(plane, "event-1")
    before = plane.clock.time()

    plane.makers.remove(made)
    plane.engine.run_until_idle()

    assert objects() == {}
    assert [hop.outcome for hop in plane.ledger.of("event-1")] == ["lost"]
    assert plane.clock.time() == before


def test_a_removed_stream_loses_what_waits_for_another_attempt_and_says_so(plane: Plane) -> None:
    made = make(plane)
    boto3.client("s3").delete_bucket(Bucket=BUCKET)
    put(plane, "event-1")
    plane.engine.advance(timedelta(seconds=61))

    plane.makers.remove(made)

    assert plane.ledger.of("event-1")[-1].outcome == "lost"


def test_records_in_one_are_separated(plane: Plane) -> None:
    splitting = {"ParameterName": "SubRecordType", "ParameterValue": "JSON"}
    lines = {"Type": "AppendDelimiterToRecord"}
    processors = [{"Type": "RecordDeAggregation", "Parameters": [splitting]}, lines]
    make(plane, ProcessingConfiguration={"Enabled": True, "Processors": processors})
    put(plane, "event-1", b'{"a": 1} {"a": 2}[{"a": 3}]')
    put(plane, "event-2", b"{")

    plane.engine.run_until_idle()

    rows = [json.loads(line) for line in b"".join(objects("2026").values()).splitlines()]
    assert rows == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert [hop.outcome for hop in plane.ledger.of("event-2")] == ["processing-failed"]
    assert list(objects("processing-failed/"))


def test_numbers_may_be_text_in_a_template(plane: Plane) -> None:
    make(plane, BufferingHints={"IntervalInSeconds": "0", "SizeInMBs": "1"})
    put(plane, "event-1")

    plane.engine.advance(timedelta(0))

    assert list(objects().values()) == [b"x"]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"BufferingHints": {"IntervalInSeconds": 901, "SizeInMBs": 1}}, "0 to 900 seconds"),
        ({"BufferingHints": {"SizeInMBs": 1}}, "both SizeInMBs and IntervalInSeconds"),
        ({"CustomTimeZone": "Mars/Phobos"}, "no time zone"),
        ({"S3BackupMode": "Enabled"}, "S3BackupConfiguration must be specified"),
        (
            {"ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "MetadataExtraction"}]}},
            "MetadataExtraction",
        ),
        ({"Prefix": "!{partitionKeyFromQuery:id}/", "ErrorOutputPrefix": "!{firehose:error-output-type}/"}, "JQ-1.6"),
        ({"Colour": "red"}, "Colour"),
    ],
)
def test_what_cannot_be_stops_the_deployment_and_names_its_place(
    plane: Plane, changes: dict[str, Any], what: str
) -> None:
    with pytest.raises(UnsupportedResourceError, match=rf"t\.yaml:7: Delivery .*{what}"):
        make(plane, **changes)


def test_other_destinations_are_refused(plane: Plane) -> None:
    properties = {"HttpEndpointDestinationConfiguration": {"EndpointConfiguration": {"Url": "https://x"}}}
    wanted = Resource("s", "Delivery", "AWS::KinesisFirehose::DeliveryStream", properties, "d", "t.yaml", 7)

    with pytest.raises(UnsupportedResourceError, match="HttpEndpointDestinationConfiguration"):
        plane.makers.make(wanted)
