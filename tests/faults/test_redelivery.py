"""Every delivery is at least once; every effect happens once."""

import json
import time

import pytest

from bus.local.errors import AwsError
from bus.local.outside import Answer

EVENT_ID = "0195d2a4-0000-7000-8000-000000000001"


def published(event_id: str = EVENT_ID, order: str = "0195d2a4-0000-7000-8000-00000000000a"):
    """The detail of an OrderShipped.v1 for customer 900."""
    return {
        "metadata": {
            "event_id": event_id,
            "occurred_at": "2026-01-01T00:00:00.000Z",
            "producer": "orders",
            "subject": order,
            "sequence": 3,
            "correlation_id": event_id,
        },
        "data": {
            "order_id": order,
            "customer_id": "900",
            "shipped_at": "2026-01-01T00:00:00Z",
            "carrier": "Parcel Post",
            "tracking_number": "PP1",
        },
    }


@pytest.fixture
def everybody_listens(shop, platform):
    shop.prefer(email="ada@customers.example", sms="+15550000900", webhook="https://partners.example/orders")
    platform.outside.answer("partners.example", lambda _: 204)


@pytest.mark.usefixtures("everybody_listens")
@pytest.mark.parametrize("pause", [0, 13 * 86_400], ids=["at once", "13 days later"])
def test_an_event_that_is_published_twice_has_one_effect_on_each_channel(platform, lake, pause):
    for _ in range(2):
        platform.publish(platform.find("Bus"), "omnibus.orders", "OrderShipped.v1", published())
        platform.run_until_idle()
        platform.plane.engine.run_to(platform.plane.clock.time() + pause)

    left = platform.outside
    assert (len(left.mails), len(left.texts), len(left.calls)) == (1, 1, 1)
    assert lake.query("SELECT channel, count(*) FROM notification_sent_v1 GROUP BY 1 ORDER BY 1") == [
        ["email", 1],
        ["sms", 1],
        ["webhook", 1],
    ]


@pytest.mark.usefixtures("everybody_listens")
def test_an_event_that_is_published_twice_is_two_rows_of_the_table_and_one_of_the_view(platform, lake):
    for _ in range(2):
        platform.publish(platform.find("Bus"), "omnibus.orders", "OrderShipped.v1", published())
    platform.run_until_idle()

    assert lake.query("SELECT event_id FROM order_shipped_v1") == [[EVENT_ID], [EVENT_ID]]
    assert lake.query("SELECT event_id FROM order_shipped") == [[EVENT_ID]]


@pytest.mark.usefixtures("everybody_listens")
def test_copies_of_an_event_in_one_batch_have_one_effect(platform):
    event = {"source": "omnibus.orders", "detail-type": "OrderShipped.v1", "detail": published()}
    copies = [{"Id": str(number), "MessageBody": json.dumps(event)} for number in range(5)]

    platform.client("sqs").send_message_batch(QueueUrl=platform.find("EmailQueue"), Entries=copies)
    platform.run_until_idle()

    assert len(platform.outside.mails) == 1


def test_a_message_that_comes_again_while_it_is_being_handled_waits_until_it_is_done(shop, platform):
    event = {"source": "omnibus.orders", "detail-type": "OrderShipped.v1", "detail": published()}
    answers = []

    def partner(_request):
        if not answers:
            answers.append(_second_worker(platform, event))
        return 204

    shop.prefer(webhook="https://partners.example/orders")
    platform.outside.answer("partners.example", partner)
    platform.client("sqs").send_message(QueueUrl=platform.find("WebhookQueue"), MessageBody=json.dumps(event))
    platform.run_until_idle()

    assert answers == [{"batchItemFailures": [{"itemIdentifier": "the-copy"}]}]
    assert len(platform.outside.calls) == 1


def _second_worker(platform, event):
    """What another worker of the webhook function answers to a copy of the message."""
    record = {"messageId": "the-copy", "body": json.dumps(event), "eventSource": "aws:sqs", "eventSourceARN": "a:queue"}
    answer = platform.client("lambda").invoke(
        FunctionName=platform.find("WebhookFunction"), Payload=json.dumps({"Records": [record]})
    )
    return json.loads(answer["Payload"].read())


def test_a_worker_that_is_killed_on_the_way_leaves_its_message_to_the_next_under_the_same_id(shop, platform, lake):
    killed = []

    def partner(_request):
        if not killed:
            killed.append(True)
            time.sleep(31)
        return 204

    shop.prefer(webhook="https://partners.example/orders")
    platform.outside.answer("partners.example", partner)
    shop.place()
    platform.run_until_idle()

    [sent] = lake.query("SELECT notification_id FROM notification_sent_v1")
    assert [call.headers["webhook-id"] for call in platform.outside.calls] == sent
    assert shop.dead_letters("WebhookDeadLetters") == []


def test_a_partner_who_answers_too_late_is_told_again_under_the_same_id(shop, platform, lake):
    seconds = iter([40, 6, 1])
    shop.prefer(webhook="https://partners.example/orders")
    platform.outside.answer("partners.example", lambda _: Answer(204, seconds=next(seconds)))

    shop.place()
    platform.run_until_idle()

    assert len(platform.outside.calls) == 3
    assert len({call.headers["webhook-id"] for call in platform.outside.calls}) == 1
    assert lake.query("SELECT channel FROM notification_sent_v1") == [["webhook"]]


def test_a_notification_that_was_sent_but_not_announced_is_announced_by_the_next_attempt(shop, platform, faults, lake):
    refusals = iter(range(4))

    def refuse(_params):
        if next(refusals, None) is not None:
            raise AwsError("InternalException", "The service has a problem", status=500)

    shop.prefer(sms="+15550000900")
    platform.publish(platform.find("Bus"), "omnibus.orders", "OrderShipped.v1", published())
    faults.before("events", "PutEvents", refuse)
    platform.run_until_idle()

    assert lake.query("SELECT channel FROM notification_sent_v1") == [["sms"]]
