"""How fast the DynamoDB room is, and whether that depends on how much it holds; moto beside it.

    python tests/speed/dynamodb.py [items of the large table]

Each line is one operation: microseconds a call and calls a second, at 1,000 items and at many,
through the operations table and through boto3. moto copies tables as it goes, so it gets few calls.
"""

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from statistics import median
from typing import Any

import boto3
from moto import mock_aws

from bus.local.botocore_hook import activate
from bus.local.dynamodb import DynamoDbRoom
from bus.local.plane import Plane

SMALL = 1_000
LARGE = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
PER_PARTITION = 10
CALLS, MOTO_CALLS, ROUNDS = 5_000, 10, 10

Call = Callable[..., Any]
NAMES = {
    "CreateTable": "create_table",
    "PutItem": "put_item",
    "GetItem": "get_item",
    "Query": "query",
    "TransactWriteItems": "transact_write_items",
}


def key(number: int) -> dict[str, Any]:
    return {"pk": {"S": f"ORDER#{number // PER_PARTITION}"}, "sk": {"S": f"{number % PER_PARTITION:010}"}}


def item(number: int) -> dict[str, Any]:
    """An outbox item of some 700 bytes."""
    return {**key(number), "kind": {"S": "outbox"}, "detail": {"S": "x" * 600}, "expires_at": {"N": "1767225600"}}


def create(call: Call) -> None:
    call(
        "CreateTable",
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )


def put(call: Call, number: int) -> None:
    call("PutItem", TableName="orders", Item=item(number))


def get(call: Call, number: int) -> None:
    call("GetItem", TableName="orders", Key=key(number))


def query(call: Call, number: int) -> None:
    found = call(
        "Query",
        TableName="orders",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": key(number)["pk"]},
    )
    if found["Count"] != PER_PARTITION:
        raise AssertionError(found["Count"])


def transact(call: Call, number: int) -> None:
    first, second = item(2 * number), item(2 * number + 1)
    call(
        "TransactWriteItems",
        TransactItems=[
            {"Put": {"TableName": "orders", "Item": first, "ConditionExpression": "attribute_not_exists(pk)"}},
            {"Put": {"TableName": "orders", "Item": second}},
        ],
    )


def measure(operation: Callable[[Call, int], None], call: Call, numbers: list[int]) -> float:
    """Seconds a call: the median of ROUNDS rounds, since the machine may have other work."""
    size = len(numbers) // ROUNDS
    return median(_round(operation, call, numbers[first : first + size]) for first in range(0, len(numbers), size))


def _round(operation: Callable[[Call, int], None], call: Call, numbers: list[int]) -> float:
    start = time.perf_counter()
    for number in numbers:
        operation(call, number)
    return (time.perf_counter() - start) / len(numbers)


def rows(call: Call, held: int, calls: int) -> dict[str, float]:
    """Seconds a call of each operation, on a table of `held` items: reads first, then writes of new items."""
    some = [held * step // calls for step in range(calls)]
    fresh = count(held)
    return {
        "GetItem": measure(get, call, some),
        "Query of 10": measure(query, call, some),
        "PutItem": measure(put, call, [next(fresh) for _ in range(calls)]),
        "TransactWriteItems of 2 puts": measure(transact, call, [held + next(fresh) for _ in range(calls)]),
    }


def through_boto3() -> Call:
    client = boto3.client("dynamodb")
    return lambda operation, **params: getattr(client, NAMES[operation])(**params)


def room(held: int, *, boto: bool) -> dict[str, float]:
    """A new room with `held` items, measured."""
    plane = Plane()
    plane.open(DynamoDbRoom(plane))
    direct = partial(plane.call, "dynamodb")
    create(direct)
    for number in range(held):
        put(direct, number)
    if not boto:
        return rows(direct, held, CALLS)
    activate(plane)
    try:
        return rows(through_boto3(), held, CALLS)
    finally:
        activate(None)


def moto(held: int) -> dict[str, float]:
    """Moto with `held` items, measured over few calls."""
    with mock_aws():
        call = through_boto3()
        create(call)
        for number in range(held):
            put(call, number)
        return rows(call, held, MOTO_CALLS)


def main() -> None:
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    print(f"{'':12}{'':>9}  {'operation':30}{'us a call':>12}{'a second':>12}")
    for name, held, measured in (
        ("operations", SMALL, partial(room, SMALL, boto=False)),
        ("operations", LARGE, partial(room, LARGE, boto=False)),
        ("boto3", SMALL, partial(room, SMALL, boto=True)),
        ("boto3", LARGE, partial(room, LARGE, boto=True)),
        ("moto", SMALL, partial(moto, SMALL)),
    ):
        for operation, seconds in measured().items():
            print(f"{name:12}{held:>9,}  {operation:30}{seconds * 1e6:>12,.0f}{1 / seconds:>12,.0f}")


if __name__ == "__main__":
    main()
