import json
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from schemas.orders import OrderCancelledV1
from schemas.registry import contract_for
from schemas.types import Money
from services.notifications.adapters.jinja_texts import JinjaTexts
from services.notifications.domain import Channel, Notification, OrderNews

ORDER = UUID("0195d2a4-0000-7000-8000-00000000000a")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT = "0195d2a4-0000-7000-8000-000000000001"
TEMPLATES = sorted(Path(__file__).parents[1].glob("templates/*/*"))
NEWS = {model.detail_type: model for model in get_args(OrderNews)}


def write(news: OrderNews, channel: Channel):
    return JinjaTexts().write(Notification(EVENT, news, channel, "somebody"))


def cancelled(refund: Money | None) -> OrderCancelledV1:
    return OrderCancelledV1(
        order_id=ORDER, customer_id="900", cancelled_at=NOW, reason="a change of mind", refund=refund
    )


def examples(detail_type: str) -> list[OrderNews]:
    """The events that a contract shows."""
    shown = contract_for(detail_type).schema["examples"]
    return [NEWS[detail_type].model_validate_json(json.dumps(example)) for example in shown]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_template_renders_every_example_of_its_contract(template: Path):
    channel, detail_type = Channel(template.parent.name), template.name.removesuffix(".txt.j2")

    messages = [write(news, channel) for news in examples(detail_type)]

    assert [message for message in messages if not message.body.strip() or "\n" in message.subject] == []
    assert {bool(message.subject) for message in messages} == {channel is Channel.EMAIL}


def test_a_mail_about_a_placed_order_lists_its_lines_and_its_total():
    placed = examples("OrderPlaced.v1")[0]

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
