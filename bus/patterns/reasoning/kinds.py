"""What JSON values are, and when two are the same."""

from typing import Any

KINDS = frozenset({"null", "boolean", "number", "string", "array", "object"})


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return kind_of(one) == kind_of(other) and bool(one == other)


def kind_of(value: Any) -> str:
    """The kind of a JSON value, as `type` names it; an integer is a number."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "number", float: "number", list: "array"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "object")
