"""Streams: where records go, and how they are read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import UnsupportedResourceError
from bus.local.kinesis import KinesisRoom
from bus.local.plane import Plane
from bus.local.resources import Resource

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/events"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(KinesisRoom)


@pytest.fixture
def kinesis(plane: Plane):
    return boto3.client("kinesis", region_name=plane.region)


@pytest.fixture
def stream(kinesis: Any):
    kinesis.create_stream(StreamName="events", ShardCount=1)
    return "events"


def put(kinesis: Any, stream: str, *bodies: Any, key: str = "k"):
    return [kinesis.put_record(StreamName=stream, Data=body, PartitionKey=key)["SequenceNumber"] for body in bodies]


def read(
    kinesis: Any,
    stream: str,
    type_: str = "TRIM_HORIZON",
    shard: str = "shardId-000000000000",
    limit: int = 100,
    **place: Any,
):
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType=type_, **place)
    return kinesis.get_records(ShardIterator=iterator["ShardIterator"], Limit=limit)


def data(answer: Any):
    return [record["Data"] for record in answer["Records"]]


def test_a_record_is_read_as_it_was_put(plane: Plane, kinesis: Any, stream: str):
    heard = []
    plane.signals.on(ARN, lambda: heard.append(True))
    with plane.ledger.following("event-1"):
        put_answer = kinesis.put_record(StreamName=stream, Data=b"hello", PartitionKey="order-1")

    [record] = read(kinesis, stream)["Records"]

    assert (record["Data"], record["PartitionKey"]) == (b"hello", "order-1")
    assert record["SequenceNumber"] == put_answer["SequenceNumber"]
    assert record["ApproximateArrivalTimestamp"] == plane.clock.now()
    assert heard == [True]
    assert plane.ledger.kept(f"{ARN}/{record['SequenceNumber']}") == "event-1"


def test_sequence_numbers_grow(kinesis: Any, stream: str):
    numbers = [int(number) for number in put(kinesis, stream, *[b"x"] * 50)]

    assert numbers == sorted(set(numbers))
    assert {len(str(number)) for number in numbers} == {56}


def test_keys_spread_over_the_shards_by_their_md5_and_a_key_keeps_its_shard(kinesis: Any):
    kinesis.create_stream(StreamName="events", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    shards = kinesis.list_shards(StreamName="events")["Shards"]

    placed = [kinesis.put_record(StreamName="events", Data=b"x", PartitionKey=key)["ShardId"] for key in "abcdefghab"]

    assert len(shards) == 4
    assert [shard["HashKeyRange"]["StartingHashKey"] for shard in shards] == [str(n << 126) for n in range(4)]
    assert shards[-1]["HashKeyRange"]["EndingHashKey"] == str(2**128 - 1)
    assert placed[:2] == placed[-2:]
    assert len(set(placed)) > 1
    # MD5("a") is 0cc1…: the first quarter.
    assert placed[0] == "shardId-000000000000"


def test_an_explicit_hash_key_chooses_the_shard(kinesis: Any):
    kinesis.create_stream(StreamName="events", ShardCount=3)

    highest = str(2**128 - 1)
    answer = kinesis.put_record(StreamName="events", Data=b"x", PartitionKey="a", ExplicitHashKey=highest)

    assert answer["ShardId"] == "shardId-000000000002"


def test_each_iterator_type_starts_where_it_says(plane: Plane, kinesis: Any, stream: str):
    first, second = put(kinesis, stream, b"1", b"2")
    plane.engine.advance(timedelta(seconds=10))
    between = plane.clock.now()
    put(kinesis, stream, b"3")

    assert data(read(kinesis, stream, "TRIM_HORIZON")) == [b"1", b"2", b"3"]
    assert data(read(kinesis, stream, "LATEST")) == []
    assert data(read(kinesis, stream, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=second)) == [b"2", b"3"]
    assert data(read(kinesis, stream, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=first)) == [b"2", b"3"]
    assert data(read(kinesis, stream, "AT_TIMESTAMP", Timestamp=between)) == [b"3"]


def test_reading_goes_on_from_the_next_iterator_and_says_how_far_behind_it_is(plane: Plane, kinesis: Any, stream: str):
    put(kinesis, stream, b"1", b"2")
    plane.engine.advance(timedelta(seconds=2))

    first = read(kinesis, stream, limit=1)
    second = kinesis.get_records(ShardIterator=first["NextShardIterator"])
    put(kinesis, stream, b"3")
    third = kinesis.get_records(ShardIterator=second["NextShardIterator"])

    assert [data(answer) for answer in (first, second, third)] == [[b"1"], [b"2"], [b"3"]]
    assert [answer["MillisBehindLatest"] for answer in (first, second, third)] == [2000, 0, 0]


def test_an_iterator_lives_for_five_minutes(plane: Plane, kinesis: Any, stream: str):
    iterator = read(kinesis, stream)["NextShardIterator"]
    plane.engine.advance(timedelta(seconds=300))
    at_its_end = kinesis.get_records(ShardIterator=iterator)

    plane.engine.advance(timedelta(seconds=1))

    assert at_its_end["Records"] == []
    with pytest.raises(kinesis.exceptions.ExpiredIteratorException):
        kinesis.get_records(ShardIterator=iterator)


def test_records_are_gone_after_the_retention_period(plane: Plane, kinesis: Any, stream: str):
    old = put(kinesis, stream, b"old")[0]
    plane.engine.advance(timedelta(hours=24))
    put(kinesis, stream, b"new")
    at_24_hours = data(read(kinesis, stream))
    plane.engine.advance(timedelta(seconds=1))

    assert at_24_hours == [b"old", b"new"]
    assert data(read(kinesis, stream)) == [b"new"]
    assert data(read(kinesis, stream, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=old)) == [b"new"]


def test_a_longer_retention_period_keeps_them(plane: Plane, kinesis: Any, stream: str):
    kinesis.increase_stream_retention_period(StreamName=stream, RetentionPeriodHours=48)
    put(kinesis, stream, b"old")

    plane.engine.advance(timedelta(hours=47))

    assert data(read(kinesis, stream)) == [b"old"]


def test_an_answer_carries_at_most_ten_mebibytes(kinesis: Any, stream: str):
    put(kinesis, stream, *[b"x" * 1_048_575] * 11)

    assert len(data(read(kinesis, stream))) == 10


def test_a_batch_is_put_in_order(kinesis: Any, stream: str):
    answer = kinesis.put_records(
        StreamName=stream, Records=[{"Data": str(n).encode(), "PartitionKey": str(n)} for n in range(500)]
    )

    assert answer["FailedRecordCount"] == 0
    assert data(read(kinesis, stream, limit=1000)) == [str(n).encode() for n in range(500)]


@pytest.mark.parametrize(
    "records",
    [
        [{"Data": b"", "PartitionKey": "k"}] * 501,
        [{"Data": b"x" * 1_048_577, "PartitionKey": "k"}],
        [{"Data": b"x" * 1_048_576, "PartitionKey": "k"}] * 10,
        [{"Data": b"x", "PartitionKey": "k" * 257}],
        [{"Data": b"x", "PartitionKey": "k", "ExplicitHashKey": str(2**128)}],
    ],
)
def test_a_batch_that_kinesis_refuses_is_refused_whole(kinesis: Any, stream: str, records: Any):
    with pytest.raises(ClientError, match=r"ValidationException|InvalidArgumentException"):
        kinesis.put_records(StreamName=stream, Records=records)

    assert data(read(kinesis, stream)) == []


def test_a_stream_is_described(kinesis: Any, stream: str):
    described = kinesis.describe_stream(StreamName=stream)["StreamDescription"]
    summary = kinesis.describe_stream_summary(StreamARN=ARN)["StreamDescriptionSummary"]

    assert (described["StreamStatus"], described["RetentionPeriodHours"], len(described["Shards"])) == ("ACTIVE", 24, 1)
    assert (summary["StreamARN"], summary["OpenShardCount"]) == (ARN, 1)
    assert summary["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert kinesis.list_streams()["StreamNames"] == ["events"]


def test_shards_are_listed_in_pages(kinesis: Any):
    kinesis.create_stream(StreamName="events", ShardCount=3)

    first = kinesis.list_shards(StreamName="events", MaxResults=2)
    second = kinesis.list_shards(NextToken=first["NextToken"])

    ids = [shard["ShardId"][-1] for page in (first, second) for shard in page["Shards"]]
    assert ids == ["0", "1", "2"]
    assert "NextToken" not in second


def test_what_is_not_there_is_not_found(kinesis: Any, stream: str):
    kinesis.delete_stream(StreamName=stream)

    with pytest.raises(kinesis.exceptions.ResourceNotFoundException):
        kinesis.put_record(StreamARN=ARN, Data=b"x", PartitionKey="k")
    with pytest.raises(kinesis.exceptions.InvalidArgumentException, match="Invalid ShardIterator"):
        kinesis.get_records(ShardIterator="made up")


def test_a_template_makes_a_stream(plane: Plane, kinesis: Any):
    properties = {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}, "RetentionPeriodHours": 168}

    made = plane.makers.make(Resource("s", "Events", "AWS::Kinesis::Stream", properties, "s-Events-1"))

    described = kinesis.describe_stream(StreamName=made.ref)["StreamDescription"]
    assert made.ref == "s-Events-1"
    assert made.attributes == {"Arn": described["StreamARN"]}
    assert (described["RetentionPeriodHours"], len(described["Shards"])) == (168, 4)


def test_a_stream_without_shards_names_its_place(plane: Plane):
    with pytest.raises(UnsupportedResourceError, match=r"t\.yaml:3: Events .*ShardCount must be set"):
        plane.makers.make(Resource("s", "Events", "AWS::Kinesis::Stream", {}, "s-Events-1", "t.yaml", 3))
