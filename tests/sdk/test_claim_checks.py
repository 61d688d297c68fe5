import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from bus.sdk import ClaimCheckError, EventBus, Received, consumer
from schemas.orders import OrderPlacedV1

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def checked_in(events: Any, large: Callable[[], OrderPlacedV1]) -> dict[str, Any]:
    """A large order as its consumer gets it: on the bus there is a claim check, in the bucket the data."""
    boto3.client("s3").create_bucket(Bucket="claims")
    bus = EventBus(events, "omnibus", producer="orders", claim_check_bucket="claims", largest=200_000)
    bus.publish(large(), subject="order-1")
    (entry,) = events.calls[0]
    return {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}


@pytest.fixture
def seen() -> list[Received[OrderPlacedV1]]:
    return []


@pytest.fixture
def handler(seen: list[Received[OrderPlacedV1]]) -> Any:
    return consumer(OrderPlacedV1, idempotent=False)(seen.append)


def test_a_consumer_gets_the_data_that_was_checked_in(
    checked_in: dict[str, Any], handler: Any, seen: list[Any], large: Callable[[], OrderPlacedV1]
):
    handler(checked_in, None)

    claim = checked_in["detail"]["claim_check"]
    metadata = checked_in["detail"]["metadata"]
    assert "data" not in checked_in["detail"]
    assert claim["key"] == f"orders/OrderPlaced.v1/{metadata['event_id']}.json"
    assert claim["size"] > 200_000
    assert seen[0].data == large()


def test_data_that_was_changed_is_refused(checked_in: dict[str, Any], handler: Any, seen: list[Any]):
    key = checked_in["detail"]["claim_check"]["key"]
    boto3.client("s3").put_object(Bucket="claims", Key=key, Body=b"{}")

    with pytest.raises(ClaimCheckError, match="SHA-256 differs"):
        handler(checked_in, None)

    assert seen == []


def test_data_that_is_gone_is_an_error_that_says_where_it_was(checked_in: dict[str, Any], handler: Any):
    key = checked_in["detail"]["claim_check"]["key"]
    boto3.client("s3").delete_object(Bucket="claims", Key=key)

    with pytest.raises(ClaimCheckError, match=f"s3://claims/{key}: NoSuchKey"):
        handler(checked_in, None)


def test_a_claim_check_without_its_members_is_refused(checked_in: dict[str, Any], handler: Any):
    checked_in["detail"]["claim_check"] = {"bucket": "claims"}

    with pytest.raises(ClaimCheckError, match="bucket, key, sha256"):
        handler(checked_in, None)
