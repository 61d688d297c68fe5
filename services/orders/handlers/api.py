"""The HTTP API: requests in, use cases, answers out."""

import hashlib
import json
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query

from bus.sdk.http_api import HttpApi
from services.orders import usecases, wiring
from services.orders.handlers.messages import CancelOrder, PayOrder, PlaceOrder, ShipOrder, order_view, page_view
from services.orders.handlers.problems import PROBLEMS
from services.orders.ports import Once, OrderNotFoundError

handler = HttpApi(PROBLEMS)

IdempotencyKey = Annotated[str | None, Header(alias="idempotency-key", min_length=1, max_length=255)]


@handler.routes.post("/orders")
def place_order(order: Annotated[PlaceOrder, Body()], idempotency_key: IdempotencyKey = None) -> Response[str]:
    once = Once(idempotency_key, _fingerprint(order)) if idempotency_key else None
    placed = usecases.place_order(order.customer_id, order.lines, wiring.orders(), placed_at=order.placed_at, once=once)
    return _answer(HTTPStatus.CREATED, order_view(placed), location=f"/orders/{placed.id}")


@handler.routes.get("/orders/<order_id>")
def get_order(order_id: str) -> Response[str]:
    return _answer(HTTPStatus.OK, order_view(wiring.orders().get(_id(order_id))))


@handler.routes.post("/orders/<order_id>/payment")
def pay_order(order_id: str, payment: Annotated[PayOrder, Body()]) -> Response[str]:
    paid = usecases.pay_order(_id(order_id), payment.payment_reference, wiring.orders())
    return _answer(HTTPStatus.OK, order_view(paid))


@handler.routes.post("/orders/<order_id>/shipment")
def ship_order(order_id: str, shipment: Annotated[ShipOrder, Body()]) -> Response[str]:
    shipped = usecases.ship_order(_id(order_id), shipment.carrier, shipment.tracking_number, wiring.orders())
    return _answer(HTTPStatus.OK, order_view(shipped))


@handler.routes.post("/orders/<order_id>/cancellation")
def cancel_order(order_id: str, cancellation: Annotated[CancelOrder, Body()]) -> Response[str]:
    cancelled = usecases.cancel_order(_id(order_id), cancellation.reason, wiring.orders())
    return _answer(HTTPStatus.OK, order_view(cancelled))


@handler.routes.get("/customers/<customer_id>/orders")
def list_orders(
    customer_id: Annotated[str, Path(max_length=64)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query()] = None,
) -> Response[str]:
    page = wiring.orders().of_customer(customer_id, limit=limit, cursor=cursor)
    return _answer(HTTPStatus.OK, page_view(page))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise OrderNotFoundError(text) from error


def _fingerprint(order: PlaceOrder) -> str:
    """Equal for equal orders, however their JSON is written."""
    return hashlib.sha256(order.model_dump_json().encode()).hexdigest()


def _answer(status: HTTPStatus, body: dict[str, Any], **headers: str) -> Response[str]:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return Response(status.value, content_type="application/json", body=text, headers=headers)
