"""What becomes of a message that cannot be delivered."""

import json
from collections.abc import Callable
from typing import Any

from bus.local.plane import Plane
from bus.local.sns import SnsRoom
from bus.local.sns.phases import AWS_MANAGED
from tests.local.topics.cases import OverloadedLambda, queue, received, subscribe


def test_a_deleted_queue_is_given_up_at_once_for_the_dead_letters(plane: Plane, sns: Any, topic: str):
    url, dead_letters = queue(plane, "dead")
    subscribe(sns, topic, plane.arn("sqs", "gone"), RedrivePolicy={"deadLetterTargetArn": dead_letters})

    with plane.ledger.following("event-1"):
        sns.publish(TopicArn=topic, Message="hello")
    [message] = received(plane, url)

    assert json.loads(message["Body"])["Message"] == "hello"
    assert [(hop.service, hop.action, hop.outcome) for hop in plane.ledger.of("event-1")][:3] == [
        ("sns", "Publish", "ok"),
        ("sqs", "SendMessage", "ok"),
        ("sns", "deliver", "dead-letter"),
    ]


def test_without_dead_letters_what_cannot_be_delivered_is_lost_and_the_ledger_says_so(
    plane: Plane, sns: Any, topic: str
):
    subscribe(sns, topic, plane.arn("sqs", "gone"))

    sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_until_idle()

    assert [hop.outcome for hop in plane.ledger.find("sns", "deliver")] == ["lost"]


def test_an_overloaded_function_is_tried_again_by_the_policy_of_aws(plane_with: Callable[..., Plane]):
    plane = plane_with(SnsRoom, OverloadedLambda)
    topic = plane.call("sns", "CreateTopic", Name="news")["TopicArn"]
    arn = plane.arn("lambda", "function:guard")
    plane.call("sns", "Subscribe", TopicArn=topic, Protocol="lambda", Endpoint=arn)
    start = plane.clock.time()

    plane.call("sns", "Publish", TopicArn=topic, Message="hello")
    plane.engine.run_until_idle()

    deliveries = plane.ledger.find("sns", "deliver")
    assert [hop.at - start for hop in deliveries] == [0, 0, 0, 0, 1, 2, 3]
    assert [hop.outcome for hop in deliveries] == ["retry"] * 6 + ["ok"]


def test_the_delivery_policy_takes_23_days():
    assert AWS_MANAGED.retries == 100_015
    delays = [AWS_MANAGED.delay_before(retry) for retry in range(1, AWS_MANAGED.retries + 1)]

    assert delays[:6] == [0, 0, 0, 1, 1, 1]
    assert delays[14:16] == [20, 20]
    assert sum(delays) // 86_400 == 23
