"""Where a page of the index ended, as a text that callers hand back and need not understand."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.orders.adapters import order_items
from services.orders.ports import CursorError


def write(last: Mapping[str, Any]) -> str:
    """The cursor after the item with the key `last`, of the table and its index."""
    return base64.urlsafe_b64encode(last["gsi1sk"]["S"].encode()).decode().rstrip("=")


def read(cursor: str, partition: Mapping[str, Any]) -> dict[str, Any]:
    """The key to start after, in `partition` of the index: a cursor cannot lead into another customer's.

    Raises CursorError.
    """
    try:
        place = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        placed_at, _, order_id = place.partition("#")
        datetime.fromisoformat(placed_at)
        key = order_items.key(UUID(order_id))
    except ValueError as error:
        raise CursorError from error
    return {**partition, **key, "gsi1sk": {"S": place}}
