"""Generated from orders/OrderPaid.v1.json by `bus schemas generate`: change the contract, not this file."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field
from schemas.event import Event
from schemas.types.money import Money


class OrderPaidV1(Event):
    """An order was paid in full."""

    order_id: UUID
    """The order, through all its events."""
    customer_id: Annotated[str, Field(max_length=64, min_length=1)]
    """The household or account that ordered. It names nobody by itself."""
    paid_at: AwareDatetime
    """When the payment was accepted."""
    amount: Money
    """What was paid: the order's total."""
    payment_reference: Annotated[str, Field(max_length=128, min_length=1)]
    """The payment at the payment provider, to be quoted in disputes and refunds."""
