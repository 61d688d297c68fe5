"""What ADD and DELETE make of numbers and sets."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bus.local.dynamodb import numbers
from bus.local.dynamodb.attributes import AttributeValue, Item
from bus.local.dynamodb.errors import invalid
from bus.local.dynamodb.expressions.compiled import Values
from bus.local.dynamodb.expressions.operands import Operand, Read
from bus.local.dynamodb.expressions.paths import Path, reader
from bus.local.errors import AwsError

SETS = frozenset({"SS", "NS", "BS"})


def wrong_type() -> AwsError:
    """The refusal of an item whose attribute is of a type that the update cannot use."""
    return invalid("An operand in the update expression has an incorrect data type")


def joined(route: Path, given: Operand) -> Read:
    """ADD: the sum of numbers, or the union of sets; what is missing counts as nothing."""
    read = reader(route)

    def result(item: Item, values: Values) -> AttributeValue | None:
        before, more = read(item), given.read(item, values)
        if before is None or more is None:
            return more
        kind, content, operand = _same_kind(before, more)
        if kind == "N":
            return {"N": numbers.add(content, operand)}
        return _sorted_set(kind, {*content, *operand})

    return result


def without(route: Path, given: Operand) -> Read:
    """DELETE: the set without the given members; None when nothing is left, or nothing was there."""
    read = reader(route)

    def result(item: Item, values: Values) -> AttributeValue | None:
        before, less = read(item), given.read(item, values)
        if before is None or less is None:
            return None
        kind, content, operand = _same_kind(before, less)
        left = {*content} - {*operand}
        return _sorted_set(kind, left) if left else None

    return result


def _same_kind(before: AttributeValue, given: AttributeValue) -> tuple[str, Any, Any]:
    if before.keys() != given.keys():
        raise wrong_type()
    ((kind, content),) = before.items()
    return kind, content, given[kind]


def _sorted_set(kind: str, members: set[Any]) -> AttributeValue:
    order: Callable[[Any], Any] | None = Decimal if kind == "NS" else None
    return {kind: sorted(members, key=order)}
