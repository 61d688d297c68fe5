import json
import logging
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyAlreadyInProgressError

from bus.sdk import MissingSettingError, Received, consumer
from schemas.orders import OrderPaidV1

pytestmark = pytest.mark.usefixtures("aws")

Json = dict[str, Any]
Arrived = Callable[..., Json]
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 30_000)


@pytest.fixture
def seen() -> list[Received[OrderPaidV1]]:
    return []


@pytest.fixture
def handler(seen: list[Received[OrderPaidV1]]) -> Any:
    @consumer(OrderPaidV1)
    def on_order_paid(event: Received[OrderPaidV1]) -> None:
        seen.append(event)

    return on_order_paid


def test_an_event_that_comes_twice_is_handled_once(arrived: Arrived, handler: Any, seen: list[Any]):
    handler(arrived(event_id="one"), CONTEXT)
    handler(arrived(event_id="one"), CONTEXT)
    handler(arrived(event_id="two"), CONTEXT)

    assert [event.metadata.event_id for event in seen] == ["one", "two"]


def test_each_consumer_handles_the_event(arrived: Arrived, seen: list[Any], monkeypatch: pytest.MonkeyPatch):
    def handle(event: Received[OrderPaidV1]) -> None:
        seen.append(event)

    for function in ("email", "sms"):
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", function)
        consumer(OrderPaidV1)(handle)(arrived(event_id="one"), CONTEXT)

    assert len(seen) == 2


def test_a_handler_that_fails_gets_the_event_again(arrived: Arrived, seen: list[Any]):
    @consumer(OrderPaidV1)
    def on_order_paid(event: Received[OrderPaidV1]) -> None:
        seen.append(event)
        if len(seen) == 1:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        on_order_paid(arrived(event_id="one"), CONTEXT)
    on_order_paid(arrived(event_id="one"), CONTEXT)

    assert len(seen) == 2


def test_an_event_that_another_invocation_is_handling_fails_and_is_brought_again(arrived: Arrived):
    event = arrived(event_id="one")
    raised: list[type[Exception]] = []

    @consumer(OrderPaidV1)
    def on_order_paid(_: Received[OrderPaidV1]) -> None:
        try:
            on_order_paid(event, CONTEXT)
        except IdempotencyAlreadyInProgressError as error:
            raised.append(type(error))

    on_order_paid(event, CONTEXT)

    assert raised == [IdempotencyAlreadyInProgressError]


def test_an_event_in_progress_is_free_again_when_its_invocation_has_timed_out(arrived: Arrived, seen: list[Any]):
    crashed = SimpleNamespace(get_remaining_time_in_millis=lambda: -1_000)

    @consumer(OrderPaidV1)
    def on_order_paid(event: Received[OrderPaidV1]) -> None:
        seen.append(event)
        if len(seen) == 1:
            raise SystemExit  # as Lambda ends a process: nothing is tidied up

    with pytest.raises(SystemExit):
        on_order_paid(arrived(event_id="one"), crashed)
    on_order_paid(arrived(event_id="one"), CONTEXT)

    assert len(seen) == 2


def test_the_table_keeps_an_event_for_two_weeks_and_none_of_its_data(arrived: Arrived, handler: Any):
    handler(arrived(event_id="one"), CONTEXT)

    (item,) = boto3.client("dynamodb").scan(TableName="idempotency")["Items"]
    assert item["id"]["S"].startswith("local.")
    assert int(item["expiration"]["N"]) - time.time() == pytest.approx(14 * 24 * 3600, abs=60)
    assert "1228" not in json.dumps(item)


def test_a_missing_table_name_is_an_error_that_says_what_to_set(
    arrived: Arrived, handler: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("IDEMPOTENCY_TABLE")

    with pytest.raises(MissingSettingError, match="IDEMPOTENCY_TABLE is not set"):
        handler(arrived(), CONTEXT)


def test_on_lambda_a_missing_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "on-order-paid")
    monkeypatch.delenv("IDEMPOTENCY_TABLE")

    with pytest.raises(MissingSettingError):
        consumer(OrderPaidV1)(lambda _: None)


def test_an_event_that_fails_is_logged_once_without_its_data(arrived: Arrived, caplog: pytest.LogCaptureFixture):
    @consumer(OrderPaidV1)
    def on_order_paid(event: Received[OrderPaidV1]) -> None:
        raise ValueError(event.data.customer_id)

    with caplog.at_level(logging.ERROR), pytest.raises(ValueError, match="1228"):
        on_order_paid(arrived(event_id="one"), CONTEXT)

    (record,) = caplog.records
    assert record.error == "ValueError"
    assert "1228" not in repr(vars(record))
