"""The shards of a table's stream, and what its API does not take."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.dynamodb import DynamoDbRoom, DynamoDbStreamsRoom
from bus.local.plane import Plane
from tests.local.stream_cases import iterator, put, records, summary, table


@pytest.fixture
def plane(plane_with: Any) -> Plane:
    plane: Plane = plane_with(DynamoDbRoom, DynamoDbStreamsRoom)
    return plane


def shards(arn: str) -> list[dict[str, Any]]:
    described: list[dict[str, Any]] = boto3.client("dynamodbstreams").describe_stream(StreamArn=arn)[
        "StreamDescription"
    ]["Shards"]
    return described


def test_a_shard_rolls_with_the_first_write_after_four_hours_and_is_the_parent_of_the_next(plane: Plane):
    arn = table()
    put("a")
    plane.engine.advance(timedelta(hours=4))
    before = shards(arn)
    put("b")
    put("c")

    first, second = shards(arn)

    assert [shard["ShardId"] for shard in before] == [first["ShardId"]]
    assert "EndingSequenceNumber" not in before[0]["SequenceNumberRange"]
    assert second["ParentShardId"] == first["ShardId"]
    assert int(first["SequenceNumberRange"]["EndingSequenceNumber"]) + 1 == int(
        second["SequenceNumberRange"]["StartingSequenceNumber"]
    )
    assert [summary(record)[1] for record in records(arn)] == ["b", "c"]


def test_an_empty_shard_does_not_roll(plane: Plane):
    arn = table()
    plane.engine.advance(timedelta(hours=9))

    put("a")

    assert len(shards(arn)) == 1


def test_a_rolled_stream_is_still_one_after_its_store_was_reopened(plane: Plane, tmp_path: Path, plane_with: Any):
    room = DynamoDbRoom(plane, tmp_path / "store")
    plane.open(room)
    plane.open(DynamoDbStreamsRoom(plane))
    arn = table()
    put("a")
    plane.engine.advance(timedelta(hours=5))
    put("b")
    before = shards(arn)
    room.database.store.close()

    again = plane_with()
    again.open(DynamoDbRoom(again, tmp_path / "store"))
    again.open(DynamoDbStreamsRoom(again))

    assert shards(arn) == before
    assert [summary(record)[1] for record in records(arn)] == ["b"]


@pytest.mark.usefixtures("plane")
@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("list_streams", {"Limit": 101}, "ValidationException"),
        ("describe_stream", {"StreamArn": "STREAM", "Limit": 101}, "ValidationException"),
        ("describe_stream", {"StreamArn": "STREAM", "ShardFilter": {"Type": "CHILD_SHARDS"}}, "ValidationException"),
        ("describe_stream", {"StreamArn": "STREAM", "ShardFilter": {"Type": "NEPHEWS"}}, "ValidationException"),
        ("get_records", {"ShardIterator": "ITERATOR", "Limit": 1001}, "LimitExceededException"),
        ("get_records", {"ShardIterator": "no iterator"}, "ValidationException"),
        ("get_shard_iterator", {"ShardIteratorType": "AT_TIMESTAMP"}, "ValidationException"),
        ("get_shard_iterator", {"ShardIteratorType": "SOMEWHERE"}, "ValidationException"),
        ("get_shard_iterator", {"ShardIteratorType": "AT_SEQUENCE_NUMBER"}, "ValidationException"),
        ("get_shard_iterator", {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "1" * 25}, "Validation"),
        ("get_shard_iterator", {"ShardIteratorType": "LATEST", "ShardId": "shardId-" + "0" * 30}, "ResourceNotFound"),
    ],
)
def test_what_the_api_does_not_take_is_refused(operation: str, parameters: dict[str, Any], code: str):
    arn = table()
    (shard,) = shards(arn)
    given = {
        name: {"STREAM": arn, "ITERATOR": iterator(arn)}.get(str(value), value) for name, value in parameters.items()
    }
    if operation == "get_shard_iterator":
        given = {"StreamArn": arn, "ShardId": shard["ShardId"], **given}

    with pytest.raises(ClientError, match=code):
        getattr(boto3.client("dynamodbstreams"), operation)(**given)
