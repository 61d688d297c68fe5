"""Orders in memory: the fake that passes the same suite as DynamoDB."""

import copy
from uuid import UUID

from schemas.event import Event
from services.orders.domain import Order
from services.orders.ports import (
    AlreadyDoneError,
    CursorError,
    KeyReusedError,
    LostRaceError,
    Once,
    OrderNotFoundError,
    OrderSummary,
    Page,
)


class MemoryOrders:
    """`told` holds every event that was kept, in order."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self._orders: dict[UUID, Order] = {}
        self._done: dict[str, tuple[str, UUID]] = {}

    def get(self, order_id: UUID) -> Order:
        if order_id not in self._orders:
            raise OrderNotFoundError(order_id)
        return copy.deepcopy(self._orders[order_id])

    def save(self, order: Order, once: Once | None = None) -> None:
        if once is not None:
            self._check_first(once)
        stored = self._orders.get(order.id)
        if (stored.version if stored else 0) != order.version - len(order.news):
            raise LostRaceError(order.id)
        self.told += order.news
        order.news = []
        self._orders[order.id] = copy.deepcopy(order)
        if once is not None:
            self._done[once.key] = (once.fingerprint, order.id)

    def of_customer(self, customer_id: str, *, limit: int, cursor: str | None) -> Page:
        theirs = [order for order in self._orders.values() if order.customer_id == customer_id]
        theirs.sort(key=lambda order: (order.placed_at, str(order.id)), reverse=True)
        start = _position(cursor)
        page = tuple(
            OrderSummary(order.id, order.customer_id, order.placed_at, order.status, order.total)
            for order in theirs[start : start + limit]
        )
        return Page(page, str(start + limit) if start + limit < len(theirs) else None)

    def _check_first(self, once: Once) -> None:
        if once.key not in self._done:
            return
        fingerprint, order_id = self._done[once.key]
        if fingerprint != once.fingerprint:
            raise KeyReusedError(once.key)
        raise AlreadyDoneError(order_id)


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal():
        raise CursorError
    return int(cursor)
