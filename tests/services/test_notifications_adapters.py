"""Each sender hands over what it is given, and tells a refusal for good from a provider that is not there now."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import boto3
import pytest
import urllib3
from botocore.exceptions import ClientError, EndpointConnectionError

from bus.local.botocore_hook import activate
from bus.local.dynamodb import DynamoDbRoom
from bus.local.errors import AwsError
from bus.local.functions.wall_clock import WallClock
from bus.local.outside import Answer, Outside
from bus.local.plane import Plane
from bus.local.ses import SesRoom
from bus.local.sns import SnsRoom
from schemas.orders import OrderShippedV1
from services.notifications.adapters.dynamo_preferences import DynamoPreferences
from services.notifications.adapters.http_sender import HttpSender
from services.notifications.adapters.memory import MemoryPreferences
from services.notifications.adapters.ses_sender import SesSender
from services.notifications.adapters.sns_sender import SnsSender
from services.notifications.domain import (
    Channel,
    Message,
    Notification,
    Preferences,
    ProviderUnavailableError,
    RecipientRefusedError,
)
from services.notifications.ports import CustomerPreferences, Sender

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
SHIPPED = OrderShippedV1(
    order_id=UUID("0195d2a4-0000-7000-8000-00000000000a"),
    customer_id="900",
    shipped_at=NOON,
    carrier="Parcel Post",
    tracking_number="PP1",
)
MESSAGE = Message("Your order is on its way, José", "Bonne journée 🎉")
HOOK = "https://partners.example/orders?shop=7"


def about(channel: Channel, recipient: str) -> Notification:
    return Notification("0195d2a4-0000-7000-8000-000000000001", SHIPPED, channel, recipient)


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> Iterator[Plane]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    plane = Plane(start=NOON)
    for room in (Outside, DynamoDbRoom, SnsRoom, SesRoom):
        plane.open(room(plane))
    activate(plane)
    yield plane
    activate(None)


@pytest.fixture
def outside(plane: Plane) -> Outside:
    return Outside.of(plane)


@pytest.fixture
def client(plane: Plane) -> Callable[[str], Any]:
    return lambda service: boto3.client(service, region_name=plane.region)


@pytest.fixture
def fail(plane: Plane, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """`fail(error)`: every AWS call of the test is answered with `error`."""

    def arrange(error: Exception) -> None:
        def call(*_: object) -> dict[str, Any]:
            raise error

        monkeypatch.setattr(plane.operations, "call", call)

    return arrange


class TestSesSender:
    @pytest.fixture
    def sender(self, client: Any) -> Sender:
        return SesSender(client("sesv2"), "orders@shop.example")

    def test_a_mail_leaves_with_its_subject_and_body_from_the_one_address(self, sender, outside):
        message_id = sender.send(about(Channel.EMAIL, "ada@customers.example"), MESSAGE)

        [mail] = outside.mails
        assert (mail.sender, mail.to, mail.message_id) == (
            "orders@shop.example",
            ("ada@customers.example",),
            message_id,
        )
        assert (mail.subject, mail.text, mail.html) == (MESSAGE.subject, MESSAGE.body, None)

    @pytest.mark.parametrize("recipient", ["nobody", "a@b..c", "ada@customers.example, eve@customers.example"])
    def test_an_address_that_ses_cannot_read_is_refused_for_good(self, sender, outside, recipient):
        with pytest.raises(RecipientRefusedError) as refused:
            sender.send(about(Channel.EMAIL, recipient), MESSAGE)

        assert refused.value.channel is Channel.EMAIL
        assert refused.value.reason
        assert outside.mails == []

    @pytest.mark.parametrize(
        "error",
        [
            AwsError("TooManyRequestsException", "Slow down", status=429),
            AwsError("LimitExceededException", "Daily quota"),
            AwsError("SendingPausedException", "Paused"),
            AwsError("AccountSuspendedException", "Suspended"),
            AwsError("InternalServiceErrorException", "Oops", status=500),
            EndpointConnectionError(endpoint_url="https://email.us-east-1.amazonaws.com"),
        ],
        ids=lambda error: getattr(error, "code", type(error).__name__),
    )
    def test_whatever_may_pass_is_a_provider_that_is_unavailable(self, sender, fail, error):
        fail(error)

        with pytest.raises(ProviderUnavailableError, match="the email provider is unavailable"):
            sender.send(about(Channel.EMAIL, "ada@customers.example"), MESSAGE)

    def test_a_sender_that_is_not_verified_is_an_outage_and_no_fault_of_the_recipient(self, sender, client, outside):
        client("sesv2").create_email_identity(EmailIdentity="another.example")

        with pytest.raises(ProviderUnavailableError, match="MessageRejected: Email address is not verified"):
            sender.send(about(Channel.EMAIL, "ada@customers.example"), MESSAGE)

        assert outside.mails == []

    def test_a_message_that_ses_will_not_carry_is_refused_for_good(self, sender, fail):
        fail(AwsError("MessageRejected", "Transaction blocked: contains a virus"))

        with pytest.raises(RecipientRefusedError, match="contains a virus"):
            sender.send(about(Channel.EMAIL, "ada@customers.example"), MESSAGE)


class TestSnsSender:
    @pytest.fixture
    def sender(self, client: Any) -> Sender:
        return SnsSender(client("sns"))

    def test_a_text_message_leaves_with_its_body(self, sender, outside):
        message_id = sender.send(about(Channel.SMS, "+15550000900"), MESSAGE)

        [text] = outside.texts
        assert (text.to, text.body, text.message_id) == ("+15550000900", MESSAGE.body, message_id)

    @pytest.mark.parametrize("recipient", ["+1555", "nobody", "5550000900x"])
    def test_a_number_that_can_be_none_is_refused_for_good(self, sender, outside, recipient):
        with pytest.raises(RecipientRefusedError) as refused:
            sender.send(about(Channel.SMS, recipient), MESSAGE)

        assert refused.value.channel is Channel.SMS
        assert outside.texts == []

    def test_a_number_whose_owner_answered_stop_is_refused_for_good(self, sender, fail):
        fail(AwsError("OptedOut", "Phone number is opted out"))

        with pytest.raises(RecipientRefusedError, match="opted out"):
            sender.send(about(Channel.SMS, "+15550000900"), MESSAGE)

    @pytest.mark.parametrize(
        "error",
        [
            AwsError("Throttled", "Rate exceeded", status=429),
            AwsError("InternalError", "Oops", status=500),
            AwsError("AuthorizationError", "Not allowed", status=403),
            EndpointConnectionError(endpoint_url="https://sns.us-east-1.amazonaws.com"),
        ],
        ids=lambda error: getattr(error, "code", type(error).__name__),
    )
    def test_whatever_may_pass_is_a_provider_that_is_unavailable(self, sender, fail, error):
        fail(error)

        with pytest.raises(ProviderUnavailableError, match="the sms provider is unavailable"):
            sender.send(about(Channel.SMS, "+15550000900"), MESSAGE)


class TestHttpSender:
    @pytest.fixture
    def sender(self, outside: Outside) -> Iterator[Sender]:
        with outside.intercepting():
            yield HttpSender(urllib3.PoolManager(), timeout=5)

    @pytest.fixture
    def function_time(self, plane: Plane) -> Iterator[WallClock]:
        with WallClock(plane.clock.time(), timeout=30) as clock:
            yield clock

    @pytest.mark.usefixtures("function_time")
    def test_a_post_carries_the_json_the_id_and_the_time(self, sender, outside):
        outside.answer("partners.example", lambda _: 204)
        notification = about(Channel.WEBHOOK, HOOK)

        message_id = sender.send(notification, Message("", json.dumps({"order": "é"}, ensure_ascii=False)))

        [call] = outside.calls
        assert (call.method, call.url, message_id) == ("POST", HOOK, str(notification.id))
        assert json.loads(call.body) == {"order": "é"}
        assert {name: call.headers[name] for name in call.headers if name.startswith(("content-t", "webhook"))} == {
            "content-type": "application/json",
            "webhook-id": str(notification.id),
            "webhook-timestamp": str(int(NOON.timestamp())),
            "webhook-event": "OrderShipped.v1",
        }

    def test_a_second_attempt_carries_the_same_id(self, sender, outside):
        outside.answer("partners.example", lambda _: 204)

        for _ in range(2):
            sender.send(about(Channel.WEBHOOK, HOOK), MESSAGE)

        assert len({call.headers["webhook-id"] for call in outside.calls}) == 1

    @pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 410, 422])
    def test_an_answer_that_will_stay_is_a_refusal_for_good_and_is_not_followed(self, sender, outside, status):
        outside.answer("partners.example", lambda _: Answer(status, headers={"location": "https://elsewhere.example/"}))

        with pytest.raises(RecipientRefusedError, match=f"HTTP status {status}"):
            sender.send(about(Channel.WEBHOOK, HOOK), MESSAGE)

        assert len(outside.calls) == 1

    @pytest.mark.parametrize("status", [408, 429, 500, 503, 599])
    def test_an_answer_that_may_pass_is_a_provider_that_is_unavailable(self, sender, outside, status):
        outside.answer("partners.example", lambda _: Answer(status, headers={"retry-after": "1"}))

        with pytest.raises(ProviderUnavailableError, match=f"HTTP status {status}"):
            sender.send(about(Channel.WEBHOOK, HOOK), MESSAGE)

        assert len(outside.calls) == 1

    def test_a_host_that_nobody_knows_is_a_provider_that_is_unavailable(self, sender):
        with pytest.raises(ProviderUnavailableError, match="NewConnectionError"):
            sender.send(about(Channel.WEBHOOK, HOOK), MESSAGE)

    @pytest.mark.parametrize("recipient", ["https://partners.example:port/", "https://[partners.example/", "https://"])
    def test_what_is_no_address_is_refused_for_good(self, sender, recipient):
        with pytest.raises(RecipientRefusedError, match="not a URL"):
            sender.send(about(Channel.WEBHOOK, recipient), MESSAGE)

    def test_an_answer_is_waited_for_until_the_timeout_and_no_longer(self, sender, outside, function_time):
        outside.answer("partners.example", lambda _: Answer(204, seconds=40))

        with pytest.raises(ProviderUnavailableError, match="ReadTimeoutError"):
            sender.send(about(Channel.WEBHOOK, HOOK), MESSAGE)

        assert function_time.remaining() == 25

    def test_a_slow_answer_within_the_timeout_is_an_answer(self, sender, outside, function_time):
        outside.answer("partners.example", lambda _: Answer(204, seconds=4))

        sender.send(about(Channel.WEBHOOK, HOOK), MESSAGE)

        assert function_time.remaining() == 26


class TestPreferences:
    """Preferences in DynamoDB and preferences in memory keep the same promises."""

    @pytest.fixture(params=["memory", "dynamodb"])
    def preferences(self, request: pytest.FixtureRequest, client: Any) -> CustomerPreferences:
        if request.param == "memory":
            return MemoryPreferences()
        dynamodb = client("dynamodb")
        dynamodb.create_table(
            TableName="preferences",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "customer_id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "customer_id", "KeyType": "HASH"}],
        )
        return DynamoPreferences(dynamodb, "preferences")

    def test_what_is_saved_is_read(self, preferences):
        everything = Preferences("900", {Channel.EMAIL: "ada@customers.example", Channel.WEBHOOK: HOOK})

        preferences.save(everything)

        assert preferences.of("900") == everything

    def test_a_customer_who_never_said_wants_nothing(self, preferences):
        assert preferences.of("900") == Preferences("900")

    def test_what_is_saved_replaces_what_was_there_and_nobody_elses(self, preferences):
        other = Preferences("901", {Channel.SMS: "+15550000901"})
        preferences.save(other)
        preferences.save(Preferences("900", {Channel.EMAIL: "ada@customers.example"}))

        preferences.save(Preferences("900", {Channel.SMS: "+15550000900"}))

        assert preferences.of("900") == Preferences("900", {Channel.SMS: "+15550000900"})
        assert preferences.of("901") == other

    def test_a_customer_who_wants_nothing_any_more_is_left_alone(self, preferences):
        preferences.save(Preferences("900", {Channel.EMAIL: "ada@customers.example"}))

        preferences.save(Preferences("900"))

        assert preferences.of("900").recipients == {}


def test_preferences_that_cannot_be_read_are_an_error_and_not_a_customer_who_wants_nothing(client, fail):
    preferences = DynamoPreferences(client("dynamodb"), "preferences")
    fail(AwsError("InternalServerError", "Oops", status=500))

    with pytest.raises(ClientError, match="InternalServerError"):
        preferences.of("900")
    with pytest.raises(ClientError, match="InternalServerError"):
        preferences.save(Preferences("900"))
