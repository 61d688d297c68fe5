"""Orders in one DynamoDB table, together with the outbox that tells of them.

| item | pk | sk | gsi1pk | gsi1sk |
|---|---|---|---|---|
| order, its lines inline | ORDER#<id> | ORDER | CUSTOMER#<id> | <placed_at>#<id> |
| event to be told | OUTBOX#<order id> | <sequence> | | |
| request that was done | IDEMPOTENCY#<key> | IDEMPOTENCY | | |
"""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from botocore.exceptions import ClientError

from bus.sdk import Outbox
from services.orders.adapters import cursors, order_items
from services.orders.domain import Order
from services.orders.ports import (
    AlreadyDoneError,
    KeyReusedError,
    LostRaceError,
    Once,
    OrderNotFoundError,
    OrderSummary,
    Page,
)

# A client that was away for a day may still ask again.
_REMEMBERED = timedelta(hours=24)

Item = dict[str, Any]


class DynamoOrders:
    """Saves with one TransactWriteItems: the order, its news as outbox items, and the idempotency key."""

    def __init__(self, client: Any, table_name: str, outbox: Outbox) -> None:
        self._client, self._table, self._outbox = client, table_name, outbox

    def get(self, order_id: UUID) -> Order:
        answer = self._client.get_item(TableName=self._table, Key=order_items.key(order_id), ConsistentRead=True)
        if "Item" not in answer:
            raise OrderNotFoundError(order_id)
        return order_items.order(answer["Item"])

    def save(self, order: Order, once: Once | None = None) -> None:
        read = order.version - len(order.news)
        writes = [self._put_order(order, read)]
        if once is not None:
            writes.append(self._put_done(once, order.id))
        writes += self._outbox.items(order.news, subject=str(order.id), first_sequence=read + 1)
        try:
            self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as error:
            _refuse(error, order, once)
            raise
        order.news = []

    def of_customer(self, customer_id: str, *, limit: int, cursor: str | None) -> Page:
        key = {"gsi1pk": {"S": f"CUSTOMER#{customer_id}"}}
        after = {"ExclusiveStartKey": cursors.read(cursor, key)} if cursor else {}
        answer = self._client.query(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :customer",
            ExpressionAttributeValues={":customer": key["gsi1pk"]},
            ScanIndexForward=False,
            Limit=limit,
            **after,
        )
        last = answer.get("LastEvaluatedKey")
        return Page(_summaries(answer["Items"]), cursors.write(last) if last else None)

    def _put_order(self, order: Order, read: int) -> Item:
        put: Item = {"TableName": self._table, "Item": order_items.item(order)}
        if read == 0:
            return {"Put": put | {"ConditionExpression": "attribute_not_exists(pk)"}}
        condition = {
            "ConditionExpression": "version = :read",
            "ExpressionAttributeValues": {":read": {"N": str(read)}},
        }
        return {"Put": put | condition}

    def _put_done(self, once: Once, order_id: UUID) -> Item:
        now = int(time.time())
        item = {
            "pk": {"S": f"IDEMPOTENCY#{once.key}"},
            "sk": {"S": "IDEMPOTENCY"},
            "kind": {"S": "idempotency"},
            "fingerprint": {"S": once.fingerprint},
            "order_id": {"S": str(order_id)},
            "expires_at": {"N": str(now + int(_REMEMBERED.total_seconds()))},
        }
        return {
            "Put": {
                "TableName": self._table,
                "Item": item,
                # DynamoDB removes an expired item when it comes to it, within days (developer guide, "TTL").
                "ConditionExpression": "attribute_not_exists(pk) OR expires_at < :now",
                "ExpressionAttributeValues": {":now": {"N": str(now)}},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }


def _refuse(error: ClientError, order: Order, once: Once | None) -> None:
    """Raises what the cancellation means: the reasons stand in the order of the writes."""
    reasons: Any = error.response["CancellationReasons"]
    if once is not None and reasons[1]["Code"] == "ConditionalCheckFailed":
        done = reasons[1]["Item"]
        if done["fingerprint"]["S"] != once.fingerprint:
            raise KeyReusedError(once.key) from error
        raise AlreadyDoneError(UUID(done["order_id"]["S"])) from error
    if {reason["Code"] for reason in reasons} <= {"None", "ConditionalCheckFailed", "TransactionConflict"}:
        raise LostRaceError(order.id) from error


def _summaries(items: list[Item]) -> tuple[OrderSummary, ...]:
    return tuple(order_items.summary(item) for item in items)
