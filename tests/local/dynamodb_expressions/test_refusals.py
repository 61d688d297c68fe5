"""What expressions DynamoDB refuses, in its words."""

from typing import Any

import pytest

from bus.local.dynamodb.expressions import Expressions
from bus.local.errors import AwsError
from tests.local.dynamodb_expressions.cases import ITEM, expressions


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
