"""What Kinesis documents of reading: iterators, the end of shards, retention."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.delivery.aws import Aws

SHARD = "shardId-000000000000"


def put(aws: Aws, arn: str, *bodies: bytes) -> list[str]:
    kinesis = aws.client("kinesis")
    return [kinesis.put_record(StreamARN=arn, Data=body, PartitionKey="k")["SequenceNumber"] for body in bodies]


def iterator(aws: Aws, arn: str, type_: str, shard: str = SHARD, **place: Any) -> str:
    answer = aws.client("kinesis").get_shard_iterator(StreamARN=arn, ShardId=shard, ShardIteratorType=type_, **place)
    return str(answer["ShardIterator"])


def get(aws: Aws, arn: str, where: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("kinesis").get_records(StreamARN=arn, ShardIterator=where, **more)
    return answer


def bodies(answer: dict[str, Any]) -> list[bytes]:
    return [record["Data"] for record in answer["Records"]]


def test_each_iterator_type_starts_where_it_says(aws: Aws):
    """API reference, GetShardIterator, ShardIteratorType."""
    arn = aws.stream()
    first, second = put(aws, arn, b"1", b"2")
    aws.wait(10)
    between = datetime.fromtimestamp(aws.now(), UTC)
    aws.wait(1)
    put(aws, arn, b"3")

    def read(type_: str, **place: Any) -> list[bytes]:
        return bodies(get(aws, arn, iterator(aws, arn, type_, **place)))

    assert read("TRIM_HORIZON") == [b"1", b"2", b"3"]
    assert read("LATEST") == []
    assert read("AT_SEQUENCE_NUMBER", StartingSequenceNumber=second) == [b"2", b"3"]
    assert read("AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=first) == [b"2", b"3"]
    assert read("AT_TIMESTAMP", Timestamp=between) == [b"3"]
    assert read("AT_TIMESTAMP", Timestamp=between - timedelta(days=30)) == [b"1", b"2", b"3"]


def test_a_time_stamp_of_the_future_is_refused(aws: Aws):
    """API reference, GetShardIterator, Timestamp."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    tomorrow = datetime.fromtimestamp(aws.now() + 86_400, UTC)

    with pytest.raises(kinesis.exceptions.InvalidArgumentException, match="cannot be greater than the current"):
        iterator(aws, arn, "AT_TIMESTAMP", Timestamp=tomorrow)


def test_a_sequence_number_goes_with_the_iterator_types_that_ask_for_one_alone(aws: Aws):
    """API reference, GetShardIterator, StartingSequenceNumber."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    [number] = put(aws, arn, b"1")

    for type_, place in (("AT_SEQUENCE_NUMBER", {}), ("LATEST", {"StartingSequenceNumber": number})):
        with pytest.raises(kinesis.exceptions.InvalidArgumentException, match="Must either specify"):
            iterator(aws, arn, type_, **place)


def test_a_shard_iterator_expires_5_minutes_after_it_is_returned(aws: Aws):
    """API reference, GetShardIterator."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    where = iterator(aws, arn, "LATEST")

    aws.wait(301)

    with pytest.raises(kinesis.exceptions.ExpiredIteratorException, match="tolerated delay of 300000 milliseconds"):
        get(aws, arn, where)


def test_get_records_returns_the_iterator_for_what_follows_and_how_far_it_is_behind(aws: Aws):
    """API reference, GetRecords, NextShardIterator and MillisBehindLatest."""
    arn = aws.stream()
    put(aws, arn, b"1", b"2")
    aws.wait(2)

    first = get(aws, arn, iterator(aws, arn, "TRIM_HORIZON"), Limit=1)
    second = get(aws, arn, first["NextShardIterator"])

    assert (bodies(first), bodies(second)) == ([b"1"], [b"2"])
    assert first["MillisBehindLatest"] == 2000
    assert second["MillisBehindLatest"] == 0


def test_the_end_of_a_closed_shard_has_no_next_iterator_and_names_the_child_shards(aws: Aws):
    """API reference, GetRecords, ChildShards: "returned only when the end of the current shard is reached"."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    put(aws, arn, b"1", b"2")
    kinesis.split_shard(StreamARN=arn, ShardToSplit=SHARD, NewStartingHashKey=str(2**127))
    aws.idle()

    before = get(aws, arn, iterator(aws, arn, "TRIM_HORIZON"), Limit=1)
    at_the_end = get(aws, arn, before["NextShardIterator"])

    assert bodies(before) + bodies(at_the_end) == [b"1", b"2"]
    assert "ChildShards" not in before
    assert "NextShardIterator" not in at_the_end
    assert [child["ParentShards"] for child in at_the_end["ChildShards"]] == [[SHARD], [SHARD]]


def test_records_that_were_in_the_parent_shards_before_the_reshard_remain_there(aws: Aws):
    """Developer guide, "Consider data routing, data persistence, and shard state after a reshard"."""
    arn, kinesis = aws.stream(2), aws.client("kinesis")
    kinesis.put_record(StreamARN=arn, Data=b"old", PartitionKey="k", ExplicitHashKey="0")
    kinesis.merge_shards(StreamARN=arn, ShardToMerge=SHARD, AdjacentShardToMerge="shardId-000000000001")
    aws.idle()
    kinesis.put_record(StreamARN=arn, Data=b"new", PartitionKey="k", ExplicitHashKey="0")

    child = "shardId-000000000002"
    assert bodies(get(aws, arn, iterator(aws, arn, "TRIM_HORIZON"))) == [b"old"]
    assert bodies(get(aws, arn, iterator(aws, arn, "TRIM_HORIZON", child))) == [b"new"]


def test_records_are_accessible_for_24_hours_unless_the_retention_period_says_otherwise(aws: Aws):
    """Developer guide, "Change the data retention period"."""
    short, long = aws.stream(), aws.stream()
    aws.client("kinesis").increase_stream_retention_period(StreamARN=long, RetentionPeriodHours=48)
    for arn in (short, long):
        put(aws, arn, b"old")

    aws.wait(25 * 3600)

    assert bodies(get(aws, short, iterator(aws, short, "TRIM_HORIZON"))) == []
    assert bodies(get(aws, long, iterator(aws, long, "TRIM_HORIZON"))) == [b"old"]


def test_increasing_the_retention_period_does_not_make_expired_data_accessible(aws: Aws):
    """API reference, IncreaseStreamRetentionPeriod."""
    arn = aws.stream()
    put(aws, arn, b"old")
    aws.wait(25 * 3600)

    aws.client("kinesis").increase_stream_retention_period(StreamARN=arn, RetentionPeriodHours=168)

    assert bodies(get(aws, arn, iterator(aws, arn, "TRIM_HORIZON"))) == []


def test_decreasing_the_retention_period_makes_older_data_inaccessible(aws: Aws):
    """API reference, DecreaseStreamRetentionPeriod."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    kinesis.increase_stream_retention_period(StreamARN=arn, RetentionPeriodHours=48)
    put(aws, arn, b"old")
    aws.wait(25 * 3600)

    kinesis.decrease_stream_retention_period(StreamARN=arn, RetentionPeriodHours=24)

    assert bodies(get(aws, arn, iterator(aws, arn, "TRIM_HORIZON"))) == []


def test_a_retention_period_is_between_24_and_8760_hours(aws: Aws):
    """API reference, IncreaseStreamRetentionPeriod and DecreaseStreamRetentionPeriod."""
    arn, kinesis = aws.stream(), aws.client("kinesis")

    with pytest.raises(kinesis.exceptions.InvalidArgumentException, match="too long"):
        kinesis.increase_stream_retention_period(StreamARN=arn, RetentionPeriodHours=8761)
    with pytest.raises(kinesis.exceptions.InvalidArgumentException, match="too short"):
        kinesis.decrease_stream_retention_period(StreamARN=arn, RetentionPeriodHours=23)
    with pytest.raises(kinesis.exceptions.InvalidArgumentException, match="can not be longer than existing"):
        kinesis.decrease_stream_retention_period(StreamARN=arn, RetentionPeriodHours=25)


def test_a_time_may_be_given_as_text(aws: Aws):
    """API reference, GetShardIterator, Timestamp: SDKs take a text in ISO 8601 for a time."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    kinesis.put_record(StreamARN=arn, Data=b"a", PartitionKey="k")
    [shard] = kinesis.list_shards(StreamARN=arn)["Shards"]

    iterator = kinesis.get_shard_iterator(
        StreamARN=arn, ShardId=shard["ShardId"], ShardIteratorType="AT_TIMESTAMP", Timestamp="2000-01-01T00:00:00Z"
    )["ShardIterator"]

    assert [record["Data"] for record in kinesis.get_records(ShardIterator=iterator)["Records"]] == [b"a"]
