"""An order as a DynamoDB item, and back."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from schemas.orders.order_placed_v1 import Line
from schemas.types import Money
from services.orders.domain import Order, Status
from services.orders.ports import OrderSummary

Item = dict[str, Any]

_LINES = TypeAdapter(tuple[Line, ...])
_OPTIONAL = ("payment_reference", "carrier", "tracking_number")


def key(order_id: UUID) -> Item:
    """Where the order lies."""
    return {"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "ORDER"}}


def item(order: Order) -> Item:
    """The lines are one JSON text: nothing asks for one of them alone, and text is what DynamoDB stores cheapest."""
    placed_at = _instant(order.placed_at)
    texts = {
        "kind": "order",
        "order_id": str(order.id),
        "customer_id": order.customer_id,
        "placed_at": placed_at,
        "status": order.status.value,
        "currency": order.total.currency,
        "lines": _LINES.dump_json(order.lines).decode(),
        "gsi1pk": f"CUSTOMER#{order.customer_id}",
        "gsi1sk": f"{placed_at}#{order.id}",
        **{name: value for name in _OPTIONAL if (value := getattr(order, name)) is not None},
    }
    numbers = {"version": order.version, "total": order.total.amount}
    return {
        **key(order.id),
        **{name: {"S": text} for name, text in texts.items()},
        **{name: {"N": str(number)} for name, number in numbers.items()},
    }


def order(stored: Item) -> Order:
    """The order of an item that `item` made."""
    texts = {name: value["S"] for name, value in stored.items() if "S" in value}
    return Order(
        id=UUID(texts["order_id"]),
        customer_id=texts["customer_id"],
        placed_at=datetime.fromisoformat(texts["placed_at"]),
        lines=_LINES.validate_json(texts["lines"]),
        total=_total(stored),
        status=Status(texts["status"]),
        version=int(stored["version"]["N"]),
        payment_reference=texts.get("payment_reference"),
        carrier=texts.get("carrier"),
        tracking_number=texts.get("tracking_number"),
    )


def summary(stored: Item) -> OrderSummary:
    """What the index `gsi1` keeps of an order."""
    return OrderSummary(
        id=UUID(stored["order_id"]["S"]),
        customer_id=stored["customer_id"]["S"],
        placed_at=datetime.fromisoformat(stored["placed_at"]["S"]),
        status=Status(stored["status"]["S"]),
        total=_total(stored),
    )


def _total(stored: Item) -> Money:
    return Money(amount=int(stored["total"]["N"]), currency=stored["currency"]["S"])


def _instant(moment: datetime) -> str:
    """In UTC to the microsecond, so that instants sort as texts do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
