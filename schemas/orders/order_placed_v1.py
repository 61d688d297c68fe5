"""Generated from orders/OrderPlaced.v1.json by `bus schemas generate`: change the contract, not this file."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StrictInt
from schemas.event import Event, Record
from schemas.types.money import Money


class Line(Record):
    """One product of an order."""

    product_id: Annotated[str, Field(max_length=64, min_length=1)]
    """The product in the retailer's catalog."""
    name: Annotated[str, Field(max_length=256, min_length=1)]
    """The product as the receipt names it."""
    department: Annotated[str, Field(max_length=128, min_length=1)]
    """The department that sells the product."""
    quantity: Annotated[StrictInt, Field(ge=1, le=1000000)]
    """How many units. Goods sold by weight or volume count in the retailer's unit for them."""
    amount: Money
    """The price of the whole line, discounts taken off."""


class OrderPlacedV1(Event):
    """An order was accepted; its lines and its total will not change."""

    order_id: UUID
    """The order, through all its events."""
    customer_id: Annotated[str, Field(max_length=64, min_length=1)]
    """The household or account that ordered. It names nobody by itself."""
    placed_at: AwareDatetime
    """When the customer ordered. A till that was offline sends the order later, so this may lie well before the event's own time."""
    lines: Annotated[tuple[Line, ...], Field(max_length=500, min_length=1)]
    """What was ordered, in the order of the receipt."""
    total: Money
    """The sum of the lines, in their one currency."""
