"""What customers and clerks want, over orders in memory."""

from typing import Any
from uuid import uuid4

import pytest

from services.orders import usecases
from services.orders.adapters.memory_orders import MemoryOrders
from services.orders.domain import ForbiddenTransitionError, Order, Status
from services.orders.ports import KeyReusedError, LostRaceError, Once, OrderNotFoundError

KEY = Once("till-7-0042", "fingerprint")


class Raced(MemoryOrders):
    """Another writer does `meanwhile` just before each of the next `times` saves."""

    def __init__(self, times: int, meanwhile: Any) -> None:
        super().__init__()
        self.times, self.meanwhile = times, meanwhile

    def save(self, order: Order, once: Once | None = None) -> None:
        if order.version > 1 and self.times:
            self.times -= 1
            other = self.get(order.id)
            self.meanwhile(other)
            super().save(other)
        super().save(order, once)


class RacedByItsRepeat(MemoryOrders):
    """The first save meets a repeat of its request in the middle of being saved."""

    winner: Order

    def save(self, order: Order, once: Once | None = None) -> None:
        if not self.told:
            self.winner = Order.place(uuid4(), order.customer_id, order.lines, order.placed_at)
            super().save(self.winner, once)
            raise LostRaceError(order.id)
        super().save(order, once)


def touch(order: Order) -> None:
    """A change that leaves the order open to every other."""
    order._tell(order.news[0] if order.news else _placed(order))  # noqa: SLF001 - no public change does so


def _placed(order: Order) -> Any:
    return Order.place(order.id, order.customer_id, order.lines, order.placed_at).news[0]


def cancel(order: Order) -> None:
    order.cancel("out of stock", order.placed_at)


def test_an_order_goes_its_way_from_placed_to_shipped(orders: MemoryOrders, line: Any):
    placed = usecases.place_order("1228", (line(),), orders, once=None)

    usecases.pay_order(placed.id, "pay_1", orders)
    shipped = usecases.ship_order(placed.id, "UPS", "1Z9", orders)

    assert shipped.status is Status.SHIPPED
    assert [event.detail_type for event in orders.told] == ["OrderPlaced.v1", "OrderPaid.v1", "OrderShipped.v1"]


def test_a_repeated_request_places_one_order_and_gets_it_as_it_was_placed(orders: MemoryOrders, line: Any):
    first = usecases.place_order("1228", (line(),), orders, once=KEY)
    usecases.cancel_order(first.id, "ordered twice", orders)

    again = usecases.place_order("1228", (line(),), orders, once=KEY)

    assert again == first
    assert [event.detail_type for event in orders.told] == ["OrderPlaced.v1", "OrderCancelled.v1"]


def test_a_request_that_races_its_own_repeat_gets_the_order_that_won(line: Any):
    orders = RacedByItsRepeat()

    placed = usecases.place_order("1228", (line(),), orders, once=KEY)

    assert placed.id == orders.winner.id
    assert len(orders.told) == 1


def test_a_key_is_refused_to_another_request(orders: MemoryOrders, line: Any):
    usecases.place_order("1228", (line(),), orders, once=KEY)

    with pytest.raises(KeyReusedError):
        usecases.place_order("1229", (line(),), orders, once=Once(KEY.key, "another"))


def test_an_order_that_nobody_placed_cannot_be_paid(orders: MemoryOrders):
    with pytest.raises(OrderNotFoundError):
        usecases.pay_order(uuid4(), "pay_1", orders)


def test_a_race_that_leaves_the_step_allowed_is_run_once_more(line: Any):
    orders = Raced(1, touch)
    placed = usecases.place_order("1228", (line(),), orders, once=None)

    paid = usecases.pay_order(placed.id, "pay_1", orders)

    assert (paid.status, paid.version) == (Status.PAID, 3)


def test_a_race_that_closes_the_order_forbids_the_step(line: Any):
    orders = Raced(1, cancel)
    placed = usecases.place_order("1228", (line(),), orders, once=None)

    with pytest.raises(ForbiddenTransitionError):
        usecases.pay_order(placed.id, "pay_1", orders)

    assert [event.detail_type for event in orders.told] == ["OrderPlaced.v1", "OrderCancelled.v1"]


def test_a_race_lost_twice_is_said(line: Any):
    orders = Raced(2, touch)
    placed = usecases.place_order("1228", (line(),), orders, once=None)

    with pytest.raises(LostRaceError):
        usecases.pay_order(placed.id, "pay_1", orders)
