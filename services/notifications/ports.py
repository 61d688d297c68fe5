"""What the use cases need of the world."""

from typing import Protocol

from schemas.notifications import NotificationFailedV1, NotificationSentV1
from services.notifications.domain import Message, Notification, Preferences


class CustomerPreferences(Protocol):
    """How each customer wants to be told."""

    def of(self, customer_id: str) -> Preferences:
        """The customer's preferences; of a customer who never said, none."""

    def save(self, preferences: Preferences) -> None:
        """Replace what the customer said before."""


class Texts(Protocol):
    """What a notification says."""

    def write(self, notification: Notification) -> Message: ...


class Sender(Protocol):
    """A provider of one channel."""

    def send(self, notification: Notification, message: Message) -> str:
        """Hand over the message; returns the provider's id for it.

        Raises RecipientRefusedError when it never will, ProviderUnavailableError when not now.
        """


class Announcements(Protocol):
    """Where this service says what it did."""

    def announce(self, outcome: NotificationSentV1 | NotificationFailedV1, *, event_id: str) -> None:
        """Publish the outcome under an id that is the same at every attempt."""
