import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from bus.sdk import (
    ContractViolationError,
    EventTooLargeError,
    Outbox,
    UnreadableEventError,
    following,
    outbox_relay,
)
from schemas.orders import OrderPaidV1

Paid = Callable[..., OrderPaidV1]


@pytest.fixture
def outbox() -> Outbox:
    return Outbox("orders")


def inserted(put: dict[str, Any]) -> dict[str, Any]:
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "7", "NewImage": put["Put"]["Item"]}}


def test_an_event_is_an_item_of_its_subject_and_number(outbox: Outbox, paid: Paid):
    with following("story"):
        first, second = outbox.items([paid(), paid()], subject="order-1", first_sequence=3)

    put, item = first["Put"], first["Put"]["Item"]
    detail = json.loads(item["detail"]["S"])
    assert (put["TableName"], put["ConditionExpression"]) == ("orders", "attribute_not_exists(pk)")
    assert (item["pk"], item["sk"]) == ({"S": "OUTBOX#order-1"}, {"S": "0000000003"})
    assert second["Put"]["Item"]["sk"] == {"S": "0000000004"}
    assert (item["kind"], item["source"]) == ({"S": "outbox"}, {"S": "omnibus.orders"})
    assert item["detail_type"] == {"S": "OrderPaid.v1"}
    assert item["event_id"] == {"S": detail["metadata"]["event_id"]}
    assert (detail["metadata"]["producer"], detail["metadata"]["sequence"]) == ("orders", 3)
    assert detail["metadata"]["correlation_id"] == "story"
    assert int(item["expires_at"]["N"]) > 0


@pytest.mark.usefixtures("aws")
def test_the_items_commit_and_a_number_that_is_taken_cancels_the_transaction(outbox: Outbox, paid: Paid):
    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )

    dynamodb.transact_write_items(TransactItems=outbox.items([paid(), paid()], subject="o", first_sequence=1))

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(TransactItems=outbox.items([paid()], subject="o", first_sequence=2))
    assert dynamodb.scan(TableName="orders")["Count"] == 2


def test_an_event_that_breaks_its_contract_is_not_committed(outbox: Outbox, paid: Paid):
    wrong = paid().model_copy(update={"payment_reference": ""})

    with pytest.raises(ContractViolationError, match=r"data\.payment_reference"):
        outbox.items([wrong], subject="order-1", first_sequence=1)


def test_an_event_larger_than_an_item_is_not_committed(outbox: Outbox, large: Callable[[], Any]):
    event = large()
    long = event.lines[0].model_copy(update={"name": "€" * 256, "department": "€" * 128})

    with pytest.raises(EventTooLargeError, match="of at most 409,600 bytes"):
        outbox.items([event.model_copy(update={"lines": (long,) * 500})], subject="order-1", first_sequence=1)


def test_the_relay_makes_events_of_items_in_their_order(outbox: Outbox, paid: Paid):
    puts = outbox.items([paid(), paid(payment_reference="pay-2")], subject="order-1", first_sequence=1)

    relayed = outbox_relay()([inserted(put) for put in puts], None)

    assert [one["source"] for one in relayed] == ["omnibus.orders"] * 2
    assert [one["detail_type"] for one in relayed] == ["OrderPaid.v1"] * 2
    assert [one["detail"]["data"]["payment_reference"] for one in relayed] == ["pay-1", "pay-2"]
    assert relayed == outbox_relay()([inserted(put) for put in puts], None)


def test_an_item_that_breaks_its_contract_fails_the_relay(outbox: Outbox, paid: Paid):
    (put,) = outbox.items([paid()], subject="order-1", first_sequence=1)
    detail = put["Put"]["Item"]["detail"]
    detail["S"] = detail["S"].replace("pay-1", "")

    with pytest.raises(ContractViolationError, match=r"data\.payment_reference"):
        outbox_relay()([inserted(put)], None)


def test_a_service_cannot_relay_another_services_event(outbox: Outbox, paid: Paid):
    (put,) = outbox.items([paid()], subject="order-1", first_sequence=1)
    put["Put"]["Item"]["source"] = {"S": "omnibus.analytics"}

    with pytest.raises(ContractViolationError, match=r"source: is not 'omnibus\.orders'"):
        outbox_relay()([inserted(put)], None)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"dynamodb": {"SequenceNumber": "7", "NewImage": {"pk": {"S": "ORDER#1"}}}},
        {"dynamodb": {"NewImage": {"source": {"S": "a"}, "detail_type": {"S": "B.v1"}, "detail": {"S": "[1]"}}}},
    ],
)
def test_a_record_that_is_no_outbox_item_fails_the_relay(record: dict[str, Any]):
    with pytest.raises(UnreadableEventError, match="no outbox item"):
        outbox_relay()([record], None)
