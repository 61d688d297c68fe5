"""Transactions: all or nothing, the reasons in order, and one effect for one token."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.dynamodb import DynamoDbRoom
from bus.local.plane import Plane


@pytest.fixture
def plane(plane_with: Any) -> Plane:
    plane: Plane = plane_with(DynamoDbRoom)
    for name in ("orders", "stock"):
        plane.call(
            "dynamodb",
            "CreateTable",
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
    return plane


@pytest.fixture
def dynamodb(plane: Plane) -> Any:  # noqa: ARG001 - the plane answers the client
    return boto3.client("dynamodb")


def put(pk: str, table: str = "orders", **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": {"pk": {"S": pk}}, **more}}


def count(client: Any, table: str = "orders") -> int:
    return int(client.scan(TableName=table, Select="COUNT")["Count"])


NEW = "attribute_not_exists(pk)"


def test_every_kind_of_action_is_done_together(dynamodb: Any):
    dynamodb.put_item(TableName="stock", Item={"pk": {"S": "apple"}, "n": {"N": "5"}})
    dynamodb.put_item(TableName="stock", Item={"pk": {"S": "old"}})
    dynamodb.put_item(TableName="stock", Item={"pk": {"S": "open"}})

    dynamodb.transact_write_items(
        TransactItems=[
            put("order", ConditionExpression=NEW),
            {
                "Update": {
                    "TableName": "stock",
                    "Key": {"pk": {"S": "apple"}},
                    "UpdateExpression": "SET n = n - :one",
                    "ConditionExpression": "n >= :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}},
                }
            },
            {"Delete": {"TableName": "stock", "Key": {"pk": {"S": "old"}}}},
            {
                "ConditionCheck": {
                    "TableName": "stock",
                    "Key": {"pk": {"S": "open"}},
                    "ConditionExpression": "attribute_exists(pk)",
                }
            },
        ]
    )

    gets = [{"Get": {"TableName": "stock", "Key": {"pk": {"S": name}}}} for name in ("apple", "old", "open")]
    found = dynamodb.transact_get_items(TransactItems=gets)["Responses"]
    assert found == [{"Item": {"pk": {"S": "apple"}, "n": {"N": "4"}}}, {}, {"Item": {"pk": {"S": "open"}}}]
    assert count(dynamodb) == 1


def test_one_failed_condition_undoes_all_and_says_which(dynamodb: Any):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "b"}, "n": {"N": "1"}})

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as caught:
        dynamodb.transact_write_items(
            TransactItems=[
                put("a"),
                put("b", ConditionExpression=NEW, ReturnValuesOnConditionCheckFailure="ALL_OLD"),
                put("c", "stock"),
            ]
        )

    response = caught.value.response
    assert response["Error"]["Message"] == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[None, ConditionalCheckFailed, None]"
    )
    assert response["CancellationReasons"] == [
        {"Code": "None"},
        {
            "Code": "ConditionalCheckFailed",
            "Message": "The conditional request failed",
            "Item": {"pk": {"S": "b"}, "n": {"N": "1"}},
        },
        {"Code": "None"},
    ]
    assert (count(dynamodb), count(dynamodb, "stock")) == (1, 0)


def test_an_update_that_does_not_suit_its_item_cancels_the_transaction(dynamodb: Any):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "b"}, "n": {"S": "text"}})
    update = {
        "TableName": "orders",
        "Key": {"pk": {"S": "b"}},
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as caught:
        dynamodb.transact_write_items(TransactItems=[put("a"), {"Update": update}])

    assert [reason["Code"] for reason in caught.value.response["CancellationReasons"]] == ["None", "ValidationError"]
    assert count(dynamodb) == 1


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([put("a"), put("a")], "Transaction request cannot include multiple operations on one item"),
        (
            [put(str(number)) for number in range(101)],
            (
                "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: "
                "Member must have length less than or equal to 100"
            ),
        ),
    ],
)
def test_a_transaction_beyond_its_limits_is_refused(dynamodb: Any, actions: list[Any], message: str):
    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(TransactItems=actions)

    assert caught.value.response["Error"] == {"Code": "ValidationException", "Message": message}
    assert count(dynamodb) == 0


def test_a_transaction_of_more_than_four_megabytes_is_refused(dynamodb: Any):
    actions = [
        {"Put": {"TableName": "orders", "Item": {"pk": {"S": str(n)}, "load": {"S": "x" * 390_000}}}} for n in range(11)
    ]

    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(TransactItems=actions)

    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert count(dynamodb) == 0


def add_one(client: Any, token: str, amount: str = "1") -> None:
    update = {
        "TableName": "orders",
        "Key": {"pk": {"S": "a"}},
        "UpdateExpression": "ADD n :n",
        "ExpressionAttributeValues": {":n": {"N": amount}},
    }
    client.transact_write_items(TransactItems=[{"Update": update}], ClientRequestToken=token)


def total(client: Any) -> str:
    return str(client.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]["n"]["N"])


def test_a_repeated_token_has_one_effect_for_ten_minutes(plane: Plane, dynamodb: Any):
    add_one(dynamodb, "token")
    add_one(dynamodb, "token")
    within = total(dynamodb)

    plane.engine.advance(timedelta(minutes=10))
    add_one(dynamodb, "token")

    assert (within, total(dynamodb)) == ("1", "2")


def test_a_token_that_comes_back_with_another_request_is_refused(dynamodb: Any):
    add_one(dynamodb, "token")

    with pytest.raises(dynamodb.exceptions.IdempotentParameterMismatchException):
        add_one(dynamodb, "token", "2")

    assert total(dynamodb) == "1"


def test_writes_are_hops_in_the_ledger_and_reads_are_none(plane: Plane, dynamodb: Any):
    with plane.ledger.following("event-1"):
        dynamodb.transact_write_items(TransactItems=[put("a", ConditionExpression=NEW), put("b", "stock")])
        with pytest.raises(ClientError):
            dynamodb.transact_write_items(TransactItems=[put("a", ConditionExpression=NEW)])
    dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})

    hops = [(hop.action, hop.resource.rpartition("/")[2], hop.outcome, hop.event_id) for hop in plane.ledger]
    assert hops == [
        ("TransactWriteItems", "orders", "ok", "event-1"),
        ("TransactWriteItems", "stock", "ok", "event-1"),
        ("TransactWriteItems", "orders", "ConditionalCheckFailed", "event-1"),
    ]
