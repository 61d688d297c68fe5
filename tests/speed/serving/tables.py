"""DynamoDB: PutItem of new items."""

from itertools import count
from time import perf_counter

from tests.speed.serving.client import Connection, Worker, drive, request
from tests.speed.serving.contenders import Server
from tests.speed.serving.loads import SECONDS, Load, Round, new_name
from tests.speed.serving.queues import BODY


def _put_item(server: Server) -> Round:
    dynamodb, table = server.client("dynamodb"), new_name("table")
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    dynamodb.get_waiter("table_exists").wait(TableName=table)
    numbers = count()

    def worker(until: float) -> Worker:
        while perf_counter() < until:
            item = {"id": {"S": str(next(numbers))}, "note": {"S": BODY}}
            yield request("dynamodb", "PutItem", {"TableName": table, "Item": item})

    def round_() -> list[float]:
        first = next(numbers)
        seconds = drive(server.port, [worker(perf_counter() + SECONDS)])
        last = next(numbers) - 1
        key = {"TableName": table, "Key": {"id": {"S": str(last)}}}
        if Connection(server.port).call(request("dynamodb", "GetItem", key))["Item"]["note"] != {"S": BODY}:
            message = f"item {last} is not there"
            raise RuntimeError(message)
        return [(last - first) / seconds]

    return round_


LOADS = (Load("DynamoDB PutItem", "items/s", _put_item),)
