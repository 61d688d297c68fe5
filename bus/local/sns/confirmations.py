"""Who subscribes an endpoint must show that its owner wants it: tokens, the messages that carry them, the wait."""

import re
from typing import NamedTuple

from bus.local.errors import AwsError
from bus.local.plane import Plane
from bus.local.sns.delivery import Deliveries
from bus.local.sns.errors import invalid
from bus.local.sns.notice import CANCELLATION, CONFIRMATION, Notice
from bus.local.sns.subscription import Subscription
from bus.local.sns.topics import Topics

VALID = 2 * 86_400.0  # seconds: "Confirmation tokens are valid for two days" (API reference, Subscribe)
_TOKEN = re.compile(r"[0-9a-f]{200,}")
_DIGITS = 232


class _Issued(NamedTuple):
    subscription: Subscription
    until: float


class Confirmations:
    """The tokens that are out."""

    def __init__(self, plane: Plane, topics: Topics, deliveries: Deliveries) -> None:
        self._plane, self._topics, self._deliveries = plane, topics, deliveries
        self._issued: dict[str, _Issued] = {}

    def ask(self, subscription: Subscription) -> None:
        """Send the endpoint a message with a token; a subscription that nobody confirms in time is deleted."""
        self._deliveries.notify(subscription, self._notice(subscription, CONFIRMATION))
        self._plane.engine.after(VALID, lambda: self._expire(subscription), background=True)

    def say_farewell(self, subscription: Subscription) -> None:
        """Tell the endpoint that its subscription has ended; the token restores it."""
        self._deliveries.notify(subscription, self._notice(subscription, CANCELLATION))

    def redeem(self, topic_arn: str, token: str, *, authenticated: bool) -> Subscription:
        """The subscription that the token confirms, or restores. Raises AwsError."""
        if _TOKEN.fullmatch(token) is None:
            raise AwsError("InvalidParameter", "Invalid token")
        issued = self._issued.get(token)
        if issued is None or issued.until < self._plane.clock.time():
            raise invalid("Token")
        subscription = issued.subscription
        if subscription.topic_arn != topic_arn:
            raise invalid("Topic")
        topic = self._topics[topic_arn]
        if subscription.gone:
            self._topics.add(topic, subscription)
        if subscription.pending:
            subscription.pending, subscription.authenticated = False, authenticated
        return subscription

    def _notice(self, subscription: Subscription, kind: str) -> Notice:
        token = self._plane.chance.hex(_DIGITS)
        now = self._plane.clock.time()
        self._issued[token] = _Issued(subscription, now + VALID)
        topic = self._topics.find(subscription.topic_arn)
        version = "1" if topic is None else topic.attributes.get("SignatureVersion", "1")
        return Notice(
            self._plane.chance.uuid(),
            kind,
            subscription.topic_arn,
            subscription.arn,
            subscription.endpoint,
            token,
            now,
            version,
        )

    def _expire(self, subscription: Subscription) -> None:
        if subscription.pending:
            self._topics.unsubscribe(subscription)
