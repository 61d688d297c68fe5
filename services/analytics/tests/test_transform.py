"""Firehose's data transformation."""

import base64
import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from services.analytics.domain import LARGEST_ROW, Filed, RejectedEventError
from services.analytics.handlers.firehose import Answer
from services.analytics.ports import Claims, Rejections

LAMBDAS_ANSWER = 6 * 1024 * 1024


@pytest.fixture
def transform(monkeypatch: pytest.MonkeyPatch, claims: Claims, rejections: Rejections) -> Callable[..., Any]:
    for name in ("LAKE_DATABASE", "LAKE_BUCKET", "CLAIM_CHECK_BUCKET"):
        monkeypatch.setenv(name, "omnibus_test")
    module: Any = import_module("services.analytics.handlers.transform")
    for name, value in {"_database": "omnibus_test", "_claims": claims, "_rejections": rejections}.items():
        monkeypatch.setattr(module, name, value)
    return lambda *records: module.handler({"invocationId": "batch-1", "records": list(records)}, None)["records"]


def row_of(result: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(base64.b64decode(result["data"]))
    return row


def table_of(result: dict[str, Any]) -> str:
    assert result["result"] == "Ok"
    return str(result["metadata"]["otfMetadata"]["destinationTableName"])


def test_a_record_is_routed_to_the_table_of_its_contract(
    transform: Callable[..., Any], event_of: Callable[..., Any], record_of: Callable[..., Any]
) -> None:
    [result] = transform(record_of("1", event_of("OrderPaid.v1")))

    assert (result["recordId"], result["result"]) == ("1", "Ok")
    assert result["metadata"]["otfMetadata"] == {
        "destinationDatabaseName": "omnibus_test",
        "destinationTableName": "order_paid_v1",
        "operation": "insert",
    }
    assert row_of(result)["payment_reference"]


@pytest.mark.parametrize(
    "poison",
    [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"detail-type": "OrderPaid.v1"}', b'{"detail-type": ["x"]}'],
)
def test_what_is_no_event_is_rejected_alone_and_kept_as_it_was(
    transform: Callable[..., Any],
    event_of: Callable[..., Any],
    record_of: Callable[..., Any],
    rejections: Any,
    poison: bytes,
) -> None:
    good, bad = record_of("good", event_of("OrderPaid.v1")), record_of("bad", poison)

    results = {result["recordId"]: result for result in transform(bad, good)}

    assert {name: table_of(result) for name, result in results.items()} == {
        "good": "order_paid_v1",
        "bad": "rejected_events",
    }
    assert [(kept.record_id, kept.data) for kept in rejections.batches["batch-1"]] == [("bad", bad["data"])]


def test_the_row_of_a_rejected_event_says_why_and_where_it_is_and_nothing_of_its_data(
    transform: Callable[..., Any], event_of: Callable[..., Any], record_of: Callable[..., Any]
) -> None:
    event = event_of("NotificationSent.v1", recipient=["ann@example.com"])

    [result] = transform(record_of("7", event))

    assert row_of(result) == {
        "received_at": 1_773_508_092_000_000,
        "reason": "data/recipient breaks the contract's type",
        "source": "omnibus.notifications",
        "detail_type": "NotificationSent.v1",
        "event_id": event["detail"]["metadata"]["event_id"],
        "record_id": "7",
        "kept_in": "s3://lake/errors/rejected/batch-1",
    }


@pytest.mark.parametrize(
    "strange", [{"source": 5, "detail": "text"}, {"detail": {"metadata": 5}}, {"detail-type": "\ud800" * 9000}]
)
def test_the_row_of_a_rejected_event_takes_of_its_envelope_what_can_be_read(
    transform: Callable[..., Any], record_of: Callable[..., Any], strange: dict[str, Any]
) -> None:
    [result] = transform(record_of("1", strange))

    row = row_of(result)
    assert table_of(result) == "rejected_events"
    assert (row["source"], row["event_id"]) == (None, None)
    assert len(result["data"]) < 10_000


def test_the_reason_is_logged_without_the_event(
    transform: Callable[..., Any],
    event_of: Callable[..., Any],
    record_of: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    transform(record_of("7", event_of("NotificationSent.v1", recipient=["ann@example.com"])))

    [logged] = caplog.records
    assert vars(logged)["record_id"] == "7"
    assert vars(logged)["reason"] == "data/recipient breaks the contract's type"
    assert "ann@example.com" not in str(vars(logged))


@pytest.mark.parametrize("text", ["x" * (LARGEST_ROW - 11), "\N{CJK UNIFIED IDEOGRAPH-4E00}" * 341_000])
def test_a_row_may_be_as_large_as_firehose_takes_and_no_larger(text: str) -> None:
    answer = Answer("omnibus_test")

    answer.add("1", Filed("t", {"text": text}))
    with pytest.raises(RejectedEventError, match=r"its row takes 1,02\d,\d\d\d bytes, and Firehose at most 1,024,000"):
        answer.add("2", Filed("t", {"text": text + "x" * 1000}))

    assert [result["recordId"] for result in answer.as_json()["records"]] == ["1"]


def test_half_a_surrogate_pair_is_rejected(
    transform: Callable[..., Any], event_of: Callable[..., Any], record_of: Callable[..., Any]
) -> None:
    [result] = transform(record_of("1", event_of("OrderPaid.v1", payment_reference="\ud800")))

    assert row_of(result)["reason"].startswith("a text holds half of a surrogate pair")


def test_what_claim_checks_stand_for_never_overfills_lambdas_answer(
    transform: Callable[..., Any], event_of: Callable[..., Any], record_of: Callable[..., Any], claims: Any
) -> None:
    event = event_of("OrderPlaced.v1")
    line = {**event["detail"]["data"]["lines"][0], "name": "x" * 200}
    claims.data["large"] = {**event["detail"].pop("data"), "lines": [line] * 500}
    event["detail"]["claim_check"] = "large"

    results = transform(*(record_of(str(number), event) for number in range(100)))

    tables = {table_of(result) for result in results}
    assert tables == {"order_placed_v1", "rejected_events"}
    assert len(json.dumps({"records": results})) < LAMBDAS_ANSWER
    assert "too large beside those of its batch" in row_of(results[-1])["reason"]
