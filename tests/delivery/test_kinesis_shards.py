"""What Kinesis documents of shards: splitting, merging, scaling, listing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws

HASHES = 2**128


def shard_id(number: int) -> str:
    return f"shardId-{number:012d}"


def shards(aws: Aws, arn: str, **more: Any) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = aws.client("kinesis").list_shards(StreamARN=arn, **more)["Shards"]
    return listed


def numbers(aws: Aws, arn: str, type_: str, **more: Any) -> list[int]:
    return [int(shard["ShardId"][-12:]) for shard in shards(aws, arn, ShardFilter={"Type": type_, **more})]


def ranges(listed: list[dict[str, Any]]) -> list[tuple[int, int]]:
    bounds = [shard["HashKeyRange"] for shard in listed]
    return sorted((int(bound["StartingHashKey"]), int(bound["EndingHashKey"])) for bound in bounds)


def split(aws: Aws, arn: str, number: int = 0, at: int = HASHES // 2) -> None:
    aws.client("kinesis").split_shard(StreamARN=arn, ShardToSplit=shard_id(number), NewStartingHashKey=str(at))
    aws.idle()


def scale(aws: Aws, arn: str, target: int) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("kinesis").update_shard_count(
        StreamARN=arn, TargetShardCount=target, ScalingType="UNIFORM_SCALING"
    )
    aws.idle()
    return answer


def moment(aws: Aws) -> datetime:
    return datetime.fromtimestamp(aws.now(), UTC)


def test_the_new_starting_hash_key_and_all_higher_ones_go_to_one_child_and_the_lower_ones_to_the_other(aws: Aws):
    """API reference, SplitShard, NewStartingHashKey."""
    arn = aws.stream()

    split(aws, arn, at=1000)

    parent, low, high = shards(aws, arn)
    assert ranges([low, high]) == [(0, 999), (1000, HASHES - 1)]
    assert (low["ParentShardId"], high["ParentShardId"]) == (shard_id(0), shard_id(0))
    assert (
        parent["SequenceNumberRange"]["EndingSequenceNumber"] > parent["SequenceNumberRange"]["StartingSequenceNumber"]
    )
    assert "EndingSequenceNumber" not in low["SequenceNumberRange"]


def test_the_new_hash_key_must_be_in_the_range_of_the_shard(aws: Aws):
    """API reference, SplitShard, NewStartingHashKey."""
    arn, kinesis = aws.stream(2), aws.client("kinesis")

    with pytest.raises(kinesis.exceptions.InvalidArgumentException, match="is not both greater than one plus"):
        split(aws, arn, 0, HASHES - 1)


def test_after_the_merge_the_single_child_receives_data_for_all_hash_keys_of_its_two_parents(aws: Aws):
    """API reference, MergeShards."""
    arn, kinesis = aws.stream(2), aws.client("kinesis")

    kinesis.merge_shards(StreamARN=arn, ShardToMerge=shard_id(0), AdjacentShardToMerge=shard_id(1))
    aws.idle()

    *_, child = shards(aws, arn)
    assert (child["ParentShardId"], child["AdjacentParentShardId"]) == (shard_id(0), shard_id(1))
    for hash_key in ("0", str(HASHES - 1)):
        put = kinesis.put_record(StreamARN=arn, Data=b"x", PartitionKey="k", ExplicitHashKey=hash_key)
        assert put["ShardId"] == child["ShardId"]


def test_shards_that_are_not_adjacent_cannot_be_merged(aws: Aws):
    """API reference, MergeShards: "adjacent if the union of the hash key ranges forms a contiguous set"."""
    arn, kinesis = aws.stream(3), aws.client("kinesis")

    with pytest.raises(kinesis.exceptions.InvalidArgumentException, match="not an adjacent pair"):
        kinesis.merge_shards(StreamARN=arn, ShardToMerge=shard_id(0), AdjacentShardToMerge=shard_id(2))


def test_a_closed_shard_cannot_be_split_again(aws: Aws):
    """Developer guide, "Reshard a stream": only an open shard can be split or merged."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    split(aws, arn)

    with pytest.raises(kinesis.exceptions.InvalidArgumentException, match="already been merged or split"):
        split(aws, arn, at=1000)


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 4), (2, 3), (4, 2), (3, 2), (4, 5)])
def test_uniform_scaling_creates_shards_of_equal_size(aws: Aws, before: int, after: int):
    """API reference, UpdateShardCount, ScalingType."""
    arn = aws.stream(before)

    answer = scale(aws, arn, after)

    found = ranges(shards(aws, arn, ShardFilter={"Type": "AT_LATEST"}))
    assert (answer["CurrentShardCount"], answer["TargetShardCount"]) == (before, after)
    assert found == [(n * HASHES // after, (n + 1) * HASHES // after - 1) for n in range(after)]


def test_a_stream_is_scaled_to_no_more_than_double_and_no_less_than_half(aws: Aws):
    """API reference, UpdateShardCount."""
    arn, kinesis = aws.stream(4), aws.client("kinesis")

    for target in (9, 1):
        with pytest.raises(kinesis.exceptions.LimitExceededException, match="UpdateShardCount cannot scale"):
            scale(aws, arn, target)


def test_a_stream_is_scaled_no_more_than_ten_times_per_rolling_24_hours(aws: Aws):
    """API reference, UpdateShardCount."""
    arn, kinesis = aws.stream(2), aws.client("kinesis")
    for turn in range(10):
        scale(aws, arn, 3 if turn % 2 == 0 else 2)

    with pytest.raises(kinesis.exceptions.LimitExceededException):
        scale(aws, arn, 3)
    aws.wait(24 * 3600)

    assert scale(aws, arn, 3)["TargetShardCount"] == 3


def test_the_shards_of_an_on_demand_stream_are_kinesis_own_business(aws: Aws):
    """API reference, UpdateShardCount, SplitShard and MergeShards: "only supported with the provisioned mode"."""
    kinesis, name = aws.client("kinesis"), aws.name()
    kinesis.create_stream(StreamName=name, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    aws.idle()

    with pytest.raises(ClientError, match="is in On-Demand mode"):
        kinesis.update_shard_count(StreamName=name, TargetShardCount=8, ScalingType="UNIFORM_SCALING")


def test_list_shards_filters_by_the_time_at_which_shards_were_open(aws: Aws):
    """API reference, ShardFilter."""
    arn = aws.stream()
    aws.wait(60)
    before = moment(aws)
    aws.wait(60)
    split(aws, arn)
    aws.wait(60)
    after = moment(aws)

    assert numbers(aws, arn, "AT_LATEST") == [1, 2]
    assert numbers(aws, arn, "AT_TRIM_HORIZON") == [0]
    assert numbers(aws, arn, "FROM_TRIM_HORIZON") == [0, 1, 2]
    assert numbers(aws, arn, "AT_TIMESTAMP", Timestamp=before) == [0]
    assert numbers(aws, arn, "AT_TIMESTAMP", Timestamp=after) == [1, 2]
    assert numbers(aws, arn, "FROM_TIMESTAMP", Timestamp=before) == [0, 1, 2]
    assert numbers(aws, arn, "FROM_TIMESTAMP", Timestamp=after) == [1, 2]
    assert numbers(aws, arn, "AFTER_SHARD_ID", ShardId=shard_id(0)) == [1, 2]


def test_list_shards_goes_on_where_its_token_says(aws: Aws):
    """API reference, ListShards, NextToken."""
    arn, kinesis = aws.stream(3), aws.client("kinesis")

    first = kinesis.list_shards(StreamARN=arn, MaxResults=2)
    rest = kinesis.list_shards(NextToken=first["NextToken"])
    aws.wait(301)

    assert [shard["ShardId"] for shard in first["Shards"] + rest["Shards"]] == [shard_id(n) for n in range(3)]
    assert "NextToken" not in rest
    with pytest.raises(kinesis.exceptions.ExpiredNextTokenException):
        kinesis.list_shards(NextToken=first["NextToken"])


def test_list_shards_does_not_list_expired_shards(aws: Aws):
    """API reference, ListShards; developer guide, "shard state after a reshard"."""
    arn = aws.stream()
    split(aws, arn)

    aws.wait(24 * 3600 + 1)

    assert [shard["ShardId"] for shard in shards(aws, arn)] == [shard_id(1), shard_id(2)]
