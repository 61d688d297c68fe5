"""Tells customers by e-mail."""

from bus.sdk import Received, consumer
from schemas.orders import OrderCancelledV1, OrderPaidV1, OrderPlacedV1, OrderShippedV1
from services.notifications.domain import Channel, OrderNews
from services.notifications.wiring import teller

_tell = teller(Channel.EMAIL)


@consumer(OrderPlacedV1, OrderPaidV1, OrderShippedV1, OrderCancelledV1)
def handler(event: Received[OrderNews]) -> None:
    _tell(event.metadata.event_id, event.data)
