"""What the use cases need of the world."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from schemas.types import Money
from services.orders.domain import Order, OrderError, Status


class OrderNotFoundError(OrderError):
    """Nobody placed an order of this id."""

    def __init__(self, order_id: object) -> None:
        self.order_id = order_id
        super().__init__(f"there is no order {order_id}")


class LostRaceError(OrderError):
    """Another writer changed the order between our reading and our saving it; nothing was saved."""

    def __init__(self, order_id: UUID) -> None:
        self.order_id = order_id
        super().__init__(f"order {order_id} was changed by someone else at the same moment; read it and try again")


class AlreadyDoneError(OrderError):
    """A request with this idempotency key and this content was done before; nothing was saved."""

    def __init__(self, order_id: UUID) -> None:
        self.order_id = order_id
        super().__init__(f"this request placed order {order_id} before")


class KeyReusedError(OrderError):
    """The idempotency key belongs to a request with another content; nothing was saved."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"the idempotency key {key!r} was used for another request; a new request takes a new key")


class CursorError(OrderError):
    """A cursor that no page gave out."""

    def __init__(self) -> None:
        super().__init__("the cursor is none that this list gave out; begin again without one")


@dataclass(frozen=True)
class Once:
    """A request that is done once: its idempotency key, and a fingerprint of its content."""

    key: str
    fingerprint: str


@dataclass(frozen=True)
class OrderSummary:
    """An order as a list shows it."""

    id: UUID
    customer_id: str
    placed_at: datetime
    status: Status
    total: Money


@dataclass(frozen=True)
class Page:
    """Some orders of a list; `cursor` leads to the next page, None where this is the last."""

    orders: tuple[OrderSummary, ...]
    cursor: str | None


class Orders(Protocol):
    """Every order, each with the events that tell of it."""

    def get(self, order_id: UUID) -> Order:
        """Raises OrderNotFoundError."""

    def save(self, order: Order, once: Once | None = None) -> None:
        """Keep the order, its news and the idempotency key: all of them or none. Takes the news out of the order.

        Raises LostRaceError when the stored order is not the one that was read, AlreadyDoneError and
        KeyReusedError for a key that was used before.
        """

    def of_customer(self, customer_id: str, *, limit: int, cursor: str | None) -> Page:
        """A customer's orders, the newest first. Raises CursorError."""
