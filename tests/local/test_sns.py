"""Topics: who gets what, in which form, and what becomes of what cannot be delivered."""

import json
from collections.abc import Callable
from typing import Any, ClassVar

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import AwsError, UnsupportedResourceError
from bus.local.operations import Params, Response, operation
from bus.local.outside import Outside
from bus.local.plane import Plane
from bus.local.resources import Resource
from bus.local.sns import SnsRoom
from bus.local.sns.phases import AWS_MANAGED
from bus.local.sqs import SqsRoom


class RecordingLambda:
    """Takes asynchronous invocations; fails the first `failures` of them as an overloaded service does."""

    service: ClassVar[str] = "lambda"
    failures: ClassVar[int] = 0

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.invocations: list[Params] = []
        self.left = self.failures

    @operation("Invoke")
    def invoke(self, params: Params) -> Response:
        if self.left:
            self.left -= 1
            raise AwsError("ServiceException", "try again", status=500)
        self.invocations.append(params)
        return {"StatusCode": 202, "Payload": b""}


class OverloadedLambda(RecordingLambda):
    failures: ClassVar[int] = 6


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(Outside, SqsRoom, SnsRoom, RecordingLambda)


@pytest.fixture
def sns(plane: Plane):
    return boto3.client("sns", region_name=plane.region)


@pytest.fixture
def topic(sns: Any):
    return sns.create_topic(Name="news")["TopicArn"]


def queue(plane: Plane, name: str = "mails"):
    url = plane.call("sqs", "CreateQueue", QueueName=name)["QueueUrl"]
    return url, plane.arn("sqs", name)


def received(plane: Plane, url: str):
    plane.engine.run_until_idle()
    answer = plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    return answer.get("Messages", [])


def subscribe(sns: Any, topic: str, endpoint: Any, protocol: Any = "sqs", **attributes: Any):
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in attributes.items()}
    return sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=texts)["SubscriptionArn"]


def test_a_queue_gets_the_notification_in_its_envelope(plane: Plane, sns: Any, topic: str):
    url, arn = queue(plane)
    subscription = subscribe(sns, topic, arn)

    published = sns.publish(
        TopicArn=topic,
        Message="hello",
        Subject="News",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "order"}},
    )

    [message] = received(plane, url)
    envelope = json.loads(message["Body"])
    assert list(envelope) == [
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
        "UnsubscribeURL",
        "MessageAttributes",
    ]
    assert (envelope["Type"], envelope["MessageId"], envelope["TopicArn"]) == (
        "Notification",
        published["MessageId"],
        topic,
    )
    assert (envelope["Subject"], envelope["Message"], envelope["Timestamp"]) == (
        "News",
        "hello",
        "2026-01-01T00:00:00.000Z",
    )
    assert envelope["UnsubscribeURL"].endswith(f"SubscriptionArn={subscription}")
    assert envelope["MessageAttributes"] == {"kind": {"Type": "String", "Value": "order"}}


def test_raw_delivery_leaves_the_message_and_its_attributes_as_they_are(plane: Plane, sns: Any, topic: str):
    url, arn = queue(plane)
    subscribe(sns, topic, arn, RawMessageDelivery="true")
    attributes = {"kind": {"DataType": "String", "StringValue": "order"}}

    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)

    [message] = received(plane, url)
    assert (message["Body"], message["MessageAttributes"]) == ("hello", attributes)


def test_a_function_is_invoked_with_the_event_of_aws(plane: Plane, sns: Any, topic: str):
    arn = plane.arn("lambda", "function:guard")
    subscription = subscribe(sns, topic, arn, "lambda")

    sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_until_idle()

    [invocation] = plane.rooms["lambda"].invocations
    [record] = json.loads(invocation["Payload"])["Records"]
    assert (invocation["FunctionName"], invocation["InvocationType"]) == (arn, "Event")
    assert (record["EventSource"], record["EventSubscriptionArn"]) == ("aws:sns", subscription)
    assert (record["Sns"]["Message"], record["Sns"]["Subject"]) == ("hello", None)


def test_a_message_may_differ_by_protocol(plane: Plane, sns: Any, topic: str):
    url, arn = queue(plane)
    subscribe(sns, topic, arn, RawMessageDelivery="true")

    sns.publish(TopicArn=topic, MessageStructure="json", Message=json.dumps({"default": "any", "sqs": "queued"}))

    assert [message["Body"] for message in received(plane, url)] == ["queued"]


def test_a_filter_policy_over_attributes_lets_through_what_matches(plane: Plane, sns: Any, topic: str):
    url, arn = queue(plane)
    subscribe(
        sns, topic, arn, RawMessageDelivery="true", FilterPolicy={"kind": ["order"], "price": [{"numeric": [">", 5]}]}
    )

    for kind, price in [("order", "10"), ("order", "1"), ("refund", "10")]:
        attributes = {
            "kind": {"DataType": "String", "StringValue": kind},
            "price": {"DataType": "Number", "StringValue": price},
        }
        sns.publish(TopicArn=topic, Message=f"{kind} {price}", MessageAttributes=attributes)

    assert [message["Body"] for message in received(plane, url)] == ["order 10"]
    assert [hop.outcome for hop in plane.ledger.find("sns", "deliver")] == ["filtered", "filtered", "ok"]


def test_a_filter_policy_over_the_body_lets_through_what_matches_and_is_json(plane: Plane, sns: Any, topic: str):
    url, arn = queue(plane)
    subscribe(
        sns, topic, arn, RawMessageDelivery="true", FilterPolicyScope="MessageBody", FilterPolicy={"a": {"b": ["c"]}}
    )

    for message in ('{"a": {"b": "c"}}', '{"a": {"b": "d"}}', "no json"):
        sns.publish(TopicArn=topic, Message=message)

    assert [message["Body"] for message in received(plane, url)] == ['{"a": {"b": "c"}}']


def test_a_filter_policy_can_be_changed(plane: Plane, sns: Any, topic: str):
    url, arn = queue(plane)
    subscription = subscribe(sns, topic, arn, RawMessageDelivery="true", FilterPolicy={"kind": ["order"]})

    sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue="{}")
    sns.publish(TopicArn=topic, Message="anything")

    assert len(received(plane, url)) == 1


@pytest.mark.parametrize(
    "attributes",
    [
        {"FilterPolicy": {"kind": [{"startswith": "o"}]}},
        {"FilterPolicy": "no json"},
        {"FilterPolicyScope": "MessageHead"},
        {"RedrivePolicy": {"deadLetterTargetArn": "somewhere"}},
        {"RawMessageDelivery": "maybe"},
        {"Colour": "red"},
    ],
)
def test_a_subscription_that_sns_refuses_is_refused(plane: Plane, sns: Any, topic: str, attributes: Any):
    with pytest.raises(sns.exceptions.InvalidParameterException):
        subscribe(sns, topic, plane.arn("sqs", "mails"), **attributes)


def test_a_filter_policy_is_refused_in_the_words_of_sns(plane: Plane, sns: Any, topic: str):
    wrong = {"FilterPolicy": {"key": {"suffix": "value"}}, "FilterPolicyScope": "MessageBody"}
    source = '[Source: (String)"{"key": {"suffix": "value"}}"; line: 1, column: 21]'
    reason = f'FilterPolicy: "suffix" must be an object or an array\n at {source}'
    subscription = subscribe(sns, topic, plane.arn("sqs", "mails"), FilterPolicyScope="MessageBody")

    with pytest.raises(ClientError) as subscribing:
        subscribe(sns, topic, plane.arn("sqs", "others"), **wrong)
    with pytest.raises(ClientError) as changing:
        sns.set_subscription_attributes(
            SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue=json.dumps(wrong["FilterPolicy"])
        )

    assert subscribing.value.response["Error"]["Message"] == f"Invalid parameter: Attributes Reason: {reason}"
    assert changing.value.response["Error"]["Message"] == f"Invalid parameter: {reason}"


def test_a_protocol_that_is_not_done_is_a_clear_error(sns: Any, topic: str):
    with pytest.raises(ClientError, match="does not do subscriptions of mobile applications"):
        subscribe(sns, topic, "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/app/1", "application")


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


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ({"Message": ""}, "Invalid parameter: Empty message"),
        ({"Message": "x" * 262_145}, "Invalid parameter: Message too long"),
        ({"Message": "x", "Subject": "two\nlines"}, "Invalid parameter: Subject"),
        ({"Message": "{}", "MessageStructure": "json"}, "No default entry in JSON message body"),
        ({"Message": "{", "MessageStructure": "json"}, "JSON message body failed to parse"),
    ],
)
def test_a_message_that_sns_refuses_is_refused(sns: Any, topic: str, message: Any, sentence: str):
    with pytest.raises(sns.exceptions.InvalidParameterException, match=sentence):
        sns.publish(TopicArn=topic, **message)


def test_publishing_to_no_topic_is_not_found(sns: Any):
    with pytest.raises(sns.exceptions.NotFoundException, match="Topic does not exist"):
        sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:nowhere", Message="x")


def test_a_batch_reports_each_entry_by_itself(plane: Plane, sns: Any, topic: str):
    url, arn = queue(plane)
    subscribe(sns, topic, arn)

    answer = sns.publish_batch(
        TopicArn=topic,
        PublishBatchRequestEntries=[{"Id": "good", "Message": "hello"}, {"Id": "bad", "Message": ""}],
    )

    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert [(entry["Id"], entry["Code"]) for entry in answer["Failed"]] == [("bad", "InvalidParameter")]
    assert len(received(plane, url)) == 1


def test_a_text_message_goes_outside(plane: Plane, sns: Any):
    with plane.ledger.following("event-1"):
        message_id = sns.publish(PhoneNumber="+15550000900", Message="Your order is on its way")["MessageId"]

    [text] = Outside.of(plane).texts
    assert (text.to, text.body, text.message_id) == ("+15550000900", "Your order is on its way", message_id)
    assert [hop.service for hop in plane.ledger.of("event-1")] == ["sns", "outside"]


@pytest.mark.parametrize("number", ["+1555", "15550000900", "+1555000090000", "nobody"])
def test_a_number_that_is_none_is_refused_as_sns_does(sns: Any, number: str):
    with pytest.raises(sns.exceptions.InvalidParameterException) as caught:
        sns.publish(PhoneNumber=number, Message="hello")

    sentence = f"Invalid parameter: PhoneNumber Reason: {number} is not valid to publish to"
    assert caught.value.response["Error"]["Message"] == sentence


def test_subscriptions_are_listed_described_and_ended(plane: Plane, sns: Any, topic: str):
    _, arn = queue(plane)
    subscription = subscribe(sns, topic, arn, FilterPolicy={"kind": ["order"]})
    again = subscribe(sns, topic, arn)

    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    sns.unsubscribe(SubscriptionArn=subscription)

    assert again == subscription
    assert [entry["Endpoint"] for entry in listed] == [arn]
    assert (attributes["FilterPolicyScope"], attributes["RawMessageDelivery"]) == ("MessageAttributes", "false")
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"] == "0"


def test_a_template_makes_a_topic_with_its_subscriptions_and_policy(plane: Plane, sns: Any):
    url, arn = queue(plane)
    inline = [{"Protocol": "sqs", "Endpoint": arn}]
    made = plane.makers.make(Resource("s", "News", "AWS::SNS::Topic", {"Subscription": inline}, "s-News-1"))
    filtered = {"TopicArn": made.ref, "Protocol": "lambda", "Endpoint": plane.arn("lambda", "function:guard")}
    plane.makers.make(
        Resource("s", "Guard", "AWS::SNS::Subscription", filtered | {"FilterPolicy": {"kind": ["x"]}}, "s-Guard-1")
    )
    policy = {"Topics": [made.ref], "PolicyDocument": {"Statement": []}}
    plane.makers.make(Resource("s", "Policy", "AWS::SNS::TopicPolicy", policy, "s-Policy-1"))

    sns.publish(TopicArn=made.ref, Message="hello")

    assert made.attributes == {"TopicArn": made.ref, "TopicName": "s-News-1"}
    assert len(received(plane, url)) == 1
    assert plane.rooms["lambda"].invocations == []
    assert sns.get_topic_attributes(TopicArn=made.ref)["Attributes"]["Policy"] == '{"Statement": []}'


def test_a_template_with_a_protocol_that_is_not_done_names_its_place(plane: Plane, topic: str):
    wanted = {"TopicArn": topic, "Protocol": "application", "Endpoint": "arn:aws:sns:us-east-1:1:endpoint/GCM/app/1"}

    with pytest.raises(UnsupportedResourceError, match=r"t\.yaml:3: Hook .*mobile applications"):
        plane.makers.make(Resource("s", "Hook", "AWS::SNS::Subscription", wanted, "s-Hook-1", "t.yaml", 3))
