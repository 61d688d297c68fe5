"""Query and Scan: order, ranges, pages, filters, indexes, segments."""

from itertools import chain
from typing import Any

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from bus.local.dynamodb import DynamoDbRoom


def key(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


def make(client: Any, name: str, sort_type: str) -> None:
    types = {"pk": "S", "sk": sort_type, "customer": "S", "day": "N", "other": "S"}
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": kind} for each, kind in types.items()],
        KeySchema=key("pk", "sk"),
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {"IndexName": "by_customer", "KeySchema": key("customer", "day"), "Projection": {"ProjectionType": "ALL"}},
            {
                "IndexName": "thin",
                "KeySchema": key("customer"),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["note"]},
            },
        ],
        LocalSecondaryIndexes=[
            {"IndexName": "local", "KeySchema": key("pk", "other"), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
    )


@pytest.fixture
def dynamodb(plane_with: Any) -> Any:
    plane_with(DynamoDbRoom)
    client = boto3.client("dynamodb")
    make(client, "orders", "S")
    return client


def fill(client: Any, sort_keys: list[str], kind: str = "S", table: str = "orders") -> None:
    for number, sort_key in enumerate(sort_keys):
        client.put_item(
            TableName=table,
            Item={"pk": {"S": "a"}, "sk": {kind: sort_key}, "n": {"N": str(number)}, "note": {"S": "x"}},
        )


def sort_keys(client: Any, condition: str = "pk = :pk", table: str = "orders", **more: Any) -> list[str]:
    values = {":pk": {"S": "a"}, **more.pop("values", {})}
    response = client.query(TableName=table, KeyConditionExpression=condition, ExpressionAttributeValues=values, **more)
    return [next(iter(item["sk"].values())) for item in response["Items"]]


def test_a_query_reads_a_partition_in_order_both_ways(dynamodb: Any):
    fill(dynamodb, ["b", "a", "é", "c", "Z"])

    assert sort_keys(dynamodb) == ["Z", "a", "b", "c", "é"]
    assert sort_keys(dynamodb, ScanIndexForward=False) == ["é", "c", "b", "a", "Z"]


def test_numbers_order_as_numbers(dynamodb: Any):
    make(dynamodb, "counts", "N")
    numbers = ["10", "9", "-1", "-10", "0", "0.5", "-0.5", "-0.55", "1e100", "-1e100", "1e-100", "100", "99.9", "1"]
    fill(dynamodb, numbers, "N", "counts")

    found = sort_keys(dynamodb, table="counts")

    assert [float(each) for each in found] == sorted(map(float, numbers))


@pytest.mark.parametrize(
    ("test", "values", "found"),
    [
        ("sk = :x", {":x": "b"}, ["b"]),
        ("sk < :x", {":x": "b"}, ["a", "aa"]),
        ("sk <= :x", {":x": "b"}, ["a", "aa", "b"]),
        ("sk > :x", {":x": "b"}, ["ba", "c"]),
        ("sk >= :x", {":x": "b"}, ["b", "ba", "c"]),
        ("sk BETWEEN :x AND :y", {":x": "aa", ":y": "ba"}, ["aa", "b", "ba"]),
        ("begins_with(sk, :x)", {":x": "a"}, ["a", "aa"]),
    ],
)
def test_a_query_keeps_to_the_range_of_its_sort_key(dynamodb: Any, test: str, values: dict[str, str], found: list[str]):
    fill(dynamodb, ["a", "aa", "b", "ba", "c"])

    given = {name: {"S": value} for name, value in values.items()}

    assert sort_keys(dynamodb, f"pk = :pk AND {test}", values=given) == found


def test_a_filter_thins_a_page_after_it_is_counted(dynamodb: Any):
    fill(dynamodb, ["a", "b", "c", "d"])

    response = dynamodb.query(
        TableName="orders",
        KeyConditionExpression="pk = :pk",
        FilterExpression="n >= :two",
        ProjectionExpression="sk",
        ExpressionAttributeValues={":pk": {"S": "a"}, ":two": {"N": "2"}},
        Limit=3,
    )

    assert response["Items"] == [{"sk": {"S": "c"}}]
    assert (response["Count"], response["ScannedCount"]) == (1, 3)
    assert response["LastEvaluatedKey"] == {"pk": {"S": "a"}, "sk": {"S": "c"}}


@pytest.mark.parametrize("forward", [True, False])
def test_pages_of_a_query_join_up(dynamodb: Any, *, forward: bool):
    names = [f"{n:02}" for n in range(10)]
    fill(dynamodb, names)
    paginator = dynamodb.get_paginator("query")

    pages = paginator.paginate(
        TableName="orders",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "a"}},
        ScanIndexForward=forward,
        PaginationConfig={"PageSize": 3},
    )

    found = [[item["sk"]["S"] for item in page["Items"]] for page in pages]
    assert [len(page) for page in found] == [3, 3, 3, 1]
    assert [*chain(*found)] == sorted(names, reverse=not forward)


def test_a_page_ends_at_a_megabyte(dynamodb: Any):
    for number in range(4):
        item = {"pk": {"S": "a"}, "sk": {"S": str(number)}, "load": {"S": "x" * 390_000}}
        dynamodb.put_item(TableName="orders", Item=item)

    response = dynamodb.scan(TableName="orders")

    assert response["Count"] == 3
    assert dynamodb.scan(TableName="orders", ExclusiveStartKey=response["LastEvaluatedKey"])["Count"] == 1


def test_a_count_counts_without_items(dynamodb: Any):
    fill(dynamodb, ["a", "b"])

    response = dynamodb.query(
        TableName="orders",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "a"}},
        Select="COUNT",
    )

    assert response["Count"] == 2
    assert "Items" not in response


def put(client: Any, sort_key: str, customer: str | None, day: int, **more: str) -> None:
    item = {"pk": {"S": "a"}, "sk": {"S": sort_key}, "day": {"N": str(day)}}
    item |= {} if customer is None else {"customer": {"S": customer}}
    client.put_item(TableName="orders", Item=item | {name: {"S": value} for name, value in more.items()})


def by_customer(client: Any, customer: str, **more: Any) -> list[str]:
    response = client.query(
        TableName="orders",
        IndexName=more.pop("index", "by_customer"),
        KeyConditionExpression="customer = :c",
        ExpressionAttributeValues={":c": {"S": customer}},
        **more,
    )
    return [item["sk"]["S"] for item in response["Items"]]


def test_an_index_follows_its_items(dynamodb: Any):
    put(dynamodb, "1", "ann", 3)
    put(dynamodb, "2", "ann", 1)
    put(dynamodb, "3", None, 2)
    put(dynamodb, "4", "bob", 2)

    before = by_customer(dynamodb, "ann")
    put(dynamodb, "4", "ann", 2)
    put(dynamodb, "1", "ann", 0)
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "a"}, "sk": {"S": "2"}})

    assert before == ["2", "1"]
    assert by_customer(dynamodb, "ann") == ["1", "4"]
    assert by_customer(dynamodb, "bob") == []


@pytest.mark.parametrize("forward", [True, False])
def test_pages_of_an_index_join_up_where_items_share_a_key(dynamodb: Any, *, forward: bool):
    for number in range(7):
        put(dynamodb, str(number), "ann", number // 4)
    pages = dynamodb.get_paginator("query").paginate(
        TableName="orders",
        IndexName="by_customer",
        KeyConditionExpression="customer = :c",
        ExpressionAttributeValues={":c": {"S": "ann"}},
        ScanIndexForward=forward,
        PaginationConfig={"PageSize": 2},
    )

    found = [item["sk"]["S"] for page in pages for item in page["Items"]]

    assert found == sorted("0123456", reverse=not forward)


def test_an_index_shows_what_it_projects(dynamodb: Any):
    put(dynamodb, "1", "ann", 3, note="hello", other="o", extra="s")

    thin = dynamodb.query(
        TableName="orders",
        IndexName="thin",
        KeyConditionExpression="customer = :c",
        ExpressionAttributeValues={":c": {"S": "ann"}},
    )
    local = dynamodb.query(
        TableName="orders",
        IndexName="local",
        KeyConditionExpression="pk = :a",
        ProjectionExpression="extra",
        ExpressionAttributeValues={":a": {"S": "a"}},
    )

    assert thin["Items"][0].keys() == {"pk", "sk", "customer", "note"}
    assert local["Items"] == [{"extra": {"S": "s"}}]


def test_a_scan_of_an_index_holds_its_items_alone(dynamodb: Any):
    for number in range(6):
        put(dynamodb, str(number), "ann" if number % 2 else None, 1)
    pages = dynamodb.get_paginator("scan").paginate(
        TableName="orders", IndexName="by_customer", PaginationConfig={"PageSize": 2}
    )

    assert sorted(item["sk"]["S"] for page in pages for item in page["Items"]) == ["1", "3", "5"]


def test_segments_together_are_the_table(dynamodb: Any):
    for number in range(50):
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": str(number)}, "sk": {"S": "x"}})

    segments = [
        [item["pk"]["S"] for item in dynamodb.scan(TableName="orders", TotalSegments=4, Segment=n)["Items"]]
        for n in range(4)
    ]

    assert sorted(chain(*segments), key=int) == [str(number) for number in range(50)]
    assert all(5 <= len(segment) <= 25 for segment in segments)


def test_conditions_built_by_boto3_are_understood(dynamodb: Any):
    fill(dynamodb, ["a", "b", "c"])
    table = boto3.resource("dynamodb").Table("orders")

    response = table.query(
        KeyConditionExpression=Key("pk").eq("a") & Key("sk").between("a", "b"),
        FilterExpression=Attr("n").gte(1) & (Attr("note").eq("x") | ~Attr("gone").exists()),
    )

    assert [item["sk"] for item in response["Items"]] == ["b"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"KeyConditionExpression": "sk = :v"}, "Query condition missed key schema element: pk"),
        ({"KeyConditionExpression": "pk > :v"}, "Query key condition not supported"),
        ({"KeyConditionExpression": "pk = :v AND n = :v"}, "Query condition missed key schema element: sk"),
        (
            {"KeyConditionExpression": "pk = :v", "FilterExpression": "sk = :v"},
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
        ),
        (
            {"KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}},
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        (
            {"KeyConditionExpression": "pk = :v", "IndexName": "nowhere"},
            "The table does not have the specified index: nowhere",
        ),
        (
            {"KeyConditionExpression": "customer = :v", "IndexName": "by_customer", "ConsistentRead": True},
            "Consistent reads are not supported on global secondary indexes",
        ),
        (
            {"KeyConditionExpression": "pk = :v", "ExclusiveStartKey": {"pk": {"S": "v"}}},
            "The provided starting key is invalid: The provided key element does not match the schema",
        ),
    ],
)
def test_a_query_that_names_no_range_is_refused(dynamodb: Any, params: dict[str, Any], message: str):
    with pytest.raises(ClientError) as caught:
        dynamodb.query(**{"TableName": "orders", "ExpressionAttributeValues": {":v": {"S": "v"}}, **params})

    assert caught.value.response["Error"] == {"Code": "ValidationException", "Message": message}


def test_an_item_that_an_index_cannot_hold_is_refused(dynamodb: Any):
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "customer": {"N": "1"}}

    with pytest.raises(ClientError) as caught:
        dynamodb.put_item(TableName="orders", Item=item)

    assert caught.value.response["Error"]["Message"] == (
        "One or more parameter values were invalid: "
        "Type mismatch for Index Key customer Expected: S Actual: N IndexName: by_customer"
    )
