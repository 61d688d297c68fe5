"""The ports in memory, for tests."""

from dataclasses import dataclass, field

from schemas.notifications import NotificationFailedV1, NotificationSentV1
from services.notifications.domain import Message, Notification, NotificationError, Preferences


@dataclass
class MemoryPreferences:
    """Preferences in a dictionary."""

    by_customer: dict[str, Preferences] = field(default_factory=dict)

    def of(self, customer_id: str) -> Preferences:
        return self.by_customer.get(customer_id, Preferences(customer_id))

    def save(self, preferences: Preferences) -> None:
        self.by_customer[preferences.customer_id] = preferences


@dataclass
class MemorySender:
    """Keeps what it is given; raises `fault` instead when there is one."""

    fault: NotificationError | None = None
    sent: list[tuple[Notification, Message]] = field(default_factory=list)

    def send(self, notification: Notification, message: Message) -> str:
        if self.fault is not None:
            raise self.fault
        self.sent.append((notification, message))
        return f"message-{len(self.sent)}"


@dataclass
class MemoryAnnouncements:
    """Keeps what was announced, by event id."""

    announced: dict[str, NotificationSentV1 | NotificationFailedV1] = field(default_factory=dict)

    def announce(self, outcome: NotificationSentV1 | NotificationFailedV1, *, event_id: str) -> None:
        self.announced[event_id] = outcome
