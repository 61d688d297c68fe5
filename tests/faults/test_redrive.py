"""What waits in a dead-letter queue is handled once the fault is gone: each message, once."""

import json
from datetime import UTC, datetime, timedelta

from bus.local.errors import AwsError


def test_dead_letters_that_are_sent_again_are_handled_once_the_function_is_repaired(shop, platform, faults, redrive):
    repair = faults.deploy("EmailFunction", "import a_package_that_the_bundle_lacks\n")
    shop.prefer(email="ada@customers.example")
    orders = {shop.place() for _ in range(12)}
    platform.run_until_idle()

    repair()
    moved = redrive("EmailDeadLetters", "EmailQueue")
    platform.run_until_idle()

    assert moved == len(orders)
    assert len(platform.outside.mails) == len(orders)
    assert all(any(order in mail.subject for mail in platform.outside.mails) for order in orders)
    assert shop.dead_letters("EmailDeadLetters") == []


def test_dead_letters_that_are_sent_again_too_early_come_back(shop, platform, faults, redrive):
    faults.deploy("EmailFunction", "import a_package_that_the_bundle_lacks\n")
    shop.place()
    platform.run_until_idle()

    redrive("EmailDeadLetters", "EmailQueue")
    platform.run_until_idle()

    assert len(shop.dead_letters("EmailDeadLetters")) == 1


def test_a_dead_letter_that_was_handled_after_all_has_no_second_effect(shop, platform, redrive):
    shop.prefer(email="ada@customers.example")
    shop.place()
    platform.run_until_idle()
    done = json.dumps({"source": "omnibus.orders", "detail-type": "OrderPlaced.v1", "detail": _detail(platform)})
    platform.client("sqs").send_message(QueueUrl=platform.find("EmailDeadLetters"), MessageBody=done)

    redrive("EmailDeadLetters", "EmailQueue")
    platform.run_until_idle()

    assert len(platform.outside.mails) == 1


def test_the_rules_dead_letters_can_be_published_again_by_a_replay(shop, platform, faults):
    def refuse(params):
        if "TopicArn" in params:
            raise AwsError("AuthorizationError", "The policy has gone missing", status=403)

    shop.prefer(email="ada@customers.example")
    faults.before("sns", "Publish", refuse)
    shop.place()
    platform.run_until_idle()
    faults.repair("sns", "Publish")

    replay(platform)

    assert len(shop.dead_letters("RuleDeadLetters", "notifications")) == 1
    assert len(platform.outside.mails) == 1


def test_a_replay_tells_no_customer_twice_and_reaches_the_table_twice_and_the_view_once(shop, platform, lake):
    shop.prefer(email="ada@customers.example", sms="+15550000900", webhook="https://partners.example/orders")
    platform.outside.answer("partners.example", lambda _: 204)
    order = shop.place()
    shop.pay(order)
    shop.ship(order)
    platform.run_until_idle()
    platform.advance(timedelta(days=7))
    left = _left(platform)

    replay(platform)

    assert _left(platform) == left == (3, 1, 3)
    assert lake.query("SELECT count(*), count(DISTINCT event_id) FROM order_placed_v1") == [[2, 1]]
    assert lake.query("SELECT count(*), count(DISTINCT event_id) FROM notification_sent_v1") == [[14, 7]]
    assert lake.query("SELECT order_id FROM order_placed") == [[order]]
    assert lake.query("SELECT count(*) FROM notification_sent") == [[7]]


def replay(platform) -> None:
    """Publish everything in the archive again."""
    events = platform.client("events")
    bus = platform.stacks["infra"].resources["Bus"].attributes["Arn"]
    archive = platform.stacks["infra"].resources["Archive"].attributes["Arn"]
    events.start_replay(
        ReplayName="everything",
        EventSourceArn=archive,
        EventStartTime=datetime(2025, 12, 31, tzinfo=UTC),
        EventEndTime=datetime(2026, 12, 31, tzinfo=UTC),
        Destination={"Arn": bus},
    )
    platform.run_until_idle()
    assert events.describe_replay(ReplayName="everything")["State"] == "COMPLETED"


def _left(platform) -> tuple[int, int, int]:
    outside = platform.outside
    return len(outside.mails), len(outside.texts), len(outside.calls)


def _detail(platform):
    """What the outbox holds of the only order."""
    items = platform.client("dynamodb").scan(TableName=platform.find("Table"))["Items"]
    [detail] = [item["detail"]["S"] for item in items if item["kind"]["S"] == "outbox"]
    return json.loads(detail)
