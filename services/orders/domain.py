"""What may happen to an order, and what is told about it. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from schemas.event import Event
from schemas.orders import OrderCancelledV1, OrderPaidV1, OrderPlacedV1, OrderShippedV1
from schemas.orders.order_placed_v1 import Line
from schemas.types import Money


class Status(StrEnum):
    """Where an order is in its life; a shipped or cancelled order takes no further changes."""

    PLACED = "PLACED"
    PAID = "PAID"
    SHIPPED = "SHIPPED"
    CANCELLED = "CANCELLED"


class OrderError(Exception):
    """The root of what this service raises."""


class ForbiddenTransitionError(OrderError):
    """The order's status does not allow what was asked of it."""

    def __init__(self, order_id: UUID, status: Status, wanted: Status) -> None:
        self.order_id, self.status, self.wanted = order_id, status, wanted
        super().__init__(f"order {order_id} is {status}: it cannot become {wanted}")


class MixedCurrenciesError(OrderError):
    """An order has one currency; sums over several would mean nothing."""

    def __init__(self, currencies: Sequence[str]) -> None:
        self.currencies = currencies
        super().__init__(f"an order has one currency, not {', '.join(currencies)}")


# status -> what an order may become from there
_TRANSITIONS = {
    Status.PLACED: frozenset({Status.PAID, Status.CANCELLED}),
    Status.PAID: frozenset({Status.SHIPPED, Status.CANCELLED}),
    Status.SHIPPED: frozenset[Status](),
    Status.CANCELLED: frozenset[Status](),
}


@dataclass
class Order:
    """One order and what has happened to it.

    `version` counts the order's events: it is the sequence number of the last one, and tells a
    repository whether another writer came first. `news` holds the events that are not yet kept.
    """

    id: UUID
    customer_id: str
    placed_at: datetime
    lines: tuple[Line, ...]
    total: Money
    status: Status = Status.PLACED
    version: int = 0
    payment_reference: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    news: list[Event] = field(default_factory=list)

    @classmethod
    def place(cls, order_id: UUID, customer_id: str, lines: tuple[Line, ...], placed_at: datetime) -> Self:
        """A new order; its total is the sum of its lines. `placed_at` is kept in UTC. Raises MixedCurrenciesError."""
        order = cls(order_id, customer_id, placed_at.astimezone(UTC), lines, _total(lines))
        order._tell(
            OrderPlacedV1(
                order_id=order_id, customer_id=customer_id, placed_at=order.placed_at, lines=lines, total=order.total
            )
        )
        return order

    def pay(self, payment_reference: str, at: datetime) -> None:
        """The whole total was paid. Raises ForbiddenTransitionError."""
        self._become(Status.PAID)
        self.payment_reference = payment_reference
        self._tell(
            OrderPaidV1(
                order_id=self.id,
                customer_id=self.customer_id,
                paid_at=at,
                amount=self.total,
                payment_reference=payment_reference,
            )
        )

    def ship(self, carrier: str, tracking_number: str, at: datetime) -> None:
        """The carrier took it. Raises ForbiddenTransitionError."""
        self._become(Status.SHIPPED)
        self.carrier, self.tracking_number = carrier, tracking_number
        self._tell(
            OrderShippedV1(
                order_id=self.id,
                customer_id=self.customer_id,
                shipped_at=at,
                carrier=carrier,
                tracking_number=tracking_number,
            )
        )

    def cancel(self, reason: str, at: datetime) -> None:
        """Call it off; what was paid goes back. Raises ForbiddenTransitionError."""
        refund = self.total if self.status is Status.PAID else None
        self._become(Status.CANCELLED)
        self._tell(
            OrderCancelledV1(
                order_id=self.id, customer_id=self.customer_id, cancelled_at=at, reason=reason, refund=refund
            )
        )

    def as_placed(self) -> Self:
        """The order as it was when it had just been placed."""
        return replace(
            self, status=Status.PLACED, version=1, payment_reference=None, carrier=None, tracking_number=None, news=[]
        )

    def _become(self, wanted: Status) -> None:
        if wanted not in _TRANSITIONS[self.status]:
            raise ForbiddenTransitionError(self.id, self.status, wanted)
        self.status = wanted

    def _tell(self, event: Event) -> None:
        self.version += 1
        self.news.append(event)


def _total(lines: tuple[Line, ...]) -> Money:
    currencies = sorted({line.amount.currency for line in lines})
    if len(currencies) != 1:
        raise MixedCurrenciesError(currencies)
    return Money(amount=sum(line.amount.amount for line in lines), currency=currencies[0])
