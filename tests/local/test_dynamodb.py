"""Items: what is written is read, conditions hold, and what DynamoDB refuses is refused in its words."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.dynamodb import DynamoDbRoom


@pytest.fixture
def dynamodb(plane_with: Any) -> Any:
    plane_with(DynamoDbRoom)
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


def refusal(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


EVERYTHING = {
    "pk": {"S": "a"},
    "text": {"S": "žluťoučký \U0001f680"},
    "empty": {"S": ""},
    "number": {"N": "-12.5"},
    "octets": {"B": b"\x00\xff"},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "names": {"SS": ["a", "b"]},
    "primes": {"NS": ["2", "3", "10"]},
    "blobs": {"BS": [b"\x01", b"\x02"]},
    "nested": {"M": {"list": {"L": [{"N": "1"}, {"B": b"x"}, {"M": {}}]}, "B": {"S": "no blob"}}},
}


def test_an_item_of_every_type_is_read_as_it_was_written(dynamodb: Any):
    dynamodb.put_item(TableName="orders", Item=EVERYTHING)

    assert dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"] == EVERYTHING


def test_a_caller_who_changes_what_it_wrote_or_read_changes_nothing_in_the_table(dynamodb: Any):
    item = {"pk": {"S": "a"}, "lines": {"L": [{"S": "one"}]}}
    dynamodb.put_item(TableName="orders", Item=item)
    item["lines"]["L"].append({"S": "two"})
    dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]["lines"]["L"].clear()

    found = dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]

    assert found["lines"] == {"L": [{"S": "one"}]}


@pytest.mark.parametrize(
    ("given", "kept"),
    [("007", "7"), ("1.50", "1.5"), ("-0", "0"), ("1e3", "1000"), ("12E-1", "1.2"), ("+5", "5"), (".5", "0.5")],
)
def test_a_number_is_kept_in_one_form(dynamodb: Any, given: str, kept: Any):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "n": {"N": given}})

    assert dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]["n"] == {"N": kept}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"N": "twelve"}, "The parameter cannot be converted to a numeric value: twelve"),
        ({"N": ""}, "The parameter cannot be converted to a numeric value"),
        ({"N": "1" * 39}, "Attempting to store more than 38 significant digits in a Number"),
        (
            {"N": "1e126"},
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
        ),
        (
            {"N": "1e-131"},
            "Number underflow. Attempting to store a number with magnitude smaller than supported range",
        ),
        ({"SS": []}, "One or more parameter values were invalid: An string set  may not be empty"),
        (
            {"NS": ["1", "1.0"]},
            "One or more parameter values were invalid: Input collection [1, 1.0] contains duplicates.",
        ),
        (
            {"NULL": False},
            "One or more parameter values were invalid: Null attribute value types must have the value of true",
        ),
        ({"S": "x" * 400 * 1024}, "Item size has exceeded the maximum allowed size"),
    ],
)
def test_a_value_that_dynamodb_cannot_hold_is_refused(dynamodb: Any, value: dict[str, Any], message: str):
    refused = refusal(dynamodb.put_item, TableName="orders", Item={"pk": {"S": "a"}, "v": value})

    assert refused == ("ValidationException", message)


def test_documents_nest_32_levels_deep_and_no_deeper(dynamodb: Any):
    def nested(levels: int) -> dict[str, Any]:
        return {"L": [nested(levels - 1)]} if levels else {"S": "bottom"}

    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "v": nested(31)})
    refused = refusal(dynamodb.put_item, TableName="orders", Item={"pk": {"S": "a"}, "v": nested(32)})

    assert refused == ("ValidationException", "Nesting Levels have exceeded supported limits")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"v": {"S": "a"}}, "One or more parameter values were invalid: Missing the key pk in the item"),
        (
            {"pk": {"N": "1"}},
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
        ),
        (
            {"pk": {"S": ""}},
            (
                "One or more parameter values are not valid. The AttributeValue for a key attribute "
                "cannot contain an empty string value. Key: pk"
            ),
        ),
        (
            {"pk": {"S": "x" * 2049}},
            (
                "One or more parameter values were invalid: "
                "Size of hashkey has exceeded the maximum size limit of2048 bytes"
            ),
        ),
    ],
)
def test_an_item_without_a_proper_key_is_refused(dynamodb: Any, item: dict[str, Any], message: str):
    assert refusal(dynamodb.put_item, TableName="orders", Item=item) == ("ValidationException", message)


def test_a_key_of_another_shape_is_refused(dynamodb: Any):
    refused = refusal(dynamodb.get_item, TableName="orders", Key={"pk": {"S": "a"}, "sk": {"S": "b"}})

    assert refused == ("ValidationException", "The provided key element does not match the schema")


def test_a_table_that_is_not_there_is_not_found(dynamodb: Any):
    refused = refusal(dynamodb.get_item, TableName="invoices", Key={"pk": {"S": "a"}})

    assert refused == ("ResourceNotFoundException", "Requested resource not found")


def test_a_condition_that_fails_leaves_the_item_and_shows_it_on_request(dynamodb: Any):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "n": {"N": "1"}})

    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as caught:
        dynamodb.put_item(
            TableName="orders",
            Item={"pk": {"S": "a"}, "n": {"N": "2"}},
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert caught.value.response["Error"]["Message"] == "The conditional request failed"
    assert caught.value.response["Item"] == {"pk": {"S": "a"}, "n": {"N": "1"}}
    assert dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]["n"] == {"N": "1"}


@pytest.mark.parametrize(
    ("wanted", "attributes"),
    [
        ("NONE", None),
        ("ALL_OLD", {"pk": {"S": "a"}, "n": {"N": "1"}, "m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}}),
        ("UPDATED_OLD", {"n": {"N": "1"}, "m": {"M": {"x": {"N": "1"}}}}),
        ("ALL_NEW", {"pk": {"S": "a"}, "n": {"N": "6"}, "m": {"M": {"x": {"N": "9"}, "y": {"N": "2"}}}}),
        ("UPDATED_NEW", {"n": {"N": "6"}, "m": {"M": {"x": {"N": "9"}}}}),
    ],
)
def test_an_update_returns_what_was_asked_for(dynamodb: Any, wanted: str, attributes: dict[str, Any] | None):
    item = {"pk": {"S": "a"}, "n": {"N": "1"}, "m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}}
    dynamodb.put_item(TableName="orders", Item=item)

    response = dynamodb.update_item(
        TableName="orders",
        Key={"pk": {"S": "a"}},
        UpdateExpression="SET m.x = :nine ADD n :five",
        ExpressionAttributeValues={":nine": {"N": "9"}, ":five": {"N": "5"}},
        ReturnValues=wanted,
    )

    assert response.get("Attributes") == attributes


def test_an_update_of_an_item_that_is_not_there_makes_it(dynamodb: Any):
    dynamodb.update_item(
        TableName="orders",
        Key={"pk": {"S": "a"}},
        UpdateExpression="SET n = if_not_exists(n, :zero) + :one",
        ExpressionAttributeValues={":zero": {"N": "0"}, ":one": {"N": "1"}},
    )

    found = dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]
    assert found == {"pk": {"S": "a"}, "n": {"N": "1"}}


def test_an_update_of_the_key_is_refused(dynamodb: Any):
    refused = refusal(
        dynamodb.update_item,
        TableName="orders",
        Key={"pk": {"S": "a"}},
        UpdateExpression="SET pk = :b",
        ExpressionAttributeValues={":b": {"S": "b"}},
    )

    assert refused == (
        "ValidationException",
        "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key",
    )


def test_delete_returns_the_item_that_was_there_and_forgives_one_that_was_not(dynamodb: Any):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "n": {"N": "1"}})

    first = dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "a"}}, ReturnValues="ALL_OLD")
    second = dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "a"}}, ReturnValues="ALL_OLD")

    assert first["Attributes"] == {"pk": {"S": "a"}, "n": {"N": "1"}}
    assert "Attributes" not in second
    assert "Item" not in dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})


def test_a_legacy_parameter_is_refused_by_name(dynamodb: Any):
    refused = refusal(
        dynamodb.put_item, TableName="orders", Item={"pk": {"S": "a"}}, Expected={"pk": {"Exists": False}}
    )

    assert refused == (
        "UnsupportedOperation",
        "the local event plane does not do the parameter Expected of dynamodb:PutItem yet",
    )


@pytest.mark.usefixtures("dynamodb")
def test_the_resource_interface_of_boto3_works_as_well():
    table = boto3.resource("dynamodb").Table("orders")
    table.put_item(Item={"pk": "a", "tags": {"x", "y"}, "lines": [{"quantity": 2}]})

    item = table.get_item(Key={"pk": "a"})["Item"]

    assert item == {"pk": "a", "tags": {"x", "y"}, "lines": [{"quantity": 2}]}


def test_batches_write_and_read_many_items(dynamodb: Any):
    puts = [{"PutRequest": {"Item": {"pk": {"S": str(n)}}}} for n in range(25)]
    dynamodb.batch_write_item(RequestItems={"orders": puts})
    dynamodb.batch_write_item(RequestItems={"orders": [{"DeleteRequest": {"Key": {"pk": {"S": "3"}}}}]})

    keys = [{"pk": {"S": "2"}}, {"pk": {"S": "3"}}, {"pk": {"S": "4"}}]
    response = dynamodb.batch_get_item(RequestItems={"orders": {"Keys": keys}})

    assert response["Responses"] == {"orders": [{"pk": {"S": "2"}}, {"pk": {"S": "4"}}]}
    assert response["UnprocessedKeys"] == {}


def test_a_batch_that_names_one_item_twice_or_too_many_writes_nothing(dynamodb: Any):
    twice = [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}, {"DeleteRequest": {"Key": {"pk": {"S": "a"}}}}]
    many = [{"PutRequest": {"Item": {"pk": {"S": str(n)}}}} for n in range(26)]

    assert refusal(dynamodb.batch_write_item, RequestItems={"orders": twice}) == (
        "ValidationException",
        "Provided list of item keys contains duplicates",
    )
    assert refusal(dynamodb.batch_write_item, RequestItems={"orders": many}) == (
        "ValidationException",
        "Too many items requested for the BatchWriteItem call",
    )
    assert dynamodb.scan(TableName="orders")["Count"] == 0
