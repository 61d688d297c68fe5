"""Firehose's data transformation."""

import base64
import json
from collections.abc import Callable
from importlib import import_module
from time import process_time
from typing import Any

import pytest

EVENTS_A_SECOND = 10_000


@pytest.fixture
def transform(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("LAKE_DATABASE", "omnibus_test")
    handlers: Any = import_module("services.analytics.handlers")
    monkeypatch.setattr(handlers, "_database", "omnibus_test")
    return lambda *records: handlers.transform({"records": list(records)}, None)["records"]


def test_a_record_is_routed_to_the_table_of_its_contract(
    transform: Callable[..., Any], event_of: Callable[..., Any], record_of: Callable[..., Any]
) -> None:
    [result] = transform(record_of("1", event_of("OrderPaid.v1")))

    row = json.loads(base64.b64decode(result["data"]))
    assert (result["recordId"], result["result"]) == ("1", "Ok")
    assert result["metadata"]["otfMetadata"] == {
        "destinationDatabaseName": "omnibus_test",
        "destinationTableName": "order_paid_v1",
        "operation": "insert",
    }
    assert row["payment_reference"]


@pytest.mark.parametrize(
    "poison",
    [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"detail-type": "OrderPaid.v1"}', b'{"detail-type": ["x"]}'],
)
def test_what_is_no_event_fails_alone_and_comes_back_as_it_was(
    transform: Callable[..., Any], event_of: Callable[..., Any], record_of: Callable[..., Any], poison: bytes
) -> None:
    good, bad = record_of("good", event_of("OrderPaid.v1")), record_of("bad", poison)

    results = {result["recordId"]: result for result in transform(bad, good)}

    assert results["good"]["result"] == "Ok"
    assert results["bad"] == {"recordId": "bad", "result": "ProcessingFailed", "data": bad["data"]}


def test_the_reason_is_logged_without_the_event(
    transform: Callable[..., Any],
    event_of: Callable[..., Any],
    record_of: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    transform(record_of("7", event_of("NotificationSent.v1", recipient=["ann@example.com"])))

    [logged] = caplog.records
    assert vars(logged)["record_id"] == "7"
    assert vars(logged)["reasons"] == ("data/recipient breaks the contract's type",)
    assert "ann@example.com" not in str(vars(logged))


def test_orders_of_ten_lines_are_transformed_fast_enough(
    transform: Callable[..., Any], event_of: Callable[..., Any], record_of: Callable[..., Any]
) -> None:
    line = event_of("OrderPlaced.v1")["detail"]["data"]["lines"][0]
    records = [record_of(str(number), event_of("OrderPlaced.v1", lines=[line] * 10)) for number in range(500)]
    transform(*records)

    best = min(_seconds(lambda: transform(*records)) for _ in range(5))

    assert len(records) / best >= EVENTS_A_SECOND


def _seconds(work: Callable[[], Any]) -> float:
    """Processor time, so that whoever shares this machine does not count."""
    started = process_time()
    work()
    return process_time() - started
