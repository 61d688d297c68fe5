"""What Kinesis documents of putting records (API reference, PutRecord and PutRecords)."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws

MIB = 1_048_576
HIGHEST = str(2**128 - 1)


def put(aws: Aws, arn: str, data: bytes = b"x", key: str = "k", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("kinesis").put_record(StreamARN=arn, Data=data, PartitionKey=key, **more)
    return answer


def read(aws: Aws, arn: str, shard: str = "shardId-000000000000") -> list[bytes]:
    kinesis = aws.client("kinesis")
    iterator = kinesis.get_shard_iterator(StreamARN=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = kinesis.get_records(StreamARN=arn, ShardIterator=iterator["ShardIterator"])["Records"]
    return [record["Data"] for record in records]


def test_all_records_with_the_same_partition_key_map_to_the_same_shard(aws: Aws):
    """API reference, PutRecord, PartitionKey."""
    arn = aws.stream(4)

    placed = {key: {put(aws, arn, key=key)["ShardId"] for _ in range(3)} for key in "abcdefgh"}

    assert all(len(shards) == 1 for shards in placed.values())
    assert len(set().union(*placed.values())) > 1


def test_the_explicit_hash_key_overrides_the_partition_key_hash(aws: Aws):
    """API reference, PutRecord, ExplicitHashKey."""
    arn = aws.stream(3)

    assert put(aws, arn, ExplicitHashKey="0")["ShardId"] == "shardId-000000000000"
    assert put(aws, arn, ExplicitHashKey=HIGHEST)["ShardId"] == "shardId-000000000002"


def test_an_explicit_hash_key_is_a_number_in_ascii(aws: Aws):
    """API reference, PutRecord, ExplicitHashKey."""
    with pytest.raises(ClientError, match="Invalid ExplicitHashKey"):
        put(aws, aws.stream(), ExplicitHashKey="\N{ARABIC-INDIC DIGIT THREE}")


def test_sequence_numbers_increase_over_time_within_a_shard(aws: Aws):
    """API reference, PutRecord."""
    arn = aws.stream()

    first = put(aws, arn)["SequenceNumber"]
    second = put(aws, arn, SequenceNumberForOrdering=first)["SequenceNumber"]

    assert int(second) > int(first)


def test_data_and_partition_key_together_must_not_exceed_the_maximum_record_size(aws: Aws):
    """API reference, PutRecord, Data."""
    arn = aws.stream()

    put(aws, arn, b"x" * (MIB - 1))

    with pytest.raises(ClientError, match="ValidationException"):
        put(aws, arn, b"x" * MIB)


def test_a_stream_takes_records_of_ten_mebibytes_when_its_maximum_record_size_says_so(aws: Aws):
    """API reference, UpdateMaxRecordSize."""
    arn = aws.stream()

    aws.client("kinesis").update_max_record_size(StreamARN=arn, MaxRecordSizeInKiB=10_240)
    put(aws, arn, b"x" * (10 * MIB - 1))

    assert [len(data) for data in read(aws, arn)] == [10 * MIB - 1]


def test_each_put_records_request_supports_up_to_500_records(aws: Aws):
    """API reference, PutRecords."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    record = {"Data": b"x", "PartitionKey": "k"}

    taken = kinesis.put_records(StreamARN=arn, Records=[record] * 500)

    assert taken["FailedRecordCount"] == 0
    with pytest.raises(ClientError, match="less than or equal to 500"):
        kinesis.put_records(StreamARN=arn, Records=[record] * 501)


def test_the_response_array_correlates_with_the_request_array_and_failed_records_are_marked_one_by_one(aws: Aws):
    """API reference, PutRecords: "a single record failure does not stop the processing of subsequent records"."""
    arn, kinesis = aws.stream(2), aws.client("kinesis")
    half = str(2**127)
    to = {
        "first": {"Data": b"x" * 600_000, "PartitionKey": "k", "ExplicitHashKey": "0"},
        "second": {"Data": b"y", "PartitionKey": "k", "ExplicitHashKey": half},
    }

    answer = kinesis.put_records(StreamARN=arn, Records=[to["first"], to["first"], to["second"]])

    codes = [record.get("ErrorCode") for record in answer["Records"]]
    assert codes == [None, "ProvisionedThroughputExceededException", None]
    assert answer["FailedRecordCount"] == 1
    assert "Rate exceeded for shard shardId-000000000000" in answer["Records"][1]["ErrorMessage"]
    assert read(aws, arn, "shardId-000000000001") == [b"y"]


def test_each_shard_takes_up_to_1000_records_a_second(aws: Aws):
    """API reference, PutRecords; developer guide, "Quotas and limits"."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    record = {"Data": b"x", "PartitionKey": "k"}

    kinesis.put_records(StreamARN=arn, Records=[record] * 500)
    aws.wait(0.25)
    kinesis.put_records(StreamARN=arn, Records=[record] * 500)
    aws.wait(0.25)
    too_many = kinesis.put_records(StreamARN=arn, Records=[record] * 500)
    with pytest.raises(kinesis.exceptions.ProvisionedThroughputExceededException):
        put(aws, arn)
    aws.wait(1)
    later = kinesis.put_records(StreamARN=arn, Records=[record] * 500)

    assert too_many["FailedRecordCount"] == 500
    assert later["FailedRecordCount"] == 0


def test_a_stream_with_the_auto_strategy_ignores_partition_keys_and_needs_none(aws: Aws):
    """API reference, UpdateStreamRecordDistributionStrategy."""
    kinesis, name = aws.client("kinesis"), aws.name()
    kinesis.create_stream(StreamName=name, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    aws.idle()
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]

    kinesis.update_stream_record_distribution_strategy(StreamARN=arn, RecordDistributionStrategy="AUTO")
    placed = {kinesis.put_record(StreamARN=arn, Data=b"x")["ShardId"] for _ in range(8)}

    assert len(placed) == 4
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        kinesis.update_stream_record_distribution_strategy(StreamARN=aws.stream(), RecordDistributionStrategy="AUTO")
