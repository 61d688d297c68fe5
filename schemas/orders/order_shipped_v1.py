"""Generated from orders/OrderShipped.v1.json by `bus schemas generate`: change the contract, not this file."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field
from schemas.event import Event


class OrderShippedV1(Event):
    """A paid order left the warehouse."""

    order_id: UUID
    """The order, through all its events."""
    customer_id: Annotated[str, Field(max_length=64, min_length=1)]
    """The household or account that ordered. It names nobody by itself."""
    shipped_at: AwareDatetime
    """When the carrier took the parcel."""
    carrier: Annotated[str, Field(max_length=64, min_length=1)]
    """Who brings the parcel."""
    tracking_number: Annotated[str, Field(max_length=64, min_length=1)]
    """The parcel at its carrier."""
