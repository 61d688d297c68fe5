"""Events as they arrive from the bus."""

import base64
import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import pytest

from schemas.registry import contract_for
from services.analytics.domain import Rejected, RejectedEventError

METADATA = {
    "event_id": "0195c7f0-5a3e-7c41-9d0b-3f1f6a2c8e11",
    "occurred_at": "2026-03-14T17:08:11.250Z",
    "producer": "orders",
    "subject": "order-1",
    "sequence": 1,
    "correlation_id": "command-1",
    "causation_id": None,
    "traceparent": None,
}

ARRIVED = 1_773_508_092_000  # 2026-03-14T17:08:12Z, in milliseconds

Event = dict[str, Any]


class FakeClaims:
    """Data by claim; any other claim is refused."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}

    def redeem(self, claim: Any) -> Any:
        if claim not in self.data:
            raise RejectedEventError("nothing is kept under that claim")
        return self.data[claim]


class FakeRejections:
    """Keeps what is rejected in a list for each batch."""

    def __init__(self) -> None:
        self.batches: dict[str, list[Rejected]] = {}

    def keep(self, batch: str, rejected: Sequence[Rejected]) -> str:
        self.batches[batch] = list(rejected)
        return f"s3://lake/errors/rejected/{batch}"


@pytest.fixture
def claims() -> FakeClaims:
    return FakeClaims()


@pytest.fixture
def rejections() -> FakeRejections:
    return FakeRejections()


@pytest.fixture
def event_of() -> Callable[..., Event]:
    """`event_of("OrderPlaced.v1", total=…)`: the contract's own example on the bus, with fields of its data changed."""

    def build(detail_type: str, **changes: Any) -> Event:
        contract = contract_for(detail_type)
        return {
            "version": "0",
            "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
            "source": contract.source,
            "detail-type": detail_type,
            "time": "2026-03-14T17:08:12Z",
            "detail": {"metadata": dict(METADATA), "data": {**deepcopy(contract.schema["examples"][0]), **changes}},
        }

    return build


@pytest.fixture
def record_of() -> Callable[[str, Any], dict[str, Any]]:
    """One record of a Firehose transformation: its id, and an event or raw bytes."""

    def build(record_id: str, content: Any) -> dict[str, Any]:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        return {"recordId": record_id, "approximateArrivalTimestamp": ARRIVED, "data": base64.b64encode(raw).decode()}

    return build
