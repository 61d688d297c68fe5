"""What may happen to an order, and what is told about it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from schemas.orders import OrderCancelledV1, OrderPaidV1, OrderPlacedV1, OrderShippedV1
from schemas.types import Money
from services.orders.domain import ForbiddenTransitionError, MixedCurrenciesError, Order, Status

ID = UUID("0195c7f0-5a3e-7c41-9d0b-3f1f6a2c8e11")
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
STEPS: dict[str, Callable[[Order], None]] = {
    "pay": lambda order: order.pay("pay_1", NOON),
    "ship": lambda order: order.ship("UPS", "1Z9", NOON),
    "cancel": lambda order: order.cancel("ordered twice", NOON),
}


@pytest.fixture
def placed(line: Any) -> Order:
    return Order.place(ID, "1228", (line(177), line(279)), NOON)


def after(order: Order, *steps: str) -> Order:
    for step in steps:
        STEPS[step](order)
    return order


def test_a_placed_order_costs_the_sum_of_its_lines_and_tells_so(placed: Order):
    assert placed.total == Money(amount=456, currency="USD")
    assert placed.news == [
        OrderPlacedV1(order_id=ID, customer_id="1228", placed_at=NOON, lines=placed.lines, total=placed.total)
    ]


def test_lines_in_two_currencies_make_no_order(line: Any):
    with pytest.raises(MixedCurrenciesError, match="not EUR, USD"):
        Order.place(ID, "1228", (line(1, "USD"), line(1, "EUR")), NOON)


def test_a_paid_and_shipped_order_has_told_each_step_in_its_order(placed: Order):
    after(placed, "pay", "ship")

    assert placed.status is Status.SHIPPED
    assert placed.version == 3
    assert placed.news[1:] == [
        OrderPaidV1(order_id=ID, customer_id="1228", paid_at=NOON, amount=placed.total, payment_reference="pay_1"),
        OrderShippedV1(order_id=ID, customer_id="1228", shipped_at=NOON, carrier="UPS", tracking_number="1Z9"),
    ]


@pytest.mark.parametrize(("steps", "is_refunded"), [((), False), (("pay",), True)])
def test_a_cancelled_order_refunds_what_was_paid(placed: Order, steps: tuple[str, ...], is_refunded: bool):  # noqa: FBT001 - a case
    after(placed, *steps, "cancel")

    refund = placed.total if is_refunded else None
    assert placed.news[-1] == OrderCancelledV1(
        order_id=ID, customer_id="1228", cancelled_at=NOON, reason="ordered twice", refund=refund
    )


@pytest.mark.parametrize(
    ("steps", "forbidden"),
    [
        ((), "ship"),
        (("pay",), "pay"),
        (("pay", "ship"), "pay"),
        (("pay", "ship"), "ship"),
        (("pay", "ship"), "cancel"),
        (("cancel",), "pay"),
        (("cancel",), "ship"),
        (("cancel",), "cancel"),
    ],
)
def test_a_forbidden_step_changes_and_tells_nothing(placed: Order, steps: tuple[str, ...], forbidden: str):
    after(placed, *steps)
    status, told = placed.status, list(placed.news)

    with pytest.raises(ForbiddenTransitionError) as refused:
        STEPS[forbidden](placed)

    assert refused.value.status is status
    assert (placed.status, placed.news) == (status, told)


def test_an_order_can_be_seen_as_it_was_placed(placed: Order):
    first = placed.as_placed()

    after(placed, "pay", "ship")

    assert placed.as_placed() == first
