"""Orders in DynamoDB and orders in memory keep the same promises; the table is the template's own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import boto3
import pytest
import time_machine

from bus.local.botocore_hook import activate
from bus.local.dynamodb import DynamoDbRoom
from bus.local.plane import Plane
from bus.sdk import EventTooLargeError, Outbox, following
from bus.topology import Template
from schemas.orders.order_placed_v1 import Line
from schemas.types import Money
from services.orders.adapters.dynamo_orders import DynamoOrders
from services.orders.adapters.memory_orders import MemoryOrders
from services.orders.domain import Order
from services.orders.ports import (
    AlreadyDoneError,
    CursorError,
    KeyReusedError,
    LostRaceError,
    Once,
    OrderNotFoundError,
    Orders,
)

TEMPLATE = Path(__file__).parents[2] / "services/orders/template.yaml"
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ONCE = Once("till-7-0042", "fingerprint")
LINE = Line(
    product_id="1082185",
    name="CRÈME FRAÎCHE",
    department="DAIRY",
    quantity=3,
    amount=Money(amount=177, currency="USD"),
)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of a plane that has the template's table, named "orders"."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    plane = Plane()
    plane.open(DynamoDbRoom(plane))
    activate(plane)
    client = boto3.client("dynamodb", region_name=Plane.region)
    properties = Template.load(TEMPLATE).resources["Table"].properties
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    client.create_table(TableName="orders", **{name: properties[name] for name in wanted})
    yield client
    activate(None)


@dataclass
class Kept:
    """Orders, and the detail-types that were kept to be told, in order."""

    orders: Orders
    told: Callable[[Order], list[str]]


@pytest.fixture(params=["memory", "dynamo"])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "memory":
        orders = MemoryOrders()
        return Kept(orders, lambda _: [event.detail_type for event in orders.told])
    client = request.getfixturevalue("client")
    dynamo = DynamoOrders(client, "orders", Outbox("orders"))
    return Kept(dynamo, lambda order: [item["detail_type"]["S"] for item in outbox(client, order.id)])


def outbox(client: Any, order_id: UUID) -> list[dict[str, Any]]:
    """The outbox items of an order, by sequence."""
    items: list[dict[str, Any]] = client.query(
        TableName="orders",
        KeyConditionExpression="pk = :subject",
        ExpressionAttributeValues={":subject": {"S": f"OUTBOX#{order_id}"}},
    )["Items"]
    return items


def placed(*, customer: str = "1228", at: datetime = NOON) -> Order:
    return Order.place(uuid4(), customer, (LINE, LINE), at)


def without_news(order: Order) -> Order:
    order.news = []
    return order


def test_a_saved_order_is_read_as_it_was(kept: Kept):
    order = placed(at=NOON.astimezone() + timedelta(microseconds=1))
    order.pay("pay_1", NOON)
    order.ship("UPS", "1Z9", NOON)

    kept.orders.save(order)

    assert kept.orders.get(order.id) == order
    assert order.news == []


def test_an_unknown_order_is_not_found(kept: Kept):
    with pytest.raises(OrderNotFoundError):
        kept.orders.get(uuid4())


def test_news_are_kept_with_the_change_that_they_tell_of(kept: Kept):
    order = placed()
    kept.orders.save(order)
    order.pay("pay_1", NOON)
    kept.orders.save(order)
    order.cancel("ordered twice", NOON)
    kept.orders.save(order)

    assert kept.told(order) == ["OrderPlaced.v1", "OrderPaid.v1", "OrderCancelled.v1"]


def test_of_two_writers_the_second_loses_and_keeps_nothing(kept: Kept):
    order = placed()
    kept.orders.save(order)
    first, second = kept.orders.get(order.id), kept.orders.get(order.id)
    first.pay("pay_1", NOON)
    second.cancel("ordered twice", NOON)
    kept.orders.save(first)

    with pytest.raises(LostRaceError):
        kept.orders.save(second)

    assert kept.orders.get(order.id) == without_news(first)
    assert kept.told(order) == ["OrderPlaced.v1", "OrderPaid.v1"]


def test_an_order_is_placed_once(kept: Kept):
    order = placed()
    again = Order.place(order.id, "1229", (LINE,), NOON)
    kept.orders.save(order)

    with pytest.raises(LostRaceError):
        kept.orders.save(again)

    assert kept.orders.get(order.id).customer_id == "1228"


def test_a_key_that_was_used_leads_to_its_order_and_keeps_nothing(kept: Kept):
    first, second = placed(), placed()
    kept.orders.save(first, ONCE)

    with pytest.raises(AlreadyDoneError) as done:
        kept.orders.save(second, ONCE)

    assert done.value.order_id == first.id
    with pytest.raises(OrderNotFoundError):
        kept.orders.get(second.id)


def test_a_key_is_refused_to_a_request_with_another_content(kept: Kept):
    kept.orders.save(placed(), ONCE)

    with pytest.raises(KeyReusedError):
        kept.orders.save(placed(), Once(ONCE.key, "another"))


def test_a_customers_orders_come_newest_first_in_pages(kept: Kept):
    times = [NOON + timedelta(minutes=minute) for minute in (3, 0, 4, 1, 2)]
    for at in times:
        kept.orders.save(placed(at=at))
    kept.orders.save(placed(customer="1229"))

    pages, cursor = [], None
    while True:
        page = kept.orders.of_customer("1228", limit=2, cursor=cursor)
        pages.append([order.placed_at for order in page.orders])
        if (cursor := page.cursor) is None:
            break

    assert [at for page in pages for at in page] == sorted(times, reverse=True)
    assert [len(page) for page in pages] == [2, 2, 1]


def test_a_list_shows_the_status_and_the_total(kept: Kept):
    order = placed()
    order.pay("pay_1", NOON)
    kept.orders.save(order)

    (shown,) = kept.orders.of_customer("1228", limit=10, cursor=None).orders

    assert (shown.id, shown.status, shown.total) == (order.id, order.status, order.total)


def test_a_customer_without_orders_has_an_empty_page(kept: Kept):
    page = kept.orders.of_customer("nobody", limit=10, cursor=None)

    assert (page.orders, page.cursor) == ((), None)


@pytest.mark.parametrize("cursor", ["here", "e30", "I2E", "é", "MjAyNi0wMS0wMVQwMDowMDowMCswMDowMCM"])
def test_a_cursor_that_no_page_gave_out_is_refused(kept: Kept, cursor: str):
    with pytest.raises(CursorError):
        kept.orders.of_customer("1228", limit=10, cursor=cursor)


def test_placing_an_order_takes_one_call(client: Any):
    calls = []
    client.meta.events.register("before-parameter-build", lambda model, **_: calls.append(model.name))
    orders = DynamoOrders(client, "orders", Outbox("orders"))

    orders.save(placed(), ONCE)

    assert calls == ["TransactWriteItems"]


def test_an_outbox_item_carries_the_events_place_in_its_orders_story(client: Any):
    orders = DynamoOrders(client, "orders", Outbox("orders"))
    order = placed()
    with following("till-7"):
        orders.save(order)
    order.pay("pay_1", NOON)
    orders.save(order)

    first, second = (json.loads(item["detail"]["S"])["metadata"] for item in outbox(client, order.id))
    assert (first["subject"], first["sequence"], first["correlation_id"]) == (str(order.id), 1, "till-7")
    assert (second["subject"], second["sequence"], second["producer"]) == (str(order.id), 2, "orders")


def test_a_key_may_be_used_again_when_it_has_expired_but_is_still_there(client: Any):
    orders = DynamoOrders(client, "orders", Outbox("orders"))
    second = placed()
    with time_machine.travel(NOON, tick=False):
        orders.save(placed(), ONCE)

    with time_machine.travel(NOON + timedelta(hours=24, seconds=1), tick=False):
        orders.save(second, ONCE)

    assert orders.get(second.id) == second


def test_an_order_that_no_item_can_hold_is_refused_before_anything_is_kept(client: Any):
    orders = DynamoOrders(client, "orders", Outbox("orders"))
    wide = LINE.model_copy(update={"name": "é" * 256, "department": "é" * 128})
    order = Order.place(uuid4(), "1228", (wide,) * 500, NOON)

    with pytest.raises(EventTooLargeError):
        orders.save(order)

    with pytest.raises(OrderNotFoundError):
        orders.get(order.id)
