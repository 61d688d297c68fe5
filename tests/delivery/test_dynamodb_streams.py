"""DynamoDB Streams, as its developer guide and API reference document it."""

import base64
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws

HOUR = 3600
DAY = 24 * HOUR


def put(aws: Aws, table: str, key: str, **attributes: Any) -> None:
    aws.client("dynamodb").put_item(TableName=table, Item={"id": {"S": key}, **attributes})


def delete(aws: Aws, table: str, key: str) -> None:
    aws.client("dynamodb").delete_item(TableName=table, Key={"id": {"S": key}})


def described(aws: Aws, arn: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("dynamodbstreams").describe_stream(StreamArn=arn, **more)["StreamDescription"]
    return answer


def iterator(aws: Aws, arn: str, kind: str = "TRIM_HORIZON", shard: int = -1, **more: Any) -> str:
    """Of the newest shard, unless `shard` says which."""
    chosen = described(aws, arn)["Shards"][shard]["ShardId"]
    answer = aws.client("dynamodbstreams").get_shard_iterator(
        StreamArn=arn, ShardId=chosen, ShardIteratorType=kind, **more
    )
    return str(answer["ShardIterator"])


def read(aws: Aws, start: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = aws.client("dynamodbstreams").get_records(ShardIterator=start)["Records"]
    return records


def everything(aws: Aws, arn: str) -> list[dict[str, Any]]:
    """Every record that can be read, shard after shard."""
    count = len(described(aws, arn)["Shards"])
    return [record for shard in range(count) for record in read(aws, iterator(aws, arn, shard=shard))]


def keys(records: list[dict[str, Any]]) -> list[str]:
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in records]


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", set[str]()),
        ("NEW_IMAGE", {"NewImage"}),
        ("OLD_IMAGE", {"OldImage"}),
        ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"}),
    ],
)
def test_the_view_type_says_what_is_written_to_the_stream_when_an_item_is_modified(
    aws: Aws, view: str, images: set[str]
):
    """Developer guide, "Change data capture for DynamoDB Streams", enabling a stream."""
    table = aws.table(view)
    put(aws, table, "a", n={"N": "1"})
    put(aws, table, "a", n={"N": "2"})

    _, modified = everything(aws, aws.table_stream(table))

    change = modified["dynamodb"]
    assert {"NewImage", "OldImage"} & change.keys() == images
    assert (modified["eventName"], change["StreamViewType"]) == ("MODIFY", view)
    assert change.get("OldImage", {}).get("n") in (None, {"N": "1"})
    assert change.get("NewImage", {}).get("n") in (None, {"N": "2"})


def test_for_each_item_that_is_modified_the_records_appear_in_the_sequence_of_the_modifications(aws: Aws):
    """Developer guide, "Change data capture for DynamoDB Streams"."""
    table = aws.table("NEW_AND_OLD_IMAGES")
    put(aws, table, "a", n={"N": "1"})
    put(aws, table, "a", n={"N": "2"})
    delete(aws, table, "a")
    put(aws, table, "a", n={"N": "3"})

    records = everything(aws, aws.table_stream(table))

    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE", "INSERT"]
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
    assert numbers == sorted(set(numbers))


def test_a_write_that_changes_no_data_writes_no_record(aws: Aws):
    """Developer guide, "Change data capture for DynamoDB Streams": PutItem or UpdateItem that changes nothing."""
    table = aws.table("NEW_IMAGE")
    put(aws, table, "a", n={"N": "1"})
    put(aws, table, "a", n={"N": "1"})
    aws.client("dynamodb").update_item(
        TableName=table,
        Key={"id": {"S": "a"}},
        UpdateExpression="SET n = :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
    )
    delete(aws, table, "nobody")

    assert keys(everything(aws, aws.table_stream(table))) == ["a"]


def test_an_item_deleted_by_time_to_live_has_the_service_as_its_user_identity(aws: Aws):
    """Developer guide, "DynamoDB Streams and Time to Live"; and a deletion by anybody else has none."""
    table = aws.table("OLD_IMAGE")
    aws.client("dynamodb").update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    put(aws, table, "by ttl", expires={"N": str(int(aws.now()) + 60)})
    put(aws, table, "by us", expires={"N": str(int(aws.now()) + 60)})
    delete(aws, table, "by us")

    aws.wait(2 * HOUR)

    removed = {
        record["dynamodb"]["Keys"]["id"]["S"]: record.get("userIdentity")
        for record in everything(aws, aws.table_stream(table))
        if record["eventName"] == "REMOVE"
    }
    assert removed == {
        "by ttl": {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"},
        "by us": None,
    }


def test_all_data_in_a_stream_is_removed_after_24_hours(aws: Aws):
    """Developer guide, "Change data capture for DynamoDB Streams", data retention limit."""
    table = aws.table("NEW_IMAGE")
    arn = aws.table_stream(table)
    put(aws, table, "old")
    aws.wait(DAY - HOUR)
    put(aws, table, "young")
    before = keys(everything(aws, arn))
    aws.wait(2 * HOUR)

    assert before == ["old", "young"]
    assert keys(everything(aws, arn)) == ["young"]


def test_an_iterator_at_a_sequence_number_older_than_the_trim_point_is_refused(aws: Aws):
    """API reference, GetShardIterator, TrimmedDataAccessException."""
    table = aws.table("NEW_IMAGE")
    arn = aws.table_stream(table)
    put(aws, table, "a")
    (record,) = everything(aws, arn)
    aws.wait(DAY + 60)
    number = record["dynamodb"]["SequenceNumber"]

    for kind in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"):
        with pytest.raises(ClientError, match="TrimmedDataAccessException"):
            iterator(aws, arn, kind, SequenceNumber=number)


def test_an_iterator_whose_record_is_trimmed_before_it_is_used_is_refused(aws: Aws):
    """API reference, GetRecords, TrimmedDataAccessException."""
    table = aws.table("NEW_IMAGE")
    arn = aws.table_stream(table)
    put(aws, table, "a")
    aws.wait(DAY - 60)
    start = iterator(aws, arn)
    aws.wait(120)

    with pytest.raises(ClientError, match="TrimmedDataAccessException"):
        read(aws, start)


def test_a_shard_iterator_expires_15_minutes_after_it_was_retrieved(aws: Aws):
    """API reference, GetShardIterator."""
    table = aws.table("NEW_IMAGE")
    start = iterator(aws, aws.table_stream(table))
    aws.wait(14 * 60)
    read(aws, start)
    aws.wait(2 * 60)

    with pytest.raises(ClientError, match="ExpiredIteratorException"):
        read(aws, start)


def test_iterators_start_at_after_and_behind_what_they_name(aws: Aws):
    """API reference, GetShardIterator, ShardIteratorType."""
    table = aws.table("NEW_IMAGE")
    arn = aws.table_stream(table)
    put(aws, table, "a")
    put(aws, table, "b")
    latest = iterator(aws, arn, "LATEST")
    aws.wait(10)
    instant = aws.now()
    put(aws, table, "c")
    second = everything(aws, arn)[1]["dynamodb"]["SequenceNumber"]

    assert keys(read(aws, iterator(aws, arn, "TRIM_HORIZON"))) == ["a", "b", "c"]
    assert keys(read(aws, latest)) == ["c"]
    assert keys(read(aws, iterator(aws, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=second))) == ["b", "c"]
    assert keys(read(aws, iterator(aws, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=second))) == ["c"]
    assert keys(read(aws, iterator(aws, arn, "AT_TIMESTAMP", Timestamp=int(instant)))) == ["c"]


def test_a_timestamp_in_the_future_is_refused(aws: Aws):
    """API reference, GetShardIterator, Timestamp."""
    arn = aws.table_stream(aws.table("NEW_IMAGE"))

    with pytest.raises(ClientError, match="ValidationException"):
        iterator(aws, arn, "AT_TIMESTAMP", Timestamp=int(aws.now()) + 60)


def test_get_records_answers_at_most_1000_records(aws: Aws):
    """API reference, GetRecords, Limit."""
    arn = aws.table_stream(aws.table("KEYS_ONLY"))

    with pytest.raises(ClientError, match="LimitExceededException"):
        aws.client("dynamodbstreams").get_records(ShardIterator=iterator(aws, arn), Limit=1001)


def test_get_records_answers_at_most_1_mb(aws: Aws):
    """API reference, GetRecords."""
    table = aws.table("NEW_IMAGE")
    for key in "abcd":
        put(aws, table, key, text={"S": "x" * 390_000})
    streams = aws.client("dynamodbstreams")

    first = streams.get_records(ShardIterator=iterator(aws, aws.table_stream(table)))
    second = streams.get_records(ShardIterator=first["NextShardIterator"])

    assert [keys(page["Records"]) for page in (first, second)] == [["a", "b"], ["c", "d"]]


def test_disabling_a_stream_closes_its_shard_and_the_data_stays_readable_for_24_hours(aws: Aws):
    """Developer guide, "Change data capture for DynamoDB Streams", enabling a stream."""
    table = aws.table("NEW_IMAGE")
    arn, dynamodb = aws.table_stream(table), aws.client("dynamodb")
    put(aws, table, "a")
    dynamodb.update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
    put(aws, table, "unseen")

    stream = described(aws, arn)
    page = aws.client("dynamodbstreams").get_records(ShardIterator=iterator(aws, arn))

    assert stream["StreamStatus"] == "DISABLED"
    assert stream["Shards"][0]["SequenceNumberRange"].keys() == {"StartingSequenceNumber", "EndingSequenceNumber"}
    assert keys(page["Records"]) == ["a"]
    assert "NextShardIterator" not in page
    aws.wait(DAY + 60)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        described(aws, arn)


def test_enabling_a_stream_again_makes_a_new_stream_with_another_descriptor(aws: Aws):
    """Developer guide, "Change data capture for DynamoDB Streams": "a new stream is created with a different stream
    descriptor".
    """
    table, dynamodb = aws.table("NEW_IMAGE"), aws.client("dynamodb")
    first = aws.table_stream(table)
    dynamodb.update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
    aws.wait(60)
    dynamodb.update_table(TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})

    described_table = dynamodb.describe_table(TableName=table)["Table"]

    assert described_table["LatestStreamArn"] != first
    assert described_table["LatestStreamArn"].endswith(f"/stream/{described_table['LatestStreamLabel']}")
    assert described_table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    listed = aws.client("dynamodbstreams").list_streams(TableName=table)["Streams"]
    assert {stream["StreamArn"] for stream in listed} == {first, described_table["LatestStreamArn"]}


def test_a_shard_has_a_parent_which_must_be_read_first(aws: Aws):
    """Developer guide, "Change data capture for DynamoDB Streams", reading and processing a stream: shards roll."""
    table = aws.table("NEW_IMAGE")
    arn = aws.table_stream(table)
    put(aws, table, "a")
    aws.wait(5 * HOUR)
    put(aws, table, "a", n={"N": "2"})

    parent, child = described(aws, arn)["Shards"]

    assert child["ParentShardId"] == parent["ShardId"]
    assert [record["eventName"] for record in everything(aws, arn)] == ["INSERT", "MODIFY"]
    children = described(aws, arn, ShardFilter={"Type": "CHILD_SHARDS", "ShardId": parent["ShardId"]})["Shards"]
    assert [shard["ShardId"] for shard in children] == [child["ShardId"]]


def test_describe_stream_answers_shards_in_pages(aws: Aws):
    """API reference, DescribeStream, LastEvaluatedShardId."""
    table = aws.table("KEYS_ONLY")
    arn = aws.table_stream(table)
    for key in "abc":
        put(aws, table, key)
        aws.wait(5 * HOUR)
    whole = [shard["ShardId"] for shard in described(aws, arn)["Shards"]]

    first = described(aws, arn, Limit=2)
    second = described(aws, arn, Limit=2, ExclusiveStartShardId=first["LastEvaluatedShardId"])

    assert len(whole) == 3
    assert [shard["ShardId"] for shard in (*first["Shards"], *second["Shards"])] == whole
    assert "LastEvaluatedShardId" not in second


def test_list_streams_answers_streams_in_pages(aws: Aws):
    """API reference, ListStreams, LastEvaluatedStreamArn."""
    arns = {aws.table_stream(aws.table("KEYS_ONLY")) for _ in range(3)}
    streams = aws.client("dynamodbstreams")

    first = streams.list_streams(Limit=2)
    second = streams.list_streams(Limit=2, ExclusiveStartStreamArn=first["LastEvaluatedStreamArn"])

    assert {stream["StreamArn"] for stream in (*first["Streams"], *second["Streams"])} == arns
    assert "LastEvaluatedStreamArn" not in second


@pytest.mark.parametrize("forged", ['["shard", "x", 1]', '["shard", 1, "x"]', "[1]", "5"])
def test_an_iterator_that_nobody_gave_out_is_refused(aws: Aws, forged: str):
    """API reference, GetRecords, ShardIterator."""
    arn = aws.table_stream(aws.table("KEYS_ONLY"))
    iterator = f"{arn}|{base64.urlsafe_b64encode(forged.encode()).decode()}"

    with pytest.raises(ClientError, match="ValidationException"):
        aws.client("dynamodbstreams").get_records(ShardIterator=iterator)
