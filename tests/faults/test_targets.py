"""A rule's target that is throttled, or gone: tried again for as long as AWS tries, and then kept."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest

from bus.local.errors import AwsError

DAY = timedelta(hours=24).total_seconds()


@pytest.fixture
def throttle(faults):
    """`throttle(3)`: the topic takes nothing at the next three attempts."""

    def begin(times: float) -> None:
        left = times

        def refuse(params: object) -> None:
            nonlocal left
            if "TopicArn" in params and left > 0:
                left -= 1
                raise AwsError("Throttled", "Rate exceeded", status=429)

        faults.before("sns", "Publish", refuse)

    return begin


def attempts(platform, name: str) -> list[tuple[float, str]]:
    """When and how each delivery to a target ended; `name` is a part of the target's ARN."""
    return [(hop.at, hop.outcome) for hop in platform.ledger.find("events", "deliver") if name in hop.resource]


def attributes_of(message) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def test_a_throttled_target_is_tried_again_at_growing_intervals_until_it_takes_the_event(shop, platform, throttle):
    shop.prefer(email="ada@customers.example")
    throttle(6)

    shop.place()
    platform.run_until_idle()

    times, outcomes = zip(*attempts(platform, "OrderNews"), strict=True)
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert outcomes == ("retry",) * 6 + ("ok",)
    assert all(2.0**n / 2 <= wait <= 2.0**n for n, wait in enumerate(waits))
    assert len(platform.outside.mails) == 1


def test_a_target_that_stays_throttled_costs_the_rule_a_dead_letter_after_its_185_retries(shop, platform, throttle):
    throttle(float("inf"))

    order = shop.place()
    platform.run_until_idle()

    [dead] = shop.dead_letters("RuleDeadLetters", "notifications")
    times, outcomes = zip(*attempts(platform, "OrderNews"), strict=True)
    assert json.loads(dead["Body"])["detail"]["data"]["order_id"] == order
    assert attributes_of(dead) == {
        "RULE_ARN": platform.stacks["notifications"].resources["OrderNewsRule"].attributes["Arn"],
        "TARGET_ARN": platform.find("OrderNews"),
        "ERROR_CODE": "THROTTLING",
        "ERROR_MESSAGE": "Rate exceeded",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "RETRY_ATTEMPTS": "185",
    }
    assert outcomes == ("retry",) * 185 + ("dead-letter",)
    assert times[-1] - times[0] <= DAY


def test_a_throttled_target_holds_up_no_other_rule(shop, platform, lake, throttle):
    throttle(float("inf"))

    order = shop.place()
    platform.advance(timedelta(minutes=1))

    assert lake.query("SELECT order_id FROM order_placed") == [[order]]


def test_a_target_that_is_gone_is_not_tried_again(shop, platform):
    topic = platform.find("OrderNews")
    platform.client("sns").delete_topic(TopicArn=topic)

    shop.place()
    platform.run_until_idle()

    [dead] = shop.dead_letters("RuleDeadLetters", "notifications")
    told = attributes_of(dead)
    assert [outcome for _, outcome in attempts(platform, "OrderNews")] == ["dead-letter"]
    assert (told["ERROR_CODE"], told["TARGET_ARN"], told["RETRY_ATTEMPTS"]) == ("NO_RESOURCE", topic, "0")
    assert "EXHAUSTED_RETRY_CONDITION" not in told


def test_a_stream_that_is_gone_costs_the_lake_its_events_and_the_customer_nothing(shop, platform):
    shop.prefer(email="ada@customers.example")
    platform.client("kinesis").delete_stream(StreamName=platform.find("Events"))

    shop.place()
    platform.run_until_idle()

    dead = shop.dead_letters("RuleDeadLetters", "analytics")
    assert [json.loads(message["Body"])["detail-type"] for message in dead] == ["OrderPlaced.v1", "NotificationSent.v1"]
    assert {attributes_of(message)["ERROR_CODE"] for message in dead} == {"NO_RESOURCE"}
    assert len(platform.outside.mails) == 1


def test_a_subscribed_queue_that_is_gone_costs_its_channel_dead_letters_and_the_others_nothing(shop, platform):
    shop.prefer(email="ada@customers.example", webhook="https://partners.example/orders")
    platform.outside.answer("partners.example", lambda _: 204)
    platform.client("sqs").delete_queue(QueueUrl=platform.find("EmailQueue"))

    order = shop.place()
    platform.run_until_idle()

    [dead] = shop.dead_letters("SubscriptionDeadLetters")
    event = json.loads(json.loads(dead["Body"])["Message"])
    assert event["detail"]["data"]["order_id"] == order
    assert platform.outside.mails == []
    assert len(platform.outside.calls) == 1


def test_a_stream_that_is_gone_before_it_was_read_holds_nothing_else_up(shop, platform):
    shop.prefer(email="ada@customers.example")
    shop.place()
    platform.advance(timedelta(milliseconds=1))
    shop.place()
    platform.advance(timedelta(milliseconds=1))

    platform.client("kinesis").delete_stream(StreamName=platform.find("Events"))
    platform.run_until_idle()

    assert len(platform.outside.mails) == 2
