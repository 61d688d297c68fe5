"""What subscribers get, and what publishers are told."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bus.local.errors import UnsupportedResourceError
from bus.local.outside import Outside
from bus.local.plane import Plane
from bus.local.resources import Resource
from tests.local.topics.cases import queue, received, subscribe


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


def test_a_protocol_that_is_not_done_is_a_clear_error(sns: Any, topic: str):
    with pytest.raises(ClientError, match="does not do subscriptions of mobile applications"):
        subscribe(sns, topic, "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/app/1", "application")


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
