"""Streams and time to live: what a table's readers hear, in which order and for how long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from bus.local.dynamodb import DynamoDbRoom, DynamoDbStreamsRoom
from bus.local.plane import Plane
from tests.local.stream_cases import iterator, put, records, summary, table


@pytest.fixture
def plane(plane_with: Any) -> Plane:
    plane: Plane = plane_with(DynamoDbRoom, DynamoDbStreamsRoom)
    return plane


def delete(pk: str) -> None:
    boto3.client("dynamodb").delete_item(TableName="orders", Key={"pk": {"S": pk}})


@pytest.mark.usefixtures("plane")
def test_a_record_has_the_shape_that_aws_gives_it():
    arn = table()
    put("a", 1)
    put("a", 2)

    _, record = records(arn)

    assert len(record.pop("eventID")) == 32
    sequence_number = record["dynamodb"].pop("SequenceNumber")
    assert sequence_number.isdecimal()
    assert 21 <= len(sequence_number) <= 40
    assert record == {
        "eventName": "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": datetime(2026, 1, 1, tzinfo=UTC),
            "Keys": {"pk": {"S": "a"}},
            "NewImage": {"pk": {"S": "a"}, "n": {"N": "2"}},
            "OldImage": {"pk": {"S": "a"}, "n": {"N": "1"}},
            "SizeBytes": 15,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


@pytest.mark.usefixtures("plane")
@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", set[str]()),
        ("NEW_IMAGE", {"NewImage"}),
        ("OLD_IMAGE", {"OldImage"}),
        ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"}),
    ],
)
def test_a_view_shows_the_images_that_it_names(view: str, images: set[str]):
    arn = table(view)
    put("a", 1)
    put("a", 2)

    record = records(arn)[1]

    assert {"NewImage", "OldImage"} & record["dynamodb"].keys() == images


@pytest.mark.usefixtures("plane")
def test_records_are_in_the_order_of_commits_and_only_changes_make_one():
    arn = table()
    put("a", 1)
    put("a", 1)
    put("b", 1)
    delete("a")
    delete("nobody")
    puts = [{"Put": {"TableName": "orders", "Item": {"pk": {"S": pk}}}} for pk in ("z", "y", "x")]
    boto3.client("dynamodb").transact_write_items(TransactItems=puts)

    found = records(arn)

    assert [summary(record) for record in found] == [
        ("INSERT", "a"),
        ("INSERT", "b"),
        ("REMOVE", "a"),
        ("INSERT", "z"),
        ("INSERT", "y"),
        ("INSERT", "x"),
    ]
    numbers = [record["dynamodb"]["SequenceNumber"] for record in found]
    assert numbers == sorted(set(numbers))


def test_a_cancelled_transaction_leaves_no_record_and_no_signal(plane: Plane):
    arn = table()
    heard: list[str] = []
    plane.signals.on(arn, lambda: heard.append("signal"))
    client = boto3.client("dynamodb")
    actions: list[Any] = [
        {"Put": {"TableName": "orders", "Item": {"pk": {"S": "a"}}}},
        {
            "ConditionCheck": {
                "TableName": "orders",
                "Key": {"pk": {"S": "b"}},
                "ConditionExpression": "attribute_exists(pk)",
            }
        },
    ]

    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(TransactItems=actions)

    assert records(arn) == []
    assert heard == []


def test_a_reader_is_signalled_once_for_each_commit_when_its_records_can_be_read(plane: Plane):
    arn = table()
    seen: list[int] = []
    plane.signals.on(arn, lambda: seen.append(len(records(arn))))

    put("a")
    puts = [{"PutRequest": {"Item": {"pk": {"S": pk}}}} for pk in ("b", "c")]
    boto3.client("dynamodb").batch_write_item(RequestItems={"orders": puts})

    assert seen == [1, 2, 3]


def test_the_event_behind_a_record_is_kept(plane: Plane):
    arn = table()
    with plane.ledger.following("event-1"):
        put("a")

    (record,) = records(arn)

    assert plane.ledger.kept(f"{arn}/{record['dynamodb']['SequenceNumber']}") == "event-1"


@pytest.mark.usefixtures("plane")
def test_iterators_start_where_they_say():
    arn = table()
    put("a")
    latest = iterator(arn, "LATEST")
    put("b")
    put("c")
    client = boto3.client("dynamodbstreams")
    second = records(arn)[1]["dynamodb"]["SequenceNumber"]

    def read(start: str) -> str:
        return "".join(summary(record)[1] for record in client.get_records(ShardIterator=start)["Records"])

    assert read(latest) == "bc"
    assert read(iterator(arn, "AT_SEQUENCE_NUMBER", SequenceNumber=second)) == "bc"
    assert read(iterator(arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=second)) == "c"


@pytest.mark.usefixtures("plane")
def test_pages_of_records_join_up_and_an_open_shard_has_no_end():
    arn = table()
    for name in "abcde":
        put(name)
    client, following, pages = boto3.client("dynamodbstreams"), iterator(arn), []

    for _ in range(4):
        page = client.get_records(ShardIterator=following, Limit=2)
        pages.append("".join(summary(record)[1] for record in page["Records"]))
        following = page["NextShardIterator"]

    assert pages == ["ab", "cd", "e", ""]


def test_records_are_gone_after_a_day_and_iterators_after_a_quarter_of_an_hour(plane: Plane):
    arn = table()
    put("a")
    old = iterator(arn)
    plane.engine.advance(timedelta(hours=12))
    put("b")
    plane.engine.advance(timedelta(hours=12, seconds=1))

    assert [summary(record)[1] for record in records(arn)] == ["b"]
    client = boto3.client("dynamodbstreams")
    with pytest.raises(client.exceptions.ExpiredIteratorException):
        client.get_records(ShardIterator=old)


@pytest.mark.usefixtures("plane")
def test_a_stream_outlives_its_table_and_ends_there():
    arn = table()
    put("a")
    boto3.client("dynamodb").delete_table(TableName="orders")
    client = boto3.client("dynamodbstreams")

    page = client.get_records(ShardIterator=iterator(arn))

    assert [summary(record) for record in page["Records"]] == [("INSERT", "a")]
    assert "NextShardIterator" not in page
    assert client.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] == "DISABLED"


@pytest.mark.usefixtures("plane")
def test_two_tables_keep_their_records_apart():
    orders, stock = table(), table(name="stock")
    put("a")
    put("b", name="stock")

    assert [summary(record) for record in records(orders)] == [("INSERT", "a")]
    assert [summary(record) for record in records(stock)] == [("INSERT", "b")]
    listed = boto3.client("dynamodbstreams").list_streams(TableName="stock")["Streams"]
    assert [stream["StreamArn"] for stream in listed] == [stock]


def expire_by(attribute: str) -> None:
    boto3.client("dynamodb").update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute}
    )


def names() -> list[str]:
    return sorted(item["pk"]["S"] for item in boto3.client("dynamodb").scan(TableName="orders")["Items"])


def test_an_expired_item_is_removed_by_dynamodb_at_the_next_full_hour(plane: Plane):
    arn = table()
    now = int(plane.clock.time())
    put("before", now + 60)
    expire_by("n")
    put("soon", now + 5000)
    put("later", now + 90_000)
    put("never")
    boto3.client("dynamodb").put_item(TableName="orders", Item={"pk": {"S": "text"}, "n": {"S": str(now)}})

    plane.engine.advance(timedelta(minutes=59))
    at_first = names()
    plane.engine.advance(timedelta(minutes=1))
    after_an_hour = names()
    plane.engine.advance(timedelta(hours=1))

    assert at_first == ["before", "later", "never", "soon", "text"]
    assert after_an_hour == ["later", "never", "soon", "text"]
    assert names() == ["later", "never", "text"]
    removed = [record for record in records(arn) if record["eventName"] == "REMOVE"]
    assert [summary(record)[1] for record in removed] == ["before", "soon"]
    assert all(
        record["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"} for record in removed
    )


def test_expiry_does_not_keep_the_plane_busy(plane: Plane):
    table(None)
    expire_by("n")
    put("a", int(plane.clock.time()) + 60)

    plane.engine.run_until_idle()

    assert names() == ["a"]
