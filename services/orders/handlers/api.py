"""The HTTP API: requests in, use cases, answers out."""

import hashlib
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query

from bus.sdk import following
from services.orders import usecases, wiring
from services.orders.handlers import problems
from services.orders.handlers.messages import CancelOrder, PayOrder, PlaceOrder, ShipOrder, order_view, page_view
from services.orders.ports import Once, OrderNotFoundError

_CORRELATION = "x-correlation-id"
_CORRELATION_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)

app = APIGatewayHttpResolver(enable_validation=True)

IdempotencyKey = Annotated[str | None, Header(alias="idempotency-key", min_length=1, max_length=255)]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answers an HTTP API request (payload format 2.0) under its correlation id, or under a new one.

    An error that is no answer to a request escapes: Lambda counts it, and the gateway answers 500.
    """
    given = event["headers"].get(_CORRELATION, "")
    with following(given if _CORRELATION_ID.fullmatch(given) else None) as story:
        answer = app.resolve(event, context) if _is_json(event) else problems.not_json(event["rawPath"])
    answer["headers"][_CORRELATION] = story.correlation_id
    return answer


@app.post("/orders")
def place_order(order: Annotated[PlaceOrder, Body()], idempotency_key: IdempotencyKey = None) -> Response[str]:
    once = Once(idempotency_key, _fingerprint(order)) if idempotency_key else None
    placed = usecases.place_order(order.customer_id, order.lines, wiring.orders(), placed_at=order.placed_at, once=once)
    return _answer(HTTPStatus.CREATED, order_view(placed), location=f"/orders/{placed.id}")


@app.get("/orders/<order_id>")
def get_order(order_id: str) -> Response[str]:
    return _answer(HTTPStatus.OK, order_view(wiring.orders().get(_id(order_id))))


@app.post("/orders/<order_id>/payment")
def pay_order(order_id: str, payment: Annotated[PayOrder, Body()]) -> Response[str]:
    paid = usecases.pay_order(_id(order_id), payment.payment_reference, wiring.orders())
    return _answer(HTTPStatus.OK, order_view(paid))


@app.post("/orders/<order_id>/shipment")
def ship_order(order_id: str, shipment: Annotated[ShipOrder, Body()]) -> Response[str]:
    shipped = usecases.ship_order(_id(order_id), shipment.carrier, shipment.tracking_number, wiring.orders())
    return _answer(HTTPStatus.OK, order_view(shipped))


@app.post("/orders/<order_id>/cancellation")
def cancel_order(order_id: str, cancellation: Annotated[CancelOrder, Body()]) -> Response[str]:
    cancelled = usecases.cancel_order(_id(order_id), cancellation.reason, wiring.orders())
    return _answer(HTTPStatus.OK, order_view(cancelled))


@app.get("/customers/<customer_id>/orders")
def list_orders(
    customer_id: Annotated[str, Path(max_length=64)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query()] = None,
) -> Response[str]:
    page = wiring.orders().of_customer(customer_id, limit=limit, cursor=cursor)
    return _answer(HTTPStatus.OK, page_view(page))


def _malformed(error: RequestValidationError) -> Response[str]:
    return problems.malformed(error.errors(), app.current_event.path)


def _refused(error: Exception) -> Response[str]:
    return problems.refused(error, app.current_event.path)


def _unreadable(error: Exception) -> Response[str]:
    return problems.unreadable(error, app.current_event.path)


def _no_route(_: NotFoundError) -> Response[str]:
    return problems.no_route(app.current_event.path)


def _is_json(event: Mapping[str, Any]) -> bool:
    """Powertools would read forms as well, which this API does not take."""
    kind = event["headers"].get("content-type", "application/json")
    return not event.get("body") or kind.partition(";")[0].strip().lower() == "application/json"


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


app.exception_handler(RequestValidationError)(_malformed)
# Nothing else in this service decodes bytes or nests deeply: these come from the body of the request.
app.exception_handler([UnicodeDecodeError, RecursionError])(_unreadable)
app.exception_handler(problems.KNOWN)(_refused)
app.not_found(_no_route)
