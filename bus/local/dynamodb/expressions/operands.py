"""What conditions compare: paths, values, sizes; and how DynamoDB compares them."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bus.local.dynamodb.attributes import AttributeValue, Item
from bus.local.dynamodb.expressions.compiled import Values
from bus.local.dynamodb.expressions.paths import Path, path, reader
from bus.local.dynamodb.expressions.tokens import Tokens

_FUNCTION = "operator or function"
Read = Callable[[Item, Values], AttributeValue | None]


@dataclass(frozen=True)
class Operand:
    """`read` gives its value for an item; it is a path, a `:value` placeholder, or neither (a size)."""

    read: Read
    path: Path | None = None
    value: str | None = None


def operand(tokens: Tokens) -> Operand:
    """Parse a path, a `:value` or `size(path)`."""
    if tokens.here.kind == "value":
        return value(tokens)
    if tokens.here.text == "size" and tokens.ahead.text == "(":
        return _size(tokens)
    return path_operand(tokens)


def value(tokens: Tokens) -> Operand:
    """Parse a `:value` placeholder."""
    if tokens.here.kind != "value":
        raise tokens.syntax_error()
    name = tokens.take().text
    tokens.used_values.add(name)
    return Operand(lambda _, values: values[name], value=name)


def path_operand(tokens: Tokens) -> Operand:
    """Parse a document path."""
    route = path(tokens)
    read = reader(route)
    return Operand(lambda item, _: read(item), path=route)


def _size(tokens: Tokens) -> Operand:
    tokens.take()
    tokens.expect("(")
    measured = operand(tokens)
    tokens.expect(")")

    def read(item: Item, values: Values) -> AttributeValue | None:
        found = measured.read(item, values)
        if found is None:
            return None
        ((kind, content),) = found.items()
        return {"N": str(len(content))} if kind in _SIZED else None

    return Operand(read)


def require(tokens: Tokens, function: str, given: Operand, kinds: frozenset[str], *, label: str = _FUNCTION) -> None:
    """Have the request refused when a `:value` is of a type that `function` never takes."""
    name = given.value
    if name is None:
        return

    def check(values: Values) -> None:
        (kind,) = values[name]
        if kind not in kinds:
            raise tokens.refused(f"Incorrect operand type for {label}; {label}: {function}, operand type: {kind}")

    tokens.checks.append(check)


_SIZED = frozenset({"S", "B", "SS", "NS", "BS", "L", "M"})
# Text compares by its UTF-8 bytes, which order as its code points do.
_ORDERED: dict[str, Callable[[Any], Any]] = {"S": str, "N": Decimal, "B": bytes}
ORDERED_TYPES = frozenset(_ORDERED)

Compare = Callable[[AttributeValue | None, AttributeValue | None], bool]


def _ordered(test: Callable[[Any, Any], bool]) -> Compare:
    def compare(left: AttributeValue | None, right: AttributeValue | None) -> bool:
        if left is None or right is None or left.keys() != right.keys():
            return False
        ((kind, content),) = left.items()
        ordinal = _ORDERED.get(kind)
        return ordinal is not None and test(ordinal(content), ordinal(right[kind]))

    return compare


def equal(left: AttributeValue | None, right: AttributeValue | None) -> bool:
    """Whether both are there and the same; canonical values are equal when their dicts are."""
    return left is not None and left == right


COMPARE: dict[str, Compare] = {
    "=": equal,
    "<>": lambda left, right: not equal(left, right),
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
}
