import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from schemas.orders import OrderCancelledV1, OrderPaidV1, OrderPlacedV1, OrderShippedV1
from schemas.registry import contract_for
from schemas.types import Money
from services.notifications.adapters.jinja_texts import JinjaTexts
from services.notifications.domain import Channel, Notification, OrderNews

ORDER = UUID("0195d2a4-0000-7000-8000-00000000000a")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT = "0195d2a4-0000-7000-8000-000000000001"


def write(news: OrderNews, channel: Channel):
    return JinjaTexts().write(Notification(EVENT, news, channel, "somebody"))


def cancelled(refund: Money | None) -> OrderCancelledV1:
    return OrderCancelledV1(
        order_id=ORDER, customer_id="900", cancelled_at=NOW, reason="a change of mind", refund=refund
    )


@pytest.mark.parametrize("model", [OrderPlacedV1, OrderPaidV1, OrderShippedV1, OrderCancelledV1])
def test_every_example_of_every_contract_makes_a_mail_with_a_subject_and_a_body(model: type):
    for example in contract_for(model.detail_type).schema["examples"]:
        message = write(model.model_validate_json(json.dumps(example)), Channel.EMAIL)

        assert message.subject
        assert "\n" not in message.subject
        assert message.body.strip()


def test_a_mail_about_a_placed_order_lists_its_lines_and_its_total():
    example = contract_for("OrderPlaced.v1").schema["examples"][0]
    placed = OrderPlacedV1.model_validate_json(json.dumps(example))

    body = write(placed, Channel.EMAIL).body

    assert all(line.name in body for line in placed.lines)
    assert f"Total: {placed.total.amount / 100:.2f} {placed.total.currency}" in body


def test_a_refund_is_mentioned_only_when_there_is_one():
    with_refund = write(cancelled(Money(amount=1999, currency="USD")), Channel.SMS)
    without = write(cancelled(None), Channel.SMS)

    assert "We are sending 19.99 USD back." in with_refund.body
    assert "back" not in without.body


@pytest.mark.parametrize(
    ("amount", "currency", "text"), [(1999, "USD", "19.99 USD"), (1999, "JPY", "1999 JPY"), (1999, "KWD", "1.999 KWD")]
)
def test_money_has_the_decimals_of_its_currency(amount: int, currency: str, text: str):
    assert text in write(cancelled(Money(amount=amount, currency=currency)), Channel.SMS).body


def test_a_webhook_says_what_the_event_says_as_json():
    body = json.loads(write(cancelled(None), Channel.WEBHOOK).body)

    assert body["order_id"] == str(ORDER)
    assert body["reason"] == "a change of mind"
