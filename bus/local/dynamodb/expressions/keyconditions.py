"""Key conditions: equality on the partition key, and at most one test of the sort key.

    keycondition = test ["AND" test]
    test         = "(" keycondition ")" | name ("=" | "<" | "<=" | ">" | ">=") value
                 | name "BETWEEN" value "AND" value | "begins_with" "(" name "," value ")"

Developer guide, "Key condition expressions for the Query operation".
"""

from dataclasses import dataclass

from bus.local.dynamodb.expressions.compiled import compiler
from bus.local.dynamodb.expressions.conditions import check_bounds
from bus.local.dynamodb.expressions.operands import COMPARE, Operand, path_operand, require, value
from bus.local.dynamodb.expressions.tokens import Tokens

SIGNS = frozenset(COMPARE) - {"<>"}


@dataclass(frozen=True)
class KeyTest:
    """`attribute` stands in `operator` ("=", "BETWEEN", "begins_with", ...) to the `:value` placeholders."""

    attribute: str
    operator: str
    values: tuple[str, ...]


def _key_condition(tokens: Tokens) -> tuple[KeyTest, ...]:
    tests = _part(tokens)
    while tokens.accept_word("AND"):
        tests += _part(tokens)
    if tokens.here.text.upper() in ("OR", "IN"):
        raise tokens.refused(f"Invalid operator used in KeyConditionExpression: {tokens.here.text.upper()}")
    return tests


def _part(tokens: Tokens) -> tuple[KeyTest, ...]:
    if tokens.accept("("):
        tests = _key_condition(tokens)
        tokens.expect(")")
        return tests
    if tokens.here.text == "begins_with" and tokens.ahead.text == "(":
        return (_begins_with(tokens),)
    if tokens.here.kind == "word" and tokens.ahead.text == "(":
        raise tokens.refused(f"Invalid operator used in KeyConditionExpression: {tokens.here.text}")
    return (_comparison(tokens),)


def _begins_with(tokens: Tokens) -> KeyTest:
    tokens.take()
    tokens.expect("(")
    name = _attribute(tokens)
    tokens.expect(",")
    prefix = value(tokens)
    tokens.expect(")")
    require(tokens, "begins_with", prefix, frozenset("SB"))
    return KeyTest(name, "begins_with", _placeholders(prefix))


def _comparison(tokens: Tokens) -> KeyTest:
    name = _attribute(tokens)
    if tokens.accept_word("BETWEEN"):
        low = value(tokens)
        if not tokens.accept_word("AND"):
            raise tokens.syntax_error()
        high = value(tokens)
        check_bounds(tokens, low, high)
        return KeyTest(name, "BETWEEN", _placeholders(low, high))
    sign = tokens.here.text
    if sign == "<>" or sign.upper() == "IN":
        raise tokens.refused(f"Invalid operator used in KeyConditionExpression: {sign.upper()}")
    if sign not in SIGNS:
        raise tokens.syntax_error()
    tokens.take()
    return KeyTest(name, sign, _placeholders(value(tokens)))


def _attribute(tokens: Tokens) -> str:
    route = path_operand(tokens).path
    if route is None or len(route) != 1:
        raise tokens.refused("KeyConditionExpressions cannot have conditions on nested attributes")
    return str(route[0])


def _placeholders(*operands: Operand) -> tuple[str, ...]:
    return tuple(each.value for each in operands if each.value is not None)


compile_key_condition = compiler(_key_condition)
