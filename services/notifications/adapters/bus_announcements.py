"""Announcements as events on the bus."""

from bus.sdk import EventBus
from schemas.notifications import NotificationFailedV1, NotificationSentV1


class BusAnnouncements:
    """Publishes each outcome; its subject is the notification."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus

    def announce(self, outcome: NotificationSentV1 | NotificationFailedV1, *, event_id: str) -> None:
        self._bus.publish(outcome, subject=str(outcome.notification_id), event_id=event_id)
