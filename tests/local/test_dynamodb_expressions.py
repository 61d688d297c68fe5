"""Expressions, evaluated and refused: tables of cases, each against one item."""

import re
from typing import Any

import pytest

from bus.local.dynamodb.codec import freeze, thaw
from bus.local.dynamodb.expressions import Expressions
from bus.local.errors import AwsError

ITEM: dict[str, Any] = {
    "id": {"S": "order-7"},
    "n": {"N": "10"},
    "big": {"N": "12345678901234567890123456789012345678"},
    "tags": {"SS": ["blue", "red"]},
    "sizes": {"NS": ["1", "2.5"]},
    "parts": {"L": [{"M": {"sku": {"S": "a"}, "q": {"N": "1"}}}, {"M": {"sku": {"S": "b"}, "q": {"N": "2"}}}]},
    "address": {"M": {"city": {"S": "Brno"}, "a.b": {"S": "dotted"}}},
    "octets": {"B": b"\x01\x02\x03"},
    "paid": {"BOOL": True},
    "gone": {"NULL": True},
}
NAMES = {"#n": "n", "#dotted": "a.b", "#status": "status"}
VALUES: dict[str, Any] = {
    ":nine": {"N": "9"},
    ":ten": {"N": "10.0"},
    ":twenty": {"N": "2e1"},
    ":big": {"N": "12345678901234567890123456789012345677"},
    ":order": {"S": "order"},
    ":id": {"S": "order-7"},
    ":red": {"S": "red"},
    ":two": {"N": "2"},
    ":half": {"N": "2.50"},
    ":brno": {"S": "Brno"},
    ":start": {"B": b"\x01"},
    ":middle": {"B": b"\x02"},
    ":true": {"BOOL": True},
    ":line": {"M": {"q": {"N": "2"}, "sku": {"S": "b"}}},
    ":type": {"S": "SS"},
    ":tags": {"SS": ["red", "blue"]},
    ":list": {"L": [{"S": "c"}]},
    ":ns": {"NS": ["2.5", "7"]},
    ":allsizes": {"NS": ["1", "2.5"]},
}


def used(text: str, given: dict[str, Any]) -> dict[str, Any]:
    tokens = set(re.findall(r"[#:][A-Za-z0-9_]+", text))
    return {name: value for name, value in given.items() if name in tokens}


def expressions(parameter: str, text: str) -> Expressions:
    return Expressions(
        {
            parameter: text,
            "ExpressionAttributeNames": used(text, NAMES),
            "ExpressionAttributeValues": used(text, VALUES),
        }
    )


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("n = :ten", True),
        ("#n <> :ten", False),
        ("n > :nine", True),
        ("n < :nine", False),
        ("n <= :ten AND n >= :ten", True),
        ("big > :big", True),
        ("n = :id", False),
        ("n <> :id", True),
        ("n > :id", False),
        ("absent = :ten", False),
        ("absent <> :ten", True),
        ("absent < :ten", False),
        ("tags = :tags", True),
        ("parts[1] = :line", True),
        ("parts[2] = :line", False),
        ("parts[0].q < parts[1].q", True),
        ("address.city = :brno", True),
        ("address.#dotted = :brno", False),
        ("paid = :true", True),
        ("n BETWEEN :nine AND :twenty", True),
        ("n between :ten and :twenty", True),
        ("id BETWEEN :nine AND :twenty", False),
        ("n IN (:nine, :ten)", True),
        ("n in (:nine, :two)", False),
        ("attribute_exists(address.city)", True),
        ("attribute_exists(address.street)", False),
        ("attribute_not_exists(parts[5])", True),
        ("attribute_not_exists(gone)", False),
        ("attribute_type(tags, :type)", True),
        ("attribute_type(id, :type)", False),
        ("begins_with(id, :order)", True),
        ("begins_with(octets, :start)", True),
        ("begins_with(n, :order)", False),
        ("contains(id, :order)", True),
        ("contains(tags, :red)", True),
        ("contains(sizes, :half)", True),
        ("contains(sizes, :two)", False),
        ("contains(parts, :line)", True),
        ("contains(octets, :middle)", True),
        ("contains(n, :two)", False),
        ("size(id) < :nine", True),
        ("size(parts) = :two", True),
        ("size(n) = :two", False),
        ("NOT n = :ten", False),
        ("NOT NOT n = :ten", True),
        ("n = :nine OR n = :ten AND paid = :true", True),
        ("(n = :nine OR n = :ten) AND paid <> :true", False),
        ("n = :ten OR n = :nine AND n = :nine", True),
        ("NOT (n = :nine AND n = :ten)", True),
    ],
)
def test_a_condition_holds_or_not(text: str, holds: object):
    request = expressions("ConditionExpression", text)
    condition = request.condition()
    request.finish()

    assert condition is not None
    assert condition(ITEM) is holds


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("SET n = :two", {"n": {"N": "2"}}),
        ("SET n = n + :two", {"n": {"N": "12"}}),
        ("SET n = :two - #n", {"n": {"N": "-8"}}),
        ("SET big = big + :two", {"big": {"N": "12345678901234567890123456789012345680"}}),
        ("set fresh = if_not_exists(fresh, :two)", {"fresh": {"N": "2"}}),
        ("SET n = if_not_exists(n, :two) + :two", {"n": {"N": "12"}}),
        ("SET fresh = list_append(:list, :list)", {"fresh": {"L": [{"S": "c"}, {"S": "c"}]}}),
        (
            "SET id = address.city, address.city = id",
            {"id": {"S": "Brno"}, "address": {"M": {"city": {"S": "order-7"}, "a.b": {"S": "dotted"}}}},
        ),
        (
            "SET parts[9] = :two, parts[5] = :nine",
            {"parts": {"L": [*ITEM["parts"]["L"], {"N": "9"}, {"N": "2"}]}},
        ),
        ("REMOVE parts[0]", {"parts": {"L": ITEM["parts"]["L"][1:]}}),
        ("REMOVE parts[0], parts[1]", {"parts": {"L": []}}),
        ("REMOVE gone, absent", {"gone": None}),
        ("REMOVE address.city", {"address": {"M": {"a.b": {"S": "dotted"}}}}),
        ("ADD n :two", {"n": {"N": "12"}}),
        ("ADD fresh :two", {"fresh": {"N": "2"}}),
        ("ADD sizes :ns", {"sizes": {"NS": ["1", "2.5", "7"]}}),
        ("DELETE sizes :ns", {"sizes": {"NS": ["1"]}}),
        ("DELETE sizes :allsizes", {"sizes": None}),
        ("DELETE absent :ns", {}),
        ("SET #status = :red REMOVE gone ADD n :two", {"status": {"S": "red"}, "gone": None, "n": {"N": "12"}}),
    ],
)
def test_an_update_changes_what_it_says_and_nothing_else(text: str, changed: dict[str, Any]):
    request, after = expressions("UpdateExpression", text), thaw(freeze(ITEM))
    update = request.update()
    assert update is not None

    update.run.apply(thaw(freeze(ITEM)), after, request.values)

    assert after == {name: value for name, value in {**ITEM, **changed}.items() if value is not None}


def test_two_attributes_that_an_update_sets_from_one_share_nothing():
    request = Expressions({"UpdateExpression": "SET a = m, m.x = :v", "ExpressionAttributeValues": {":v": {"N": "2"}}})
    update = request.update()
    assert update is not None
    after: dict[str, Any] = {"m": {"M": {"x": {"N": "1"}}}}

    update.run.apply({"m": {"M": {"x": {"N": "1"}}}}, after, request.values)

    assert after == {"a": {"M": {"x": {"N": "1"}}}, "m": {"M": {"x": {"N": "2"}}}}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("id, absent", {"id": ITEM["id"]}),
        ("address.city", {"address": {"M": {"city": {"S": "Brno"}}}}),
        ("parts[1].sku, #n", {"parts": {"L": [{"M": {"sku": {"S": "b"}}}]}, "n": {"N": "10"}}),
        ("parts[0].q, parts[1].q", {"parts": {"L": [{"M": {"q": {"N": "1"}}}, {"M": {"q": {"N": "2"}}}]}}),
        ("parts[7], address.street, id.x", {}),
    ],
)
def test_a_projection_keeps_what_it_names(text: str, kept: Any):
    wanted = expressions("ProjectionExpression", text).projection()

    assert wanted is not None
    assert wanted(ITEM) == kept


@pytest.mark.parametrize(
    ("parameter", "text", "message"),
    [
        ("ConditionExpression", "", "The expression can not be empty;"),
        ("ConditionExpression", "n = ", 'Syntax error; token: "<EOF>", near: "="'),
        ("ConditionExpression", "n == :two", 'Syntax error; token: "=", near: "= = :two"'),
        ("ConditionExpression", "n = :two !", 'Syntax error; token: "!", near: ":two !"'),
        ("ConditionExpression", "n", 'Syntax error; token: "<EOF>", near: "n"'),
        (
            "ConditionExpression",
            "status = :two",
            "Attribute name is a reserved keyword; reserved keyword: status",
        ),
        (
            "ConditionExpression",
            "#unknown = :two",
            "An expression attribute name used in the document path is not defined; attribute name: #unknown",
        ),
        (
            "ConditionExpression",
            "n = :unknown",
            "An expression attribute value used in expression is not defined; attribute value: :unknown",
        ),
        ("ConditionExpression", "exists(n)", "Invalid function name; function: exists"),
        (
            "ConditionExpression",
            "begins_with(n)",
            (
                "Incorrect number of operands for operator or function; "
                "operator or function: begins_with, number of operands: 1"
            ),
        ),
        (
            "ConditionExpression",
            "begins_with(n, :two)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
        ),
        (
            "ConditionExpression",
            "n < :true",
            "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
        ),
        (
            "ConditionExpression",
            "n BETWEEN :ten AND :nine",
            (
                "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
                "lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:9}"
            ),
        ),
        (
            "ConditionExpression",
            "attribute_type(n, :red)",
            "Invalid attribute type name found; type: red, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
        ),
        ("ConditionExpression", "((n = :two))", "The expression has redundant parentheses;"),
        ("UpdateExpression", "n = :two", 'Syntax error; token: "n", near: "n ="'),
        (
            "UpdateExpression",
            "SET n = :two SET id = :red",
            'The "SET" section can only be used once in an update expression;',
        ),
        (
            "UpdateExpression",
            "SET address.city = :red REMOVE address",
            (
                "Two document paths overlap with each other; must remove or rewrite one of these paths; "
                "path one: [address, city], path two: [address]"
            ),
        ),
        (
            "UpdateExpression",
            "SET n = n + :red",
            "Incorrect operand type for operator or function; operator or function: +, operand type: S",
        ),
        ("UpdateExpression", "ADD n :red", "Incorrect operand type for operator; operator: ADD, operand type: S"),
        (
            "ProjectionExpression",
            "parts, parts[0]",
            (
                "Two document paths overlap with each other; must remove or rewrite one of these paths; "
                "path one: [parts], path two: [parts, [0]]"
            ),
        ),
        (
            "KeyConditionExpression",
            "id = :red OR n = :two",
            "Invalid operator used in KeyConditionExpression: OR",
        ),
        (
            "KeyConditionExpression",
            "contains(id, :red)",
            "Invalid operator used in KeyConditionExpression: contains",
        ),
    ],
)
def test_an_expression_that_dynamodb_refuses_is_refused_in_its_words(parameter: str, text: str, message: str):
    request = expressions(parameter, text)
    bind = {
        "ConditionExpression": request.condition,
        "UpdateExpression": request.update,
        "ProjectionExpression": request.projection,
        "KeyConditionExpression": request.key_condition,
    }[parameter]

    with pytest.raises(AwsError) as caught:
        bind()

    assert caught.value.code == "ValidationException"
    assert caught.value.message == f"Invalid {parameter}: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SET a = absent", "The provided expression refers to an attribute that does not exist in the item"),
        ("SET n = id + n", "An operand in the update expression has an incorrect data type"),
        ("SET parts = list_append(parts, id)", "An operand in the update expression has an incorrect data type"),
        ("ADD id :two", "An operand in the update expression has an incorrect data type"),
        ("SET id.x = :two", "The document path provided in the update expression is invalid for update"),
        ("SET absent.x = :two", "The document path provided in the update expression is invalid for update"),
        ("SET address[0] = :two", "The document path provided in the update expression is invalid for update"),
    ],
)
def test_an_update_that_does_not_suit_the_item_is_refused(text: str, message: str):
    request = expressions("UpdateExpression", text)
    update = request.update()
    assert update is not None

    with pytest.raises(AwsError) as caught:
        update.run.apply(ITEM, dict(ITEM), request.values)

    assert (caught.value.code, caught.value.message) == ("ValidationException", message)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeNames": {"#b": "b"}},
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}",
        ),
        (
            {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeValues": {":b": {"S": "b"}}},
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}",
        ),
        (
            {"ExpressionAttributeValues": {":b": {"S": "b"}}},
            "ExpressionAttributeValues can only be specified when using expressions",
        ),
    ],
)
def test_a_placeholder_that_no_expression_uses_is_refused(params: dict[str, Any], message: str):
    request = Expressions(params)
    request.condition()

    with pytest.raises(AwsError) as caught:
        request.finish()

    assert caught.value.message == message
