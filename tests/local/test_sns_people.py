"""Topics and people: mails, text messages, who wants none."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.outside import Mail, Outside
from bus.local.plane import Plane
from bus.local.sns import SnsRoom

ADA = "ada@customers.example"
NUMBER = "+12065550100"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(Outside, SnsRoom)


@pytest.fixture
def outside(plane: Plane):
    return Outside.of(plane)


@pytest.fixture
def sns(plane: Plane):
    return boto3.client("sns", region_name=plane.region)


@pytest.fixture
def topic(sns: Any):
    return sns.create_topic(Name="news", Attributes={"DisplayName": "Daily News"})["TopicArn"]


def link(mail: Mail):
    [found] = [line for line in (mail.text or "").splitlines() if line.startswith("https://")]
    return found


def test_a_mail_asks_for_confirmation_and_then_come_the_notifications(
    plane: Plane, sns: Any, topic: str, outside: Outside
):
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=ADA)
    plane.engine.run_until_idle()
    [asked] = outside.mails
    outside.call("GET", link(asked), {}, b"")

    sns.publish(TopicArn=topic, Message="hello", Subject="Today")
    sns.publish(TopicArn=topic, Message=json.dumps({"default": "x", "email": "for mails"}), MessageStructure="json")
    plane.engine.run_until_idle()

    assert asked.subject == "AWS Notification - Subscription Confirmation"
    assert asked.sender == "Amazon Web Services Notifications <no-reply@sns.amazonaws.com>"
    first, second = outside.mails[1:]
    assert (first.to, first.subject, first.sender) == ((ADA,), "Today", "Daily News <no-reply@sns.amazonaws.com>")
    assert (first.text or "").startswith("hello\n\n--\n")
    assert second.subject == "AWS Notification Message"
    assert (second.text or "").startswith("for mails\n")


def test_the_link_in_a_mail_ends_the_subscription_and_another_restores_it(
    plane: Plane, sns: Any, topic: str, outside: Outside
):
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=ADA)
    plane.engine.run_until_idle()
    outside.call("GET", link(outside.mails[-1]), {}, b"")
    sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_until_idle()

    outside.call("GET", link(outside.mails[-1]), {}, b"")
    plane.engine.run_until_idle()
    ended = sns.list_subscriptions()["Subscriptions"]
    outside.call("GET", link(outside.mails[-1]), {}, b"")

    assert ended == []
    assert outside.mails[-1].subject == "AWS Notification - Unsubscribe Confirmation"
    assert [one["Endpoint"] for one in sns.list_subscriptions()["Subscriptions"]] == [ADA]


def test_email_json_gets_documents(plane: Plane, sns: Any, topic: str, outside: Outside):
    sns.subscribe(TopicArn=topic, Protocol="email-json", Endpoint=ADA)
    plane.engine.run_until_idle()
    asked = json.loads(outside.mails[0].text or "")
    sns.confirm_subscription(TopicArn=topic, Token=asked["Token"])

    sns.publish(TopicArn=topic, Message="hello")
    plane.engine.run_until_idle()

    assert asked["Type"] == "SubscriptionConfirmation"
    assert json.loads(outside.mails[1].text or "")["Message"] == "hello"


def test_text_messages_begin_with_ten_characters_of_the_display_name(
    plane: Plane, sns: Any, topic: str, outside: Outside
):
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=NUMBER)
    sender = {"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "News"}}

    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=sender)
    plane.engine.run_until_idle()

    [text] = outside.texts
    assert (text.to, text.body, text.sender) == (NUMBER, "Daily News> hello", "News")


def test_who_opted_out_gets_nothing_until_opted_in_once_in_thirty_days(plane: Plane, sns: Any, outside: Outside):
    outside.opted_out.add(NUMBER)

    sns.publish(PhoneNumber=NUMBER, Message="unwanted")
    out = sns.check_if_phone_number_is_opted_out(phoneNumber=NUMBER)["isOptedOut"]
    listed = sns.list_phone_numbers_opted_out()["phoneNumbers"]
    sns.opt_in_phone_number(phoneNumber=NUMBER)
    sns.publish(PhoneNumber=NUMBER, Message="wanted")
    outside.opted_out.add(NUMBER)

    assert (out, listed) == (True, [NUMBER])
    assert [text.body for text in outside.texts] == ["wanted"]
    with pytest.raises(sns.exceptions.InvalidParameterException, match="only once every 30 days"):
        sns.opt_in_phone_number(phoneNumber=NUMBER)
    plane.engine.run_to(plane.clock.time() + 30 * 86_400)
    sns.opt_in_phone_number(phoneNumber=NUMBER)
    assert not sns.check_if_phone_number_is_opted_out(phoneNumber=NUMBER)["isOptedOut"]


def test_opted_out_numbers_are_listed_a_hundred_at_a_time(sns: Any, outside: Outside):
    outside.opted_out.update(f"+1206555{number:04}" for number in range(101))

    first = sns.list_phone_numbers_opted_out()
    second = sns.list_phone_numbers_opted_out(nextToken=first["nextToken"])

    assert (len(first["phoneNumbers"]), second["phoneNumbers"]) == (100, ["+12065550100"])


def test_sms_settings_are_kept_and_the_default_sender_is_used(sns: Any, outside: Outside):
    sns.set_sms_attributes(attributes={"DefaultSenderID": "Omnibus", "DefaultSMSType": "Transactional"})

    sns.publish(PhoneNumber=NUMBER, Message="hello")

    assert outside.texts[0].sender == "Omnibus"
    assert sns.get_sms_attributes()["attributes"] == {"DefaultSenderID": "Omnibus", "DefaultSMSType": "Transactional"}
    assert sns.get_sms_attributes(attributes=["DefaultSMSType"])["attributes"] == {"DefaultSMSType": "Transactional"}
    assert not sns.get_sms_sandbox_account_status()["IsInSandbox"]


@pytest.mark.parametrize(
    "attributes",
    [
        {"DefaultSMSType": "Urgent"},
        {"DefaultSenderID": "123"},
        {"DeliveryStatusSuccessSamplingRate": "101"},
        {"Colour": "red"},
    ],
)
def test_sms_settings_that_sns_refuses_are_refused(sns: Any, attributes: dict[str, str]):
    with pytest.raises(sns.exceptions.InvalidParameterException):
        sns.set_sms_attributes(attributes=attributes)


def test_a_text_message_may_have_no_more_than_1600_characters(sns: Any):
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Message too long"):
        sns.publish(PhoneNumber=NUMBER, Message="x" * 1601)


@pytest.mark.parametrize(
    "more",
    [
        {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Urgent"}},
        {"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "much too long a name"}},
        {"AWS.SNS.SMS.MaxPrice": {"DataType": "Number", "StringValue": "-1"}},
    ],
)
def test_the_reserved_attributes_of_text_messages_are_checked(sns: Any, more: Any):
    with pytest.raises(ClientError, match=r"AWS\.SNS\.SMS"):
        sns.publish(PhoneNumber=NUMBER, Message="hello", MessageAttributes=more)


def test_what_a_text_message_cannot_have_says_so(sns: Any):
    with pytest.raises(ClientError, match="MessageGroupId parameter that is not valid for a phone number"):
        sns.publish(PhoneNumber=NUMBER, Message="hello", MessageGroupId="g")
    with pytest.raises(ClientError, match="Only one of TopicArn, TargetArn and PhoneNumber"):
        sns.publish(PhoneNumber=NUMBER, TopicArn="arn:aws:sns:us-east-1:123456789012:t", Message="hello")
