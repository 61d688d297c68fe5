"""Tables: made by calls and by templates, described, deleted, and kept on disk."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.dynamodb import DynamoDbRoom, DynamoDbStreamsRoom
from bus.local.errors import UnsupportedResourceError
from bus.local.plane import Plane
from bus.local.resources import Resource

DEFINITION: dict[str, Any] = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def plane(plane_with: Any) -> Plane:
    plane: Plane = plane_with(DynamoDbRoom, DynamoDbStreamsRoom)
    return plane


@pytest.fixture
def dynamodb(plane: Plane) -> Any:  # noqa: ARG001 - the plane answers the client
    return boto3.client("dynamodb")


def test_a_table_is_described_as_it_was_made(dynamodb: Any):
    dynamodb.create_table(TableName="orders", **DEFINITION)
    dynamodb.get_waiter("table_exists").wait(TableName="orders")
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})

    found = dynamodb.describe_table(TableName="orders")["Table"]

    assert found["TableArn"] == "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
    assert (found["TableStatus"], found["ItemCount"]) == ("ACTIVE", 1)
    assert found["KeySchema"] == DEFINITION["KeySchema"]
    assert dynamodb.list_tables()["TableNames"] == ["orders"]


def test_a_deleted_table_is_gone_with_its_items(dynamodb: Any):
    dynamodb.create_table(TableName="orders", **DEFINITION)
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})
    dynamodb.delete_table(TableName="orders")
    dynamodb.create_table(TableName="orders", **DEFINITION)

    assert dynamodb.scan(TableName="orders")["Items"] == []


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"TableName": "taken"}, "ResourceInUseException", "Table already exists: taken"),
        (
            {"BillingMode": "PROVISIONED"},
            "ValidationException",
            (
                "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be "
                "specified when BillingMode is PROVISIONED"
            ),
        ),
        (
            {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]},
            "ValidationException",
            (
                "One or more parameter values were invalid: Some index key attributes are not defined in "
                "AttributeDefinitions. Keys: [id], AttributeDefinitions: [pk]"
            ),
        ),
        (
            {"GlobalTableSourceArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"},
            "UnsupportedOperation",
            "the local event plane does not do the parameter GlobalTableSourceArn of dynamodb:CreateTable yet",
        ),
    ],
)
def test_a_table_that_cannot_be_made_is_refused(dynamodb: Any, change: dict[str, Any], code: str, message: str):
    dynamodb.create_table(TableName="taken", **DEFINITION)

    with pytest.raises(ClientError) as caught:
        dynamodb.create_table(**{"TableName": "orders", **DEFINITION, **change})

    assert caught.value.response["Error"] == {"Code": code, "Message": message}


def test_a_stream_can_be_opened_closed_and_opened_anew(dynamodb: Any):
    dynamodb.create_table(TableName="orders", **DEFINITION)
    on = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}

    first = dynamodb.update_table(TableName="orders", StreamSpecification=on)["TableDescription"]
    dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})
    second = dynamodb.update_table(TableName="orders", StreamSpecification=on)["TableDescription"]

    assert first["LatestStreamArn"] != second["LatestStreamArn"]


def test_time_to_live_is_described(dynamodb: Any):
    dynamodb.create_table(TableName="orders", **DEFINITION)
    before = dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )

    after = dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]

    assert before == {"TimeToLiveStatus": "DISABLED"}
    assert after == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def wanted(**properties: Any) -> Resource:
    merged = {**DEFINITION, **properties}
    return Resource("stack", "Orders", "AWS::DynamoDB::Table", merged, "stack-Orders-1", "template.yaml", 7)


def test_a_template_makes_a_table_with_its_stream_and_time_to_live(plane: Plane):
    made = plane.makers.make(
        wanted(
            StreamSpecification={"StreamViewType": "NEW_IMAGE"},
            TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": True},
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )
    )

    assert made.ref == "stack-Orders-1"
    assert made.attributes["Arn"].endswith(":table/stack-Orders-1")
    assert made.attributes["StreamArn"].startswith(made.attributes["Arn"] + "/stream/")
    ttl = plane.call("dynamodb", "DescribeTimeToLive", TableName=made.ref)["TimeToLiveDescription"]
    assert ttl["AttributeName"] == "expires_at"


def test_a_property_that_the_room_does_not_do_stops_the_deployment(plane: Plane):
    with pytest.raises(UnsupportedResourceError, match=r"the property KinesisStreamSpecification\.StreamArn"):
        plane.makers.make(wanted(KinesisStreamSpecification={"StreamArn": "arn"}))


def on_disk(path: Path) -> Plane:
    plane = Plane()
    plane.open(DynamoDbRoom(plane, path))
    plane.open(DynamoDbStreamsRoom(plane))
    return plane


def test_a_table_on_disk_is_there_when_the_room_opens_again(tmp_path: Path):
    before = on_disk(tmp_path / "tables.sqlite")
    made = before.makers.make(
        wanted(
            StreamSpecification={"StreamViewType": "NEW_IMAGE"},
            TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": True},
        )
    )
    item = {"pk": {"S": "a"}, "b": {"B": b"\x00"}, "expires_at": {"N": "1767225660"}}
    before.call("dynamodb", "PutItem", TableName=made.ref, Item=item)
    before.rooms["dynamodb"].database.store.close()

    after = on_disk(tmp_path / "tables.sqlite")

    assert after.call("dynamodb", "GetItem", TableName=made.ref, Key={"pk": {"S": "a"}})["Item"] == item
    arn = made.attributes["StreamArn"]
    (shard,) = after.call("dynamodbstreams", "DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]
    start = after.call(
        "dynamodbstreams",
        "GetShardIterator",
        StreamArn=arn,
        ShardId=shard["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    assert len(after.call("dynamodbstreams", "GetRecords", ShardIterator=start)["Records"]) == 1
    after.engine.run_to(after.clock.time() + 3600)
    assert after.call("dynamodb", "Scan", TableName=made.ref)["Count"] == 0
