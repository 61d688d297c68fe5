"""Orders to test with, kept in memory."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from schemas.orders.order_placed_v1 import Line
from schemas.types import Money
from services.orders import wiring
from services.orders.adapters.memory_orders import MemoryOrders


def _line(amount: int = 177, currency: str = "USD") -> Line:
    return Line(
        product_id="1082185",
        name="BANANAS",
        department="PRODUCE",
        quantity=3,
        amount=Money(amount=amount, currency=currency),
    )


@pytest.fixture
def line() -> Callable[..., Line]:
    """`line(amount, currency)`: three bananas."""
    return _line


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> MemoryOrders:
    """Where the API keeps its orders, in this test."""
    kept = MemoryOrders()
    monkeypatch.setattr(wiring, "orders", lambda: kept)
    return kept


class Answer:
    """An HTTP answer: `status`, `headers` by lower-case name, and `body` as the value that its JSON says."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.status = answer["statusCode"]
        self.headers = {name.lower(): value for name, value in answer["headers"].items()}
        self.body = json.loads(answer["body"])


@pytest.fixture
def request_api(orders: MemoryOrders) -> Callable[..., Answer]:  # noqa: ARG001 - the API finds them by its wiring
    """`request_api("POST", "/orders", body, headers)`: what the API's function answers; a str goes out as it is."""
    from services.orders.handlers.api import handler  # noqa: PLC0415 - 0.2 s that the domain's tests need not wait

    def send(
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        is_base64: bool = False,
        **query: str,
    ) -> Answer:
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        event = _event(method, path, text, headers or {}, query)
        return Answer(handler(event | {"isBase64Encoded": is_base64}, None))

    return send


def _event(
    method: str, path: str, body: str | None, headers: Mapping[str, str], query: Mapping[str, str]
) -> dict[str, Any]:
    """API Gateway's payload format 2.0 (developer guide, "Lambda proxy integrations for HTTP APIs")."""
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "&".join(f"{name}={value}" for name, value in query.items()),
        "headers": {"content-type": "application/json", **headers},
        "queryStringParameters": dict(query),
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": body,
    }
