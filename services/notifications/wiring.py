"""Puts this service together: the only reader of its environment, the only builder of its clients."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from bus.sdk import EventBus
from bus.sdk.clients import client
from services.notifications.adapters.bus_announcements import BusAnnouncements
from services.notifications.adapters.dynamo_preferences import DynamoPreferences
from services.notifications.adapters.jinja_texts import JinjaTexts
from services.notifications.domain import Channel, OrderNews
from services.notifications.ports import CustomerPreferences, Sender
from services.notifications.usecases import tell_customer

Tell = Callable[[str, OrderNews], None]


@cache
def customer_preferences() -> CustomerPreferences:
    """The table of what customers want."""
    return DynamoPreferences(client("dynamodb"), os.environ["PREFERENCES_TABLE"])


def teller(channel: Channel) -> Tell:
    """What tells a customer over `channel`, given an event's id and data."""
    preferences, texts, sender = customer_preferences(), JinjaTexts(), _sender(channel)
    announcements = BusAnnouncements(EventBus.from_environment())

    def tell(event_id: str, news: OrderNews) -> None:
        tell_customer(
            event_id,
            news,
            channel,
            preferences=preferences,
            texts=texts,
            sender=sender,
            announcements=announcements,
            now=_now,
        )

    return tell


def _sender(channel: Channel) -> Sender:
    # Each function sends over one channel, and pays for the import of that one alone.
    match channel:
        case Channel.EMAIL:
            from services.notifications.adapters.ses_sender import SesSender  # noqa: PLC0415 - see above

            return SesSender(client("sesv2"), os.environ["SENDER_ADDRESS"])
        case Channel.SMS:
            from services.notifications.adapters.sns_sender import SnsSender  # noqa: PLC0415 - see above

            return SnsSender(client("sns"))
        case Channel.WEBHOOK:
            import urllib3  # noqa: PLC0415 - see above

            from services.notifications.adapters.http_sender import HttpSender  # noqa: PLC0415 - see above

            return HttpSender(urllib3.PoolManager())


def _now() -> datetime:
    return datetime.now(UTC)
