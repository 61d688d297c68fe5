"""From the tests of a key condition to one partition and a range of sort keys."""

from collections.abc import Callable
from typing import NamedTuple

from bus.local.dynamodb.attributes import Item
from bus.local.dynamodb.errors import invalid, invalid_values
from bus.local.dynamodb.expressions import KeyTest
from bus.local.dynamodb.keys import TOP, KeySchema, after, after_prefix, encoded, partition


class Range(NamedTuple):
    """The sort keys from `low` up to, not including, `high`, in the partition `hash`."""

    hash: bytes
    low: bytes
    high: bytes


def key_range(keys: KeySchema, tests: tuple[KeyTest, ...], values: Item) -> Range:
    """Where a query looks. Raises ValidationException for tests that do not name one range of one partition."""
    by_name = {test.attribute: test for test in tests}
    if len(by_name) < len(tests):
        raise invalid("Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key")
    if keys.hash not in by_name:
        raise invalid(f"Query condition missed key schema element: {keys.hash}")
    hash_test = by_name.pop(keys.hash)
    if hash_test.operator != "=":
        raise invalid("Query key condition not supported")
    found = partition(_operands(keys, hash_test, values)[0])
    if keys.range is None or not by_name:
        if by_name:
            raise invalid("Query key condition not supported")
        return Range(found, b"", TOP)
    if keys.range not in by_name or len(by_name) > 1:
        raise invalid(f"Query condition missed key schema element: {keys.range}")
    test = by_name[keys.range]
    operands = [encoded(value) for value in _operands(keys, test, values)]
    return Range(found, *_BOUNDS[test.operator](operands))


def _operands(keys: KeySchema, test: KeyTest, values: Item) -> list[Item]:
    operands = [values[name] for name in test.values]
    if any(operand.keys() != {keys.types[test.attribute]} for operand in operands):
        raise invalid_values("Condition parameter type does not match schema type")
    return operands


_BOUNDS: dict[str, Callable[[list[bytes]], tuple[bytes, bytes]]] = {
    "=": lambda given: (given[0], after(given[0])),
    "<": lambda given: (b"", given[0]),
    "<=": lambda given: (b"", after(given[0])),
    ">": lambda given: (after(given[0]), TOP),
    ">=": lambda given: (given[0], TOP),
    "BETWEEN": lambda given: (given[0], after(given[1])),
    "begins_with": lambda given: (given[0], after_prefix(given[0])),
}
