"""Generated from orders/OrderCancelled.v1.json by `bus schemas generate`: change the contract, not this file."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field
from schemas.event import Event
from schemas.types.money import Money


class OrderCancelledV1(Event):
    """An order was called off before it was shipped."""

    order_id: UUID
    """The order, through all its events."""
    customer_id: Annotated[str, Field(max_length=64, min_length=1)]
    """The household or account that ordered. It names nobody by itself."""
    cancelled_at: AwareDatetime
    """When it was called off."""
    reason: Annotated[str, Field(json_schema_extra={"x-pii": True}, max_length=512, min_length=1)]
    """Why, in the words of whoever called it off. Free text may name people."""
    refund: Money | None
    """What goes back to the customer; null when nothing was paid."""
