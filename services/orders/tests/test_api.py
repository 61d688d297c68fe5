"""The HTTP API: what goes in, what comes out, and every refusal as problem details."""

import base64
import re
from typing import Any
from uuid import UUID

import pytest

from schemas.orders import OrderCancelledV1, OrderPaidV1, OrderPlacedV1, OrderShippedV1
from services.orders.handlers.messages import CancelOrder, PayOrder, PlaceOrder, ShipOrder

LINE = {
    "product_id": "1082185",
    "name": "BANANAS",
    "department": "PRODUCE",
    "quantity": 3,
    "amount": {"amount": 177, "currency": "USD"},
}
ORDER = {"customer_id": "1228", "placed_at": "2026-03-14T13:08:11-04:00", "lines": [LINE, LINE]}


def test_a_placed_order_is_answered_with_its_place_and_total(request_api: Any):
    answer = request_api("POST", "/orders", ORDER)

    order_id = answer.body["order_id"]
    assert UUID(order_id)
    assert (answer.status, answer.headers["location"]) == (201, f"/orders/{order_id}")
    assert answer.body == {
        "order_id": order_id,
        "customer_id": "1228",
        "status": "PLACED",
        "placed_at": "2026-03-14T17:08:11Z",
        "total": {"amount": 354, "currency": "USD"},
        "lines": [LINE, LINE],
    }


def test_an_order_is_read_as_it_stands(request_api: Any):
    placed = request_api("POST", "/orders", ORDER)
    path = placed.headers["location"]

    paid = request_api("POST", f"{path}/payment", {"payment_reference": "pay_1"})
    shipped = request_api("POST", f"{path}/shipment", {"carrier": "UPS", "tracking_number": "1Z9"})

    assert (paid.status, paid.body["status"], paid.body["payment_reference"]) == (200, "PAID", "pay_1")
    assert shipped.body == request_api("GET", path).body
    assert shipped.body["status"] == "SHIPPED"


def test_a_cancelled_order_takes_no_payment(request_api: Any):
    path = request_api("POST", "/orders", ORDER).headers["location"]
    request_api("POST", f"{path}/cancellation", {"reason": "ordered twice"})

    refused = request_api("POST", f"{path}/payment", {"payment_reference": "pay_1"})

    assert (refused.status, refused.headers["content-type"]) == (409, "application/problem+json")
    assert refused.body == {
        "type": "https://omnibus.example/problems/forbidden-transition",
        "title": "The order's status does not allow this",
        "status": 409,
        "detail": f"order {path.removeprefix('/orders/')} is CANCELLED: it cannot become PAID",
        "instance": f"{path}/payment",
    }


def test_a_malformed_order_is_refused_with_every_fault_and_its_path(request_api: Any, orders: Any):
    bad = {
        "customer_id": "",
        "placed_at": 1700000000,
        "lines": [
            LINE | {"quantity": 0, "a/b~c": 1},
            LINE | {"amount": {"amount": "177", "currency": "EUR"}},
            LINE | {"amount": {"amount": 177, "currency": "EUR"}},
        ],
        "coupon": "SPRING",
    }

    refused = request_api("POST", "/orders", bad, {"idempotency-key": "k" * 256})

    assert (refused.status, refused.headers["content-type"]) == (400, "application/problem+json")
    assert {fault["path"] for fault in refused.body["errors"]} == {
        "/idempotency-key",
        "/customer_id",
        "/placed_at",
        "/lines/0/quantity",
        "/lines/0/a~1b~0c",
        "/lines/1/amount/amount",
        "/lines/2/amount/currency",
        "/coupon",
    }
    assert all(fault["message"] for fault in refused.body["errors"])
    assert orders.told == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("{", ""),
        ("", ""),
        (None, ""),
        ("[]", ""),
        ("null", ""),
        ("[" * 100_000, ""),
        ({}, "/customer_id"),
        (ORDER | {"lines": []}, "/lines"),
        (ORDER | {"lines": [LINE] * 501}, "/lines"),
        (ORDER | {"lines": [LINE, "bananas"]}, "/lines/1"),
        (ORDER | {"placed_at": "2026-03-14T17:08:11"}, "/placed_at"),
        (ORDER | {"placed_at": "1700000000"}, "/placed_at"),
        (ORDER | {"placed_at": "0001-01-01T00:00:00+14:00"}, "/placed_at"),
        (ORDER | {"placed_at": "9999-12-31T23:59:59-11:00"}, "/placed_at"),
        (ORDER | {"lines": [LINE | {"amount": {"amount": 2**53 - 1, "currency": "USD"}}] * 2}, "/lines"),
        ('{"customer_id": "\\ud800", "lines": []}', "/customer_id"),
    ],
)
def test_what_is_no_order_is_refused_at_its_place(request_api: Any, body: Any, path: str):
    refused = request_api("POST", "/orders", body)

    assert (refused.status, refused.body["errors"][0]["path"]) == (400, path)


def test_a_list_of_bad_lines_is_not_also_called_too_short(request_api: Any):
    refused = request_api("POST", "/orders", ORDER | {"lines": [LINE | {"quantity": 0}]})

    assert [fault["path"] for fault in refused.body["errors"]] == ["/lines/0/quantity"]


def test_bytes_that_are_no_text_are_refused(request_api: Any):
    body = base64.b64encode(b'{"customer_id": "\xff"}').decode()

    refused = request_api("POST", "/orders", body, is_base64=True)

    assert (refused.status, refused.body["errors"][0]["path"]) == (400, "")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_of_another_kind_is_refused(request_api: Any, kind: str):
    refused = request_api("POST", "/orders", "customer_id=1228", {"content-type": kind})

    assert (refused.status, refused.headers["content-type"]) == (415, "application/problem+json")


@pytest.mark.parametrize("order_id", ["0195c7f0-5a3e-7c41-9d0b-3f1f6a2c8e11", "bananas"])
def test_an_unknown_order_is_not_found(request_api: Any, order_id: str):
    refused = request_api("POST", f"/orders/{order_id}/cancellation", {"reason": "ordered twice"})

    assert (refused.status, refused.body["title"]) == (404, "There is no such order")


def test_a_path_that_does_not_exist_is_not_found(request_api: Any):
    refused = request_api("GET", "/orderz")

    assert (refused.status, refused.headers["content-type"]) == (404, "application/problem+json")


def test_a_repeated_request_gets_the_first_answer(request_api: Any, orders: Any):
    first = request_api("POST", "/orders", ORDER, {"idempotency-key": "till-7-0042"})
    request_api("POST", f"{first.headers['location']}/payment", {"payment_reference": "pay_1"})

    again = request_api("POST", "/orders", ORDER, {"idempotency-key": "till-7-0042"})

    assert (again.status, again.body) == (201, first.body)
    assert again.headers["location"] == first.headers["location"]
    assert [event.detail_type for event in orders.told] == ["OrderPlaced.v1", "OrderPaid.v1"]


def test_a_key_that_was_used_for_another_order_is_refused(request_api: Any):
    request_api("POST", "/orders", ORDER, {"idempotency-key": "till-7-0042"})

    refused = request_api("POST", "/orders", ORDER | {"customer_id": "1229"}, {"idempotency-key": "till-7-0042"})

    assert (refused.status, refused.body["title"]) == (422, "The idempotency key is taken")


def test_a_customers_orders_come_newest_first_page_by_page(request_api: Any):
    for minute in (2, 0, 1):
        request_api("POST", "/orders", ORDER | {"placed_at": f"2026-03-14T17:0{minute}:00Z"})

    first = request_api("GET", "/customers/1228/orders", limit="2")
    last = request_api("GET", "/customers/1228/orders", limit="2", cursor=first.body["cursor"])

    pages = [[order["placed_at"][14:16] for order in page.body["orders"]] for page in (first, last)]
    assert pages == [["02", "01"], ["00"]]
    assert "cursor" not in last.body


def test_a_customer_whose_id_no_order_can_have_is_refused(request_api: Any):
    refused = request_api("GET", f"/customers/{'1' * 65}/orders")

    assert (refused.status, refused.body["errors"][0]["path"]) == (400, "/customer_id")


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_a_limit_out_of_bounds_is_refused(request_api: Any, limit: str):
    refused = request_api("GET", "/customers/1228/orders", limit=limit)

    assert (refused.status, refused.body["errors"][0]["path"]) == (400, "/limit")


def test_a_cursor_that_no_page_gave_out_is_refused(request_api: Any):
    refused = request_api("GET", "/customers/1228/orders", cursor="here")

    assert refused.status == 400


def test_a_correlation_id_is_echoed(request_api: Any):
    answer = request_api("GET", "/orders/bananas", headers={"x-correlation-id": "till-7.2026"})

    assert answer.headers["x-correlation-id"] == "till-7.2026"


@pytest.mark.parametrize("given", [{}, {"x-correlation-id": "two\nlines"}, {"x-correlation-id": "x" * 129}])
def test_a_request_without_a_usable_correlation_id_gets_a_new_one(request_api: Any, given: dict[str, str]):
    answer = request_api("GET", "/orders/bananas", headers=given)

    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-correlation-id"])


def test_the_api_takes_no_longer_texts_than_the_contracts_can_tell():
    pairs = [
        (PlaceOrder, OrderPlacedV1, "customer_id"),
        (PlaceOrder, OrderPlacedV1, "lines"),
        (PayOrder, OrderPaidV1, "payment_reference"),
        (ShipOrder, OrderShippedV1, "carrier"),
        (ShipOrder, OrderShippedV1, "tracking_number"),
        (CancelOrder, OrderCancelledV1, "reason"),
    ]

    for body, event, field in pairs:
        assert set(body.model_fields[field].metadata) == set(event.model_fields[field].metadata)
