"""Delivers a topic's messages: filters, retries, dead letters."""

import math
from dataclasses import dataclass

from bus.local.arns import queue_url
from bus.local.errors import AwsError
from bus.local.plane import Plane
from bus.local.sns.notification import Notification
from bus.local.sns.subscription import Subscription
from bus.local.sns.topics import Topic

# The policy for AWS-managed endpoints (SQS, Lambda): 3 retries at once, 2 a second apart, 10 backing
# off from 1 to 20 seconds, 100,000 at 20 seconds; over 23 days. SNS adds jitter of a kind that it does
# not document; there is none here.
# https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
RETRIES = 100_015
_AT_ONCE, _PRE_BACKOFF, _BACKOFF = 3, 5, 15
_LONGEST = 20.0
_SERVER_ERROR, _THROTTLED = 500, 429


def delay_before(retry: int) -> float:
    """Seconds to wait before the `retry`-th retry, counted from 1."""
    if retry <= _AT_ONCE:
        return 0.0
    if retry <= _PRE_BACKOFF:
        return 1.0
    if retry <= _BACKOFF:
        steps = _BACKOFF - _PRE_BACKOFF - 1
        return math.pow(_LONGEST, (retry - _PRE_BACKOFF - 1) / steps)
    return _LONGEST


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver one message to one subscriber; `number` counts from 1."""

    subscription: Subscription
    notification: Notification
    subject: str | None
    number: int = 1


class Deliveries:
    """Delivers what is published, after the call that published it."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane

    def publish(self, topic: Topic, notification: Notification) -> None:
        """Deliver to everybody who subscribes now and whose filter policy lets the message through."""
        subject = self._plane.ledger.subject
        for subscription in topic.subscriptions.values():
            attempt = Attempt(subscription, notification, subject)
            if subscription.wants(notification):
                self._plane.engine.soon(lambda attempt=attempt: self._try(attempt))  # type: ignore[misc] # binds now
            else:
                self._record(attempt, "filtered")

    def _try(self, attempt: Attempt) -> None:
        with self._plane.ledger.following(attempt.subject):
            try:
                self._deliver(attempt.subscription, attempt.notification)
            except AwsError as error:
                self._failed(attempt, error)
            else:
                self._record(attempt, "ok")

    def _deliver(self, subscription: Subscription, notification: Notification) -> None:
        if subscription.protocol == "lambda":
            self._plane.call(
                "lambda",
                "Invoke",
                FunctionName=subscription.endpoint,
                InvocationType="Event",
                Payload=notification.records(subscription.arn),
            )
        elif subscription.delivery.raw:
            self._send(subscription.endpoint, notification.text("sqs"), MessageAttributes=notification.attributes)
        else:
            self._send(subscription.endpoint, notification.envelope(subscription.arn))

    def _send(self, queue_arn: str, body: str, **more: object) -> None:
        self._plane.call("sqs", "SendMessage", QueueUrl=queue_url(queue_arn), MessageBody=body, **more)

    def _failed(self, attempt: Attempt, error: AwsError) -> None:
        """Client-side errors are never retried (developer guide, "Amazon SNS dead-letter queues")."""
        temporary = error.status >= _SERVER_ERROR or error.status == _THROTTLED
        if temporary and attempt.number <= RETRIES:
            self._record(attempt, "retry", error.code)
            again = Attempt(attempt.subscription, attempt.notification, attempt.subject, attempt.number + 1)
            self._plane.engine.after(delay_before(attempt.number), lambda: self._try(again))
        else:
            self._give_up(attempt, error)

    def _give_up(self, attempt: Attempt, error: AwsError) -> None:
        subscription, notification = attempt.subscription, attempt.notification
        target = subscription.delivery.dead_letter_arn
        if target is None:
            self._record(attempt, "lost", error.code)
            return
        self._record(attempt, "dead-letter", error.code)
        raw = subscription.delivery.raw
        body = notification.text("sqs") if raw else notification.envelope(subscription.arn)
        more = {"MessageAttributes": notification.attributes} if raw else {}
        try:
            self._send(target, body, **more)
        except AwsError as refusal:
            self._record(attempt, "lost", refusal.code)

    def _record(self, attempt: Attempt, outcome: str, note: str = "") -> None:
        self._plane.ledger.record(
            "sns",
            "deliver",
            attempt.subscription.arn,
            event_id=attempt.subject,
            attempt=attempt.number,
            outcome=outcome,
            note=note or attempt.subscription.endpoint,
        )
