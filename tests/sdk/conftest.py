"""Events, a bus that answers as it is told, and tables and buckets in process."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import boto3
import pytest
from moto import mock_aws

from bus.sdk import EventBus
from bus.sdk.backoff import Backoff
from bus.sdk.envelope import Outgoing
from bus.sdk.sealing import seal
from schemas.orders import OrderPaidV1, OrderPlacedV1
from schemas.orders.order_placed_v1 import Line
from schemas.types import Money

ORDER = UUID("0195c7f0-5a3e-7c41-9d0b-3f1f6a2c8e11")
Json = dict[str, Any]


class ScriptedEvents:
    """An EventBridge client: each call is answered by the next of `script`, and by acceptance after that.

    An answer is an error to raise, or the error codes of the call's entries (None: accepted).
    """

    def __init__(self) -> None:
        self.script: list[Exception | Sequence[str | None]] = []
        self.calls: list[list[Json]] = []

    def put_events(self, Entries: list[Json]) -> Json:  # noqa: N803 - AWS's name
        self.calls.append(Entries)
        answer = self.script.pop(0) if self.script else [None] * len(Entries)
        if isinstance(answer, Exception):
            raise answer
        results = [{"ErrorCode": code, "ErrorMessage": "no"} if code else {"EventId": "1"} for code in answer]
        return {"FailedEntryCount": sum(code is not None for code in answer), "Entries": results}


@pytest.fixture
def events() -> ScriptedEvents:
    return ScriptedEvents()


@pytest.fixture
def slept() -> list[float]:
    """The pauses that the bus made, in seconds."""
    return []


@pytest.fixture
def bus(events: ScriptedEvents, slept: list[float]) -> EventBus:
    return EventBus(events, "omnibus", producer="orders", backoff=Backoff(attempts=3), sleep=slept.append)


@pytest.fixture
def paid() -> Callable[..., OrderPaidV1]:
    """`paid(payment_reference="…")`: an order's payment."""

    def build(**changes: Any) -> OrderPaidV1:
        values = {
            "order_id": ORDER,
            "customer_id": "1228",
            "paid_at": datetime(2026, 3, 14, 17, 8, 11, tzinfo=UTC),
            "amount": Money(amount=456, currency="USD"),
            "payment_reference": "pay-1",
        }
        return OrderPaidV1(**values | changes)

    return build


@pytest.fixture
def arrived(paid: Callable[..., OrderPaidV1]) -> Callable[..., Json]:
    """`arrived(data={"customer_id": 7})`: a payment as EventBridge hands it over, with changes to its detail."""

    def build(*, event_id: str | None = None, metadata: Json | None = None, data: Json | None = None) -> Json:
        sealed = seal(Outgoing(paid(), str(ORDER), 2, event_id), "orders")
        detail = json.loads(sealed.detail())
        detail["metadata"] |= metadata or {}
        detail["data"] |= data or {}
        return {"version": "0", "id": "e", "source": sealed.source, "detail-type": sealed.detail_type, "detail": detail}

    return build


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Moto's S3 and DynamoDB, and the environment of a function."""
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "IDEMPOTENCY_TABLE": "idempotency",
        "SERVICE_NAME": "orders",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="idempotency",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield


@pytest.fixture
def large() -> Callable[[], OrderPlacedV1]:
    """An order of some 250 KB."""

    def build() -> OrderPlacedV1:
        money = Money(amount=1, currency="USD")
        line = Line(product_id="1", name="x" * 256, department="y" * 128, quantity=1, amount=money)
        placed_at = datetime(2026, 3, 14, tzinfo=UTC)
        return OrderPlacedV1(order_id=ORDER, customer_id="1", placed_at=placed_at, lines=(line,) * 500, total=money)

    return build
