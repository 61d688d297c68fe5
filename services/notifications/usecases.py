"""What this service does: tell a customer, and keep what they prefer."""

from collections.abc import Callable
from datetime import datetime

from services.notifications.domain import Channel, Notification, OrderNews, Preferences, RecipientRefusedError
from services.notifications.ports import Announcements, CustomerPreferences, Sender, Texts


def tell_customer(
    event_id: str,
    news: OrderNews,
    channel: Channel,
    *,
    preferences: CustomerPreferences,
    texts: Texts,
    sender: Sender,
    announcements: Announcements,
    now: Callable[[], datetime],
) -> None:
    """Tell the customer over `channel`, if they want it, and announce what came of it.

    A recipient that is refused for good is announced as a failure. Anything else that goes wrong
    escapes, so that the queue tries again and in the end keeps the message as a dead letter.
    """
    recipient = preferences.of(news.customer_id).recipients.get(channel)
    if recipient is None:
        return
    notification = Notification(event_id, news, channel, recipient)

    try:
        provider_message_id = sender.send(notification, texts.write(notification))
    except RecipientRefusedError as refused:
        announcements.announce(notification.failed(now(), refused.reason), event_id=str(notification.id))
    else:
        announcements.announce(notification.sent(now(), provider_message_id), event_id=str(notification.id))


def keep_preferences(preferences: Preferences, customers: CustomerPreferences) -> None:
    """Remember how a customer wants to be told from now on."""
    customers.save(preferences)
