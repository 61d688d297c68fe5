"""Who is told what, and how: channels, wishes and messages. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from schemas.notifications import NotificationFailedV1, NotificationSentV1
from schemas.orders import OrderCancelledV1, OrderPaidV1, OrderPlacedV1, OrderShippedV1

OrderNews = OrderPlacedV1 | OrderPaidV1 | OrderShippedV1 | OrderCancelledV1

_NAMESPACE = UUID("6f6d6e69-6275-5300-8000-6e6f74696679")


class Channel(StrEnum):
    """A way to reach a customer."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"


class NotificationError(Exception):
    """The root of what this service raises."""


class RecipientRefusedError(NotificationError):
    """The provider will never deliver to this recipient; trying again is of no use."""

    def __init__(self, channel: Channel, reason: str) -> None:
        self.channel, self.reason = channel, reason
        super().__init__(f"the {channel} provider refuses the recipient: {reason}")


class ProviderUnavailableError(NotificationError):
    """The provider could not take the message now; the queue tries again."""

    def __init__(self, channel: Channel, reason: str) -> None:
        self.channel, self.reason = channel, reason
        super().__init__(f"the {channel} provider is unavailable: {reason}")


@dataclass(frozen=True)
class Preferences:
    """How one customer wants to be told: the recipient per channel, none where they do not."""

    customer_id: str
    recipients: Mapping[Channel, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """What is said: a subject line, empty where the channel has none, and a body."""

    subject: str
    body: str


@dataclass(frozen=True)
class Notification:
    """One message to one customer about one event of an order, over one channel.

    Its id follows from the event and the channel, so a second attempt is the same notification:
    providers and readers of our events can tell it from a new one.
    """

    event_id: str
    news: OrderNews
    channel: Channel
    recipient: str

    @property
    def id(self) -> UUID:
        return uuid5(_NAMESPACE, f"{self.event_id}/{self.channel}")

    @property
    def template(self) -> str:
        return f"{self.channel}/{self.news.detail_type}"

    def sent(self, at: datetime, provider_message_id: str) -> NotificationSentV1:
        """The provider took it."""
        return NotificationSentV1(**self._facts(), sent_at=at, provider_message_id=provider_message_id)

    def failed(self, at: datetime, reason: str) -> NotificationFailedV1:
        """The provider will never take it."""
        return NotificationFailedV1(**self._facts(), failed_at=at, reason=reason)

    def _facts(self) -> dict[str, Any]:
        """What both events say of it; their models check the values."""
        return {
            "notification_id": self.id,
            "customer_id": self.news.customer_id,
            "channel": self.channel.value,
            "recipient": self.recipient,
            "about": str(self.news.order_id),
            "trigger": self.news.detail_type,
            "template": self.template,
        }
