"""The right-hand side of SET.

value   = operand ["+" operand | "-" operand]
operand = path | :value | "if_not_exists" "(" path "," value ")" | "list_append" "(" value "," value ")"
"""

from collections.abc import Callable

from bus.local.dynamodb import numbers
from bus.local.dynamodb.attributes import AttributeValue, Item
from bus.local.dynamodb.errors import invalid
from bus.local.dynamodb.expressions.compiled import Values
from bus.local.dynamodb.expressions.operands import Operand, Read, path_operand, require, value
from bus.local.dynamodb.expressions.sets import wrong_type
from bus.local.dynamodb.expressions.tokens import Tokens


def set_value(tokens: Tokens) -> Read:
    """Parse what SET gives to a path."""
    return _value(tokens).read


def _value(tokens: Tokens) -> Operand:
    left = _operand(tokens)
    for sign, combine in _ARITHMETIC.items():
        if tokens.accept(sign):
            right = _operand(tokens)
            require(tokens, sign, left, frozenset("N"))
            require(tokens, sign, right, frozenset("N"))
            return _combined(left.read, right.read, combine)
    return left


_ARITHMETIC: dict[str, Callable[[str, str], str]] = {"+": numbers.add, "-": numbers.subtract}


def _combined(left: Read, right: Read, combine: Callable[[str, str], str]) -> Operand:
    def read(item: Item, values: Values) -> AttributeValue:
        one, two = left(item, values), right(item, values)
        if one is None or two is None or "N" not in one or "N" not in two:
            raise wrong_type()
        return {"N": combine(one["N"], two["N"])}

    return Operand(read)


def _operand(tokens: Tokens) -> Operand:
    if tokens.here.kind == "value":
        return value(tokens)
    if tokens.here.kind == "word" and tokens.ahead.text == "(":
        return _function(tokens)
    found = path_operand(tokens)

    def read(item: Item, values: Values) -> AttributeValue:
        there = found.read(item, values)
        if there is None:
            raise invalid("The provided expression refers to an attribute that does not exist in the item")
        return there

    return Operand(read, path=found.path)


def _function(tokens: Tokens) -> Operand:
    name = tokens.take().text
    if name not in _FUNCTIONS:
        raise tokens.refused(f"Invalid function name; function: {name}")
    tokens.expect("(")
    made = _FUNCTIONS[name](tokens)
    tokens.expect(")")
    return made


def _if_not_exists(tokens: Tokens) -> Operand:
    there = path_operand(tokens)
    tokens.expect(",")
    otherwise = _value(tokens)

    def read(item: Item, values: Values) -> AttributeValue | None:
        found = there.read(item, values)
        return otherwise.read(item, values) if found is None else found

    return Operand(read)


def _list_append(tokens: Tokens) -> Operand:
    first = _value(tokens)
    tokens.expect(",")
    second = _value(tokens)
    require(tokens, "list_append", first, frozenset("L"))
    require(tokens, "list_append", second, frozenset("L"))

    def read(item: Item, values: Values) -> AttributeValue:
        one, two = first.read(item, values), second.read(item, values)
        if one is None or two is None or "L" not in one or "L" not in two:
            raise wrong_type()
        return {"L": [*one["L"], *two["L"]]}

    return Operand(read)


_FUNCTIONS: dict[str, Callable[[Tokens], Operand]] = {"if_not_exists": _if_not_exists, "list_append": _list_append}
