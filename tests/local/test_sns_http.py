"""Topics with HTTP endpoints: confirmation, what is posted, what is tried again and when."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from bus.local.outside import Answer, Outside, Request
from bus.local.plane import Plane
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom

URL = "https://hooks.example/sns"


class Hook:
    """An HTTP endpoint: answers with its `answers` in turn, the last of them for ever."""

    def __init__(self, plane: Plane) -> None:
        self.answers: list[Answer | int] = [200]
        self.requests: list[Request] = []
        self.start = plane.clock.time()
        Outside.of(plane).answer("hooks.example", self.take)

    def take(self, request: Request) -> Answer | int:
        self.requests.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def documents(self) -> list[Any]:
        return [json.loads(request.body) for request in self.requests]

    def times(self) -> list[float]:
        return [request.at - self.start for request in self.requests]


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(Outside, SqsRoom, SnsRoom)


@pytest.fixture
def sns(plane: Plane):
    return boto3.client("sns", region_name=plane.region)


@pytest.fixture
def topic(sns: Any):
    return sns.create_topic(Name="news")["TopicArn"]


@pytest.fixture
def hook(plane: Plane):
    return Hook(plane)


def subscribe(sns: Any, topic: str, **attributes: Any):
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in attributes.items()}
    wanted: dict[str, Any] = {"TopicArn": topic, "Protocol": "https", "Endpoint": URL, "Attributes": texts}
    return sns.subscribe(**wanted, ReturnSubscriptionArn=True)["SubscriptionArn"]


def confirmed(plane: Plane, sns: Any, topic: str, hook: Hook, **attributes: Any):
    """A confirmed subscription, and a hook that has forgotten how it came about."""
    subscription = subscribe(sns, topic, **attributes)
    plane.engine.run_until_idle()
    sns.confirm_subscription(TopicArn=topic, Token=hook.documents()[-1]["Token"])
    hook.requests.clear()
    return subscription


def test_an_endpoint_is_asked_to_confirm(plane: Plane, sns: Any, topic: str, hook: Hook):
    subscribe(sns, topic)
    sns.publish(TopicArn=topic, Message="too early")
    plane.engine.run_until_idle()

    [request], [document] = hook.requests, hook.documents()
    assert (request.method, request.url) == ("POST", URL)
    assert request.headers == {
        "x-amz-sns-message-type": "SubscriptionConfirmation",
        "x-amz-sns-message-id": document["MessageId"],
        "x-amz-sns-topic-arn": topic,
        "content-type": "text/plain; charset=UTF-8",
        "user-agent": "Amazon Simple Notification Service Agent",
        "accept-encoding": "gzip,deflate",
    }
    assert (document["Type"], document["TopicArn"]) == ("SubscriptionConfirmation", topic)
    assert document["Message"] == (
        f"You have chosen to subscribe to the topic {topic}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message."
    )
    assert document["SubscribeURL"].endswith(f"TopicArn={topic}&Token={document['Token']}")
    assert document.keys() >= {"Timestamp", "SignatureVersion", "Signature", "SigningCertURL"}


def test_a_confirmed_endpoint_gets_notifications(plane: Plane, sns: Any, topic: str, hook: Hook):
    subscription = confirmed(plane, sns, topic, hook)

    message_id = sns.publish(TopicArn=topic, Message="hello", Subject="News")["MessageId"]
    plane.engine.run_until_idle()

    [request], [document] = hook.requests, hook.documents()
    assert request.headers["x-amz-sns-message-type"] == "Notification"
    assert request.headers["x-amz-sns-message-id"] == message_id
    assert request.headers["x-amz-sns-subscription-arn"] == subscription
    assert "x-amz-sns-rawdelivery" not in request.headers
    assert (document["Type"], document["Message"], document["Subject"]) == ("Notification", "hello", "News")
    described = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert (described["PendingConfirmation"], described["ConfirmationWasAuthenticated"]) == ("false", "true")


def test_visiting_the_link_confirms_without_authentication(plane: Plane, sns: Any, topic: str, hook: Hook):
    subscription = subscribe(sns, topic)
    plane.engine.run_until_idle()

    answer = Outside.of(plane).call("GET", hook.documents()[0]["SubscribeURL"], {}, b"")

    assert answer is not None
    assert answer.status == 200
    assert f"<SubscriptionArn>{subscription}</SubscriptionArn>".encode() in answer.body
    described = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert (described["PendingConfirmation"], described["ConfirmationWasAuthenticated"]) == ("false", "false")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("Action=ConfirmSubscription&Token=short", 400, "InvalidParameter"),
        ("Action=Unsubscribe&SubscriptionArn=short", 400, "InvalidParameter"),
        ("Action=Shout", 400, "InvalidAction"),
    ],
)
def test_a_link_that_is_none_is_answered_with_an_error(plane: Plane, query: str, status: int, code: str):
    answer = Outside.of(plane).call("GET", f"https://sns.us-east-1.amazonaws.com/?{query}", {}, b"")

    assert answer is not None
    assert (answer.status, f"<Code>{code}</Code>".encode() in answer.body) == (status, True)


def test_a_token_is_valid_for_its_topic_and_for_two_days(plane: Plane, sns: Any, topic: str, hook: Hook):
    subscribe(sns, topic)
    plane.engine.run_until_idle()
    token = hook.documents()[0]["Token"]
    other = sns.create_topic(Name="other")["TopicArn"]

    with pytest.raises(sns.exceptions.InvalidParameterException, match="Invalid parameter: Topic"):
        sns.confirm_subscription(TopicArn=other, Token=token)
    plane.engine.run_to(plane.clock.time() + 2 * 86_400 + 1)
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Invalid parameter: Token"):
        sns.confirm_subscription(TopicArn=topic, Token=token)


def test_subscribing_again_sends_another_confirmation(plane: Plane, sns: Any, topic: str, hook: Hook):
    assert subscribe(sns, topic) == subscribe(sns, topic)
    plane.engine.run_until_idle()

    assert len({document["Token"] for document in hook.documents()}) == 2


def test_an_endpoint_hears_of_its_unsubscription_and_may_take_it_back(plane: Plane, sns: Any, topic: str, hook: Hook):
    subscription = confirmed(plane, sns, topic, hook)

    sns.unsubscribe(SubscriptionArn=subscription)
    plane.engine.run_until_idle()
    [document] = hook.documents()
    Outside.of(plane).call("GET", document["SubscribeURL"], {}, b"")

    assert hook.requests[0].headers["x-amz-sns-message-type"] == "UnsubscribeConfirmation"
    assert hook.requests[0].headers["x-amz-sns-subscription-arn"] == subscription
    assert document["Message"].startswith(f"You have chosen to deactivate subscription {subscription}.\n")
    [listed] = sns.list_subscriptions()["Subscriptions"]
    assert listed["SubscriptionArn"] == subscription


def test_a_subscription_that_wants_authentication_is_not_ended_by_a_link(
    plane: Plane, sns: Any, topic: str, hook: Hook
):
    subscription = subscribe(sns, topic)
    plane.engine.run_until_idle()
    token = hook.documents()[0]["Token"]
    sns.confirm_subscription(TopicArn=topic, Token=token, AuthenticateOnUnsubscribe="true")
    sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_until_idle()

    answer = Outside.of(plane).call("GET", hook.documents()[-1]["UnsubscribeURL"], {}, b"")

    assert answer is not None
    assert answer.status == 403
    assert len(sns.list_subscriptions()["Subscriptions"]) == 1
    sns.unsubscribe(SubscriptionArn=subscription)
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_raw_delivery_posts_the_message_and_no_attributes(plane: Plane, sns: Any, topic: str, hook: Hook):
    policy = {"requestPolicy": {"headerContentType": "text/csv"}}
    confirmed(plane, sns, topic, hook, RawMessageDelivery="true", DeliveryPolicy=policy)

    sns.publish(
        TopicArn=topic, Message="a,b", MessageAttributes={"kind": {"DataType": "String", "StringValue": "order"}}
    )
    plane.engine.run_until_idle()

    [request] = hook.requests
    assert request.body == b"a,b"
    assert (request.headers["x-amz-sns-rawdelivery"], request.headers["content-type"]) == ("true", "text/csv")


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_client_side_error_is_not_retried(plane: Plane, sns: Any, topic: str, hook: Hook, status: int):
    confirmed(plane, sns, topic, hook)
    hook.answers = [status]

    sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_until_idle()

    assert len(hook.requests) == 1
    assert [hop.outcome for hop in plane.ledger.find("sns", "deliver")][1:] == ["lost"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_by_default_there_are_three_retries_20_seconds_apart_with_the_same_message_id(
    plane: Plane, sns: Any, topic: str, hook: Hook, status: int
):
    confirmed(plane, sns, topic, hook)
    hook.answers = [status]

    sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_until_idle()

    assert hook.times() == [0, 20, 40, 60]
    assert len({request.headers["x-amz-sns-message-id"] for request in hook.requests}) == 1
    outcomes = [hop.outcome for hop in plane.ledger.find("sns", "deliver")]
    assert outcomes == ["ok", "retry", "retry", "retry", "lost"]


def test_an_endpoint_has_15_seconds_to_answer(plane: Plane, sns: Any, topic: str, hook: Hook):
    confirmed(plane, sns, topic, hook)
    hook.answers = [Answer(200, seconds=16), Answer(200, seconds=14)]

    with plane.ledger.following("event-1"):
        sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_to(hook.start + 1)
    [place] = plane.rooms["sns"].whereabouts("event-1")
    plane.engine.run_until_idle()

    assert (place.state, place.until) == ("in flight", hook.start + 15)
    assert hook.times() == [0, 35]
    assert [hop.at - hook.start for hop in plane.ledger.find("sns", "deliver", "ok")][1:] == [49]


def test_confirmations_are_tried_again_too(plane: Plane, sns: Any, topic: str, hook: Hook):
    hook.answers = [500, 200]

    subscribe(sns, topic)
    plane.engine.run_until_idle()

    assert hook.times() == [0, 20]
    assert len({document["Token"] for document in hook.documents()}) == 1


def test_a_host_that_nobody_answers_for_is_tried_again_and_ends_in_the_dead_letters(plane: Plane, sns: Any, topic: str):
    url = plane.call("sqs", "CreateQueue", QueueName="dead")["QueueUrl"]
    subscription = subscribe(sns, topic, RedrivePolicy={"deadLetterTargetArn": plane.arn("sqs", "dead")})
    hook = Hook(plane)
    plane.engine.run_until_idle()
    sns.confirm_subscription(TopicArn=topic, Token=hook.documents()[0]["Token"])
    Outside.of(plane).forget("hooks.example")

    with plane.ledger.following("event-1"):
        sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_to(plane.clock.time() + 30)
    [place] = plane.rooms["sns"].whereabouts("event-1")
    plane.engine.run_until_idle()

    assert (place.resource, place.state, place.until) == (subscription, "waiting to retry", hook.start + 40)
    assert place.note == f"attempt 3 to {URL}"
    [letter] = plane.call("sqs", "ReceiveMessage", QueueUrl=url)["Messages"]
    assert json.loads(letter["Body"])["Message"] == "hello"
    assert list(plane.rooms["sns"].whereabouts("event-1")) == []


def test_a_topics_policy_holds_for_its_subscriptions_and_may_forbid_their_own(
    plane: Plane, sns: Any, topic: str, hook: Hook
):
    retry = {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 2}
    http = {"defaultHealthyRetryPolicy": retry, "disableSubscriptionOverrides": True}
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=json.dumps({"http": http}))
    confirmed(plane, sns, topic, hook, DeliveryPolicy={"healthyRetryPolicy": {"numRetries": 0}})
    hook.answers = [500]

    sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_until_idle()

    assert hook.times() == [0, 1, 2]


def test_a_throttle_policy_spaces_deliveries_out(plane: Plane, sns: Any, topic: str, hook: Hook):
    confirmed(plane, sns, topic, hook, DeliveryPolicy={"throttlePolicy": {"maxReceivesPerSecond": 2}})

    plane.engine.run_to(plane.clock.time() + 10)
    for number in range(4):
        sns.publish(TopicArn=topic, Message=str(number))
    plane.engine.run_until_idle()

    assert hook.times() == [10, 10.5, 11, 11.5]


def test_an_ended_subscription_is_not_tried_again(plane: Plane, sns: Any, topic: str, hook: Hook):
    subscription = confirmed(plane, sns, topic, hook)
    hook.answers = [500]
    sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_to(plane.clock.time() + 25)
    hook.answers = [200]

    sns.unsubscribe(SubscriptionArn=subscription)
    plane.engine.run_until_idle()

    assert [document["Type"] for document in hook.documents()] == ["Notification"] * 2 + ["UnsubscribeConfirmation"]
    assert [hop.outcome for hop in plane.ledger.find("sns", "deliver")][-1] == "dropped"
