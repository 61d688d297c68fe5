"""Attribute values: checked and brought into one canonical form, so that equal items are equal bytes.

A value is `{"S": "text"}` as on the wire, with bytes for binary. Rules: DynamoDB API reference,
AttributeValue; developer guide, "Supported data types".
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from bus.local.dynamodb import numbers
from bus.local.dynamodb.errors import invalid, invalid_values

AttributeValue = dict[str, Any]
Item = dict[str, AttributeValue]

TYPES = ("B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M")
DEEPEST = 32


def admit_item(item: Mapping[str, Mapping[str, Any]]) -> Item:
    """The canonical form of an item or key as a caller gave it. Raises ValidationException."""
    return {name: admit(value) for name, value in item.items()}


def admit(value: Mapping[str, Any], depth: int = 0) -> AttributeValue:
    """The canonical form of one value: numbers written one way, sets in order. Raises ValidationException."""
    if len(value) != 1:
        raise invalid(f"Supplied AttributeValue {_WRONG_COUNT[len(value) > 1]} of the supported datatypes")
    ((kind, content),) = value.items()
    if kind == "S":
        return {"S": content}
    if kind not in _ADMIT:
        raise invalid(f"Supplied AttributeValue {_WRONG_COUNT[False]} of the supported datatypes")
    return {kind: _ADMIT[kind](content, depth)}


_WRONG_COUNT = {
    False: "is empty, must contain exactly one",
    True: "has more than one datatypes set, must contain exactly one",
}


def octets(content: bytes | bytearray | str) -> bytes:
    """Binary as botocore lets callers give it: bytes, or text that stands for its UTF-8."""
    return content.encode() if isinstance(content, str) else bytes(content)


def _null(content: bool, _: int) -> bool:  # noqa: FBT001 - the content of the value {"NULL": True}
    if content is not True:
        raise invalid_values("Null attribute value types must have the value of true")
    return True


def _map(content: Mapping[str, Any], depth: int) -> Item:
    return {name: admit(value, _below(depth)) for name, value in content.items()}


def _list(content: Iterable[Any], depth: int) -> list[AttributeValue]:
    return [admit(value, _below(depth)) for value in content]


def _below(depth: int) -> int:
    # The attribute's own value is the first level.
    if depth + 1 >= DEEPEST:
        raise invalid("Nesting Levels have exceeded supported limits")
    return depth + 1


def _set(
    what: str, member: Callable[[Any], Any], order: Callable[[Any], Any] | None
) -> Callable[[Any, int], list[Any]]:
    def admit_set(content: Iterable[Any], _: int) -> list[Any]:
        given = list(content)
        members = [member(each) for each in given]
        if not members:
            raise invalid_values(f"An {what} set  may not be empty")
        if len(set(members)) < len(members):
            raise invalid_values(f"Input collection [{', '.join(map(str, given))}] contains duplicates.")
        return sorted(members, key=order)

    return admit_set


_ADMIT: dict[str, Callable[[Any, int], Any]] = {
    "N": lambda content, _: numbers.canonical(content),
    "BOOL": lambda content, _: content,
    "NULL": _null,
    "B": lambda content, _: octets(content),
    "M": _map,
    "L": _list,
    "SS": _set("string", str, None),
    "NS": _set("number", numbers.canonical, Decimal),
    "BS": _set("binary", octets, None),
}


def size_of(item: Item) -> int:
    """Bytes that an item counts for: the names and values of its attributes.

    Developer guide, "DynamoDB item sizes and formats".
    """
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: AttributeValue) -> int:
    ((kind, content),) = value.items()
    return _SIZES[kind](content)


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": lambda content: len(content.encode()),
    "N": numbers.size,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda content: sum(len(member.encode()) for member in content),
    "NS": lambda content: sum(map(numbers.size, content)),
    "BS": lambda content: sum(map(len, content)),
    "M": lambda content: 3 + size_of(content) + len(content),
    "L": lambda content: 3 + sum(map(_size, content)) + len(content),
}
