"""Topics with HTTP endpoints, whose answers take real time."""

import json
from typing import Any

import pytest

from bus.local.outside import Answer
from tests.local.waits.queues import Queue
from tests.local.waits.world import Ground

URL = "https://hooks.example/sns"
RETRY = {"numRetries": 2, "minDelayTarget": 5, "maxDelayTarget": 5}


@pytest.fixture
def topic(real: Ground) -> str:
    return str(real.call("sns", "CreateTopic", Name="news")["TopicArn"])


def subscribed(real: Ground, topic: str, **attributes: Any) -> str:
    """A subscription that its endpoint has confirmed."""
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in attributes.items()}
    given = {
        "TopicArn": topic,
        "Protocol": "https",
        "Endpoint": URL,
        "Attributes": texts,
        "ReturnSubscriptionArn": True,
    }
    arn = real.call("sns", "Subscribe", **given)["SubscriptionArn"]
    token = json.loads(real.world.answer(200).body)["Token"]
    real.call("sns", "ConfirmSubscription", TopicArn=topic, Token=token)
    return str(arn)


def publish(real: Ground, topic: str, message: str = "hello", event_id: str | None = None) -> None:
    with real.plane.ledger.following(event_id):
        real.call("sns", "Publish", TopicArn=topic, Message=message)


def outcomes(real: Ground) -> list[tuple[str, int, float]]:
    """Of each delivery the outcome, the attempt and when it was known, in seconds from the first."""
    hops = real.plane.ledger.find("sns", "deliver")
    return [(hop.outcome, hop.attempt, hop.at - hops[0].at) for hop in hops]


def test_a_delivery_is_done_when_its_answer_is_there(real: Ground, topic: str):
    arn = subscribed(real, topic)
    publish(real, topic, event_id="event-1")

    [place] = real.plane.rooms["sns"].whereabouts("event-1")
    [out] = real.world.out
    assert (place.resource, place.state, place.until) == (arn, "in flight", None)
    assert (out.request.url, out.timeout, json.loads(out.request.body)["Message"]) == (URL, 15.0, "hello")
    confirmed = len(outcomes(real))
    real.pass_(2)
    real.world.answer(Answer(200, seconds=2))

    [hop] = real.plane.ledger.find("sns", "deliver")[confirmed:]
    assert (hop.outcome, hop.event_id, hop.at) == ("ok", "event-1", out.request.at + 2)
    [call] = [hop for hop in real.plane.ledger.of("event-1") if hop.service == "outside"]
    assert (call.action, call.outcome, call.at) == ("call", "ok", out.request.at + 2)
    assert list(real.plane.rooms["sns"].whereabouts("event-1")) == []
    assert real.world.out == []


def test_what_failed_is_tried_again_from_when_the_failure_came(real: Ground, topic: str):
    subscribed(real, topic, DeliveryPolicy={"healthyRetryPolicy": RETRY})
    publish(real, topic, event_id="event-1")
    confirmed = len(outcomes(real))

    real.pass_(4)
    real.world.answer(Answer(503, seconds=4))
    real.pass_(4.9)
    assert real.world.out == []
    real.pass_(0.1)
    real.world.answer(200)

    assert [each[:2] for each in outcomes(real)[confirmed:]] == [("retry", 1), ("ok", 2)]
    assert {hop.event_id for hop in real.plane.ledger.find("sns", "deliver")[confirmed:]} == {"event-1"}


@pytest.mark.parametrize(("how", "code"), [("late", "Timeout"), ("unreachable", "Unreachable"), ("busy", "503")])
def test_a_message_that_no_attempt_delivers_goes_to_the_dead_letters(real: Ground, topic: str, how: str, code: str):
    dead = Queue.made(real, "dead")
    redrive = {"deadLetterTargetArn": real.plane.arn("sqs", "dead")}
    subscribed(real, topic, RedrivePolicy=redrive, DeliveryPolicy={"healthyRetryPolicy": RETRY})
    publish(real, topic, event_id="event-1")
    confirmed, start = len(outcomes(real)), real.plane.clock.time()

    for _ in range(3):
        if how == "late":
            real.pass_(15)
            real.world.time_out()
        else:
            real.world.answer(503 if how == "busy" else None)
        real.pass_(5)

    taken = 45 if how == "late" else 0
    hops = real.plane.ledger.find("sns", "deliver")[confirmed:]
    assert [(hop.outcome, hop.note) for hop in hops] == [("retry", code), ("retry", code), ("dead-letter", code)]
    assert hops[-1].at - start == taken + 10
    assert [json.loads(message["Body"])["Message"] for message in dead.receive()] == ["hello"]


def test_an_answer_that_says_no_is_not_asked_again(real: Ground, topic: str):
    subscribed(real, topic)
    publish(real, topic)

    real.world.answer(404)
    real.pass_(3600)

    assert (outcomes(real)[-1][0], real.world.out) == ("lost", [])


def test_whoever_is_asked_to_confirm_is_asked_again_when_it_cannot_be_reached(real: Ground, topic: str):
    given = {"TopicArn": topic, "Protocol": "https", "Endpoint": URL, "ReturnSubscriptionArn": True}
    arn = real.call("sns", "Subscribe", **given)["SubscriptionArn"]

    first = real.world.answer(None)
    real.pass_(20)
    second = real.world.answer(200)

    assert first.body == second.body
    token = json.loads(second.body)["Token"]
    real.call("sns", "ConfirmSubscription", TopicArn=topic, Token=token)
    shown = real.call("sns", "GetSubscriptionAttributes", SubscriptionArn=arn)["Attributes"]
    assert shown["PendingConfirmation"] == "false"


def test_a_retry_finds_that_the_subscription_has_ended_meanwhile(real: Ground, topic: str):
    arn = subscribed(real, topic)
    publish(real, topic)
    real.pass_(1)

    real.call("sns", "Unsubscribe", SubscriptionArn=arn)
    real.world.answer(503)
    farewell = real.world.answer(200)
    real.pass_(20)

    assert json.loads(farewell.body)["Type"] == "UnsubscribeConfirmation"
    assert [hop.note for hop in real.plane.ledger.find("sns", "deliver", "dropped")] == ["unsubscribed"]
    assert real.world.out == []
