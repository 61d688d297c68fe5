"""What customers and clerks want of an order: a function per intention."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from schemas.orders.order_placed_v1 import Line
from services.orders.domain import Order
from services.orders.ports import AlreadyDoneError, LostRaceError, Once, Orders


def place_order(
    customer_id: str, lines: tuple[Line, ...], orders: Orders, *, placed_at: datetime | None = None, once: Once | None
) -> Order:
    """Place an order, at the present moment unless a till says when it was.

    A repeated request, known by `once`, changes nothing and gets the order as it was first placed.
    Raises MixedCurrenciesError, KeyReusedError, LostRaceError.
    """
    order = Order.place(uuid.uuid4(), customer_id, lines, placed_at or datetime.now(UTC))
    try:
        _keep(order, orders, once)
    except AlreadyDoneError as done:
        return orders.get(done.order_id).as_placed()
    return order


def pay_order(order_id: UUID, payment_reference: str, orders: Orders) -> Order:
    """Raises OrderNotFoundError, ForbiddenTransitionError, LostRaceError."""
    return _change(order_id, orders, lambda order: order.pay(payment_reference, datetime.now(UTC)))


def ship_order(order_id: UUID, carrier: str, tracking_number: str, orders: Orders) -> Order:
    """Raises OrderNotFoundError, ForbiddenTransitionError, LostRaceError."""
    return _change(order_id, orders, lambda order: order.ship(carrier, tracking_number, datetime.now(UTC)))


def cancel_order(order_id: UUID, reason: str, orders: Orders) -> Order:
    """Raises OrderNotFoundError, ForbiddenTransitionError, LostRaceError."""
    return _change(order_id, orders, lambda order: order.cancel(reason, datetime.now(UTC)))


def _keep(order: Order, orders: Orders, once: Once | None) -> None:
    try:
        orders.save(order, once)
    except LostRaceError:
        # The same request was being saved at this very moment; by now it is done, or it is not.
        orders.save(order, once)


def _change(order_id: UUID, orders: Orders, change: Callable[[Order], None]) -> Order:
    try:
        return _changed(order_id, orders, change)
    except LostRaceError:
        # Whoever won may have left the order in a state that still allows this: look once more.
        return _changed(order_id, orders, change)


def _changed(order_id: UUID, orders: Orders, change: Callable[[Order], None]) -> Order:
    order = orders.get(order_id)
    change(order)
    orders.save(order)
    return order
