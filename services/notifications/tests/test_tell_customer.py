from datetime import UTC, datetime
from uuid import UUID

import pytest

from schemas.notifications import NotificationFailedV1, NotificationSentV1
from schemas.orders import OrderShippedV1
from services.notifications.adapters.jinja_texts import JinjaTexts
from services.notifications.adapters.memory import MemoryAnnouncements, MemoryPreferences, MemorySender
from services.notifications.domain import Channel, Preferences, ProviderUnavailableError, RecipientRefusedError
from services.notifications.usecases import tell_customer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT = "0195d2a4-0000-7000-8000-000000000001"
SHIPPED = OrderShippedV1(
    order_id=UUID("0195d2a4-0000-7000-8000-00000000000a"),
    customer_id="900",
    shipped_at=NOW,
    carrier="Parcel Post",
    tracking_number="PP1",
)


class Desk:
    """The use case with everything it needs, in memory."""

    def __init__(self, *, wants: dict[Channel, str], sender: MemorySender | None = None) -> None:
        self.preferences = MemoryPreferences({"900": Preferences("900", wants)})
        self.sender = sender or MemorySender()
        self.announcements = MemoryAnnouncements()

    def tell(self, channel: Channel = Channel.SMS) -> None:
        tell_customer(
            EVENT,
            SHIPPED,
            channel,
            preferences=self.preferences,
            texts=JinjaTexts(),
            sender=self.sender,
            announcements=self.announcements,
            now=lambda: NOW,
        )


def test_a_customer_hears_over_the_channel_they_asked_for_and_the_bus_hears_of_it():
    desk = Desk(wants={Channel.SMS: "+15550000900"})

    desk.tell()

    [(notification, message)] = desk.sender.sent
    assert notification.recipient == "+15550000900"
    assert message.body == "Your order is on its way with Parcel Post, tracking number PP1."
    [sent] = desk.announcements.announced.values()
    assert isinstance(sent, NotificationSentV1)
    assert (sent.about, sent.trigger, sent.template) == (
        str(SHIPPED.order_id),
        "OrderShipped.v1",
        "sms/OrderShipped.v1",
    )
    assert (sent.sent_at, sent.provider_message_id) == (NOW, "message-1")


def test_a_customer_who_did_not_ask_for_a_channel_hears_nothing_over_it():
    desk = Desk(wants={Channel.EMAIL: "a@b.example"})

    desk.tell(Channel.SMS)

    assert desk.sender.sent == []
    assert desk.announcements.announced == {}


def test_a_recipient_refused_for_good_is_announced_as_a_failure_with_the_reason():
    desk = Desk(wants={Channel.SMS: "+1555"}, sender=MemorySender(RecipientRefusedError(Channel.SMS, "no such number")))

    desk.tell()

    [failed] = desk.announcements.announced.values()
    assert isinstance(failed, NotificationFailedV1)
    assert (failed.reason, failed.failed_at) == ("no such number", NOW)


def test_an_unavailable_provider_is_not_a_failure_but_a_reason_to_try_again():
    desk = Desk(wants={Channel.SMS: "+1555"}, sender=MemorySender(ProviderUnavailableError(Channel.SMS, "busy")))

    with pytest.raises(ProviderUnavailableError):
        desk.tell()

    assert desk.announcements.announced == {}


def test_a_second_attempt_is_the_same_notification_under_the_same_event_id():
    desk = Desk(wants={Channel.SMS: "+15550000900"})

    desk.tell()
    desk.tell()

    assert len(desk.announcements.announced) == 1
    assert len({notification.id for notification, _ in desk.sender.sent}) == 1


def test_one_event_over_two_channels_is_two_notifications():
    desk = Desk(wants={Channel.SMS: "+15550000900", Channel.EMAIL: "a@b.example"})

    desk.tell(Channel.SMS)
    desk.tell(Channel.EMAIL)

    assert len(desk.announcements.announced) == 2
