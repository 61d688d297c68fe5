"""The only reader of the environment and the only builder of clients."""

import os
from functools import cache

from bus.sdk import Outbox
from bus.sdk.clients import client
from services.orders.adapters.dynamo_orders import DynamoOrders
from services.orders.ports import Orders


@cache
def orders() -> Orders:
    """Where this function's orders are kept: the table TABLE_NAME."""
    table = os.environ["TABLE_NAME"]
    return DynamoOrders(client("dynamodb"), table, Outbox(table))
