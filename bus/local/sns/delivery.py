"""Delivers a topic's messages: filters, order, retries, dead letters."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from bus.local.errors import AwsError
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.sns.archive import Replay
from bus.local.sns.notice import Notice
from bus.local.sns.notification import Notification
from bus.local.sns.phases import AWS_MANAGED, CUSTOMER_MANAGED, Phases
from bus.local.sns.subscription import Subscription
from bus.local.sns.topic import Topic
from bus.local.sns.transports import Message, Outcome, Transports
from bus.local.whereabouts import Whereabouts

_SERVER_ERROR, _THROTTLED = 500, 429
_THROTTLES = ("Throttling", "ThrottlingException", "RequestThrottled", "OverLimit", "ServiceUnavailableException")
_MANAGED = ("sqs", "lambda", "firehose")


@dataclass(slots=True, eq=False)
class Delivery:
    """One message on its way to one subscription; `number` counts its attempts from 1."""

    subscription: Subscription
    message: Message
    subject: str | None
    number: int = 1
    state: str = "queued"
    until: float | None = None


class Deliveries:
    """Delivers what is published, after the call that published it.

    A standard topic may deliver twice and out of order. A FIFO topic delivers the messages of a group to each
    subscription one by one: what follows waits while one is tried again (developer guide, "Amazon SNS message
    grouping for FIFO topics").
    """

    def __init__(self, plane: Plane, transports: Transports) -> None:
        self._plane, self._transports = plane, transports
        self._waiting: dict[Delivery, None] = {}

    def publish(self, topic: Topic, notification: Notification) -> None:
        """Deliver to everybody whose subscription is confirmed and whose filter policy lets the message through."""
        subject = self._plane.ledger.subject
        wanted = []
        for subscription in topic.subscriptions.values():
            if subscription.pending:
                continue
            delivery = Delivery(subscription, notification, subject)
            if subscription.wants(notification):
                wanted.append(delivery)
            else:
                self._record(delivery, "filtered")
        topic.archive.keep(notification)
        if topic.fifo:
            for delivery in wanted:
                self._line_up(delivery)
        elif wanted:
            self._plane.engine.soon(lambda: self._start(wanted))

    def replay(self, topic: Topic, subscription: Subscription, replay: Replay) -> None:
        """Deliver once more what the topic's archive keeps of that time, before anything that is published from now."""
        for kept in topic.archive.between(replay):
            delivery = Delivery(subscription, replace(kept, replayed=True), self._plane.ledger.kept(kept.id))
            if subscription.wants(kept):
                subscription.replays += 1
                self._line_up(delivery)

    def notify(self, subscription: Subscription, notice: Notice) -> None:
        """Send what SNS itself has to say to an endpoint; that too is tried again."""
        delivery = Delivery(subscription, notice, self._plane.ledger.subject)
        self._plane.engine.soon(lambda: self._run(delivery))

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """The deliveries of an event that wait for their turn, or for their next attempt."""
        for delivery in self._waiting:
            if delivery.subject == event_id:
                note = f"attempt {delivery.number} to {delivery.subscription.endpoint}"
                yield Whereabouts("sns", delivery.subscription.arn, delivery.state, delivery.until, note)

    def _start(self, deliveries: list[Delivery]) -> None:
        """The first attempts of one message of a standard topic."""
        anomalies = self._plane.anomalies
        with self._plane.ledger.following(deliveries[0].subject):
            for delivery in deliveries:
                if anomalies.twice():
                    again = Delivery(delivery.subscription, delivery.message, delivery.subject)
                    self._wait(again, anomalies.lateness(), "delayed")
                late = anomalies.lateness()
                if late:
                    self._wait(delivery, late, "delayed")
                elif self._has_turn(delivery):
                    self._attempt(delivery)

    def _run(self, delivery: Delivery) -> None:
        self._waiting.pop(delivery, None)
        with self._plane.ledger.following(delivery.subject):
            if self._is_over(delivery):
                self._record(delivery, "dropped", "unsubscribed")
                self._next(delivery)
            elif self._has_turn(delivery):
                self._attempt(delivery)

    def _is_over(self, delivery: Delivery) -> bool:
        """Whether its subscription has ended since; what was published this instant is on its way already."""
        message = delivery.message
        return (
            delivery.subscription.gone and isinstance(message, Notification) and self._plane.clock.time() > message.at
        )

    def _attempt(self, delivery: Delivery) -> None:
        outcome = self._transports.attempt(delivery.subscription, delivery.message)
        if isinstance(outcome, Later):
            delivery.state, delivery.until = "in flight", None
            self._waiting[delivery] = None
            outcome.then(partial(self._answered, delivery))
        else:
            self._attempted(delivery, outcome)

    def _answered(self, delivery: Delivery, outcome: Later[Outcome]) -> None:
        del self._waiting[delivery]
        with self._plane.ledger.following(delivery.subject):
            self._attempted(delivery, outcome.result())

    def _attempted(self, delivery: Delivery, outcome: Outcome) -> None:
        if outcome.seconds:
            self._wait(delivery, outcome.seconds, "in flight", lambda: self._conclude(delivery, outcome))
        else:
            self._conclude(delivery, outcome)

    def _conclude(self, delivery: Delivery, outcome: Outcome) -> None:
        """Client-side errors are never retried (developer guide, "Amazon SNS dead-letter queues")."""
        error = outcome.error
        if error is None:
            self._record(delivery, "ok")
            self._next(delivery)
            return
        phases = self._phases(delivery, error)
        if _is_temporary(error) and delivery.number <= phases.retries:
            self._record(delivery, "retry", error.code)
            delay = phases.delay_before(delivery.number)
            delivery.number += 1
            self._wait(delivery, delay, "waiting to retry")
        else:
            self._give_up(delivery, error)
            self._next(delivery)

    def _phases(self, delivery: Delivery, error: AwsError) -> Phases:
        protocol = delivery.subscription.protocol
        if protocol in ("http", "https"):
            return self._transports.http_policy(delivery.subscription).phases
        throttled = error.status == _THROTTLED or error.code in _THROTTLES
        return AWS_MANAGED if protocol in _MANAGED and not (protocol == "firehose" and throttled) else CUSTOMER_MANAGED

    def _has_turn(self, delivery: Delivery) -> bool:
        """Whether it may be attempted now; else it waits until its subscription's throttle policy lets it."""
        subscription = delivery.subscription
        if subscription.protocol not in ("http", "https"):
            return True
        per_second = self._transports.http_policy(subscription).per_second
        if per_second is None:
            return True
        now = self._plane.clock.time()
        if subscription.free_at > now:
            self._wait(delivery, subscription.free_at - now, "throttled", lambda: self._attempt(delivery))
            subscription.free_at += 1 / per_second
            return False
        subscription.free_at = now + 1 / per_second
        return True

    def _wait(self, delivery: Delivery, seconds: float, state: str, then: Callable[[], None] | None = None) -> None:
        delivery.state, delivery.until = state, self._plane.clock.time() + seconds
        self._waiting[delivery] = None
        self._plane.engine.after(seconds, lambda: self._resume(delivery, then))

    def _resume(self, delivery: Delivery, then: Callable[[], None] | None) -> None:
        if then is None:
            self._run(delivery)
            return
        self._waiting.pop(delivery, None)
        with self._plane.ledger.following(delivery.subject):
            then()

    def _line_up(self, delivery: Delivery) -> None:
        """Deliver when everything of its group that came before has been, or has been given up."""
        group = _group(delivery)
        lane = delivery.subscription.lanes.setdefault(group, deque())
        lane.append(delivery)
        self._waiting[delivery] = None
        if len(lane) == 1:
            self._plane.engine.soon(lambda: self._run(delivery))

    def _next(self, delivery: Delivery) -> None:
        subscription = delivery.subscription
        if not subscription.lanes:
            return
        lane = subscription.lanes[_group(delivery)]
        lane.popleft()
        if lane:
            following = lane[0]
            self._plane.engine.soon(lambda: self._run(following))
        else:
            del subscription.lanes[_group(delivery)]
        if isinstance(delivery.message, Notification) and delivery.message.replayed:
            subscription.replays -= 1

    def _give_up(self, delivery: Delivery, error: AwsError) -> None:
        """A dead letter is what the subscription would have got."""
        subscription, message = delivery.subscription, delivery.message
        target = subscription.settings.dead_letter_arn
        if target is None or isinstance(message, Notice):
            self._record(delivery, "lost", error.code)
            return
        try:
            self._transports.to_queue(target, subscription, message)
        except AwsError as refusal:
            self._record(delivery, "lost", f"{error.code}, and the dead-letter queue refused it: {refusal}")
        else:
            self._record(delivery, "dead-letter", error.code)

    def _record(self, delivery: Delivery, outcome: str, note: str = "") -> None:
        self._plane.ledger.record(
            "sns",
            "deliver",
            delivery.subscription.arn,
            event_id=delivery.subject,
            attempt=delivery.number,
            outcome=outcome,
            note=note or delivery.subscription.endpoint,
        )


def _is_temporary(error: AwsError) -> bool:
    return error.status >= _SERVER_ERROR or error.status == _THROTTLED or error.code in _THROTTLES


def _group(delivery: Delivery) -> str:
    message = delivery.message
    return (message.group_id or "") if isinstance(message, Notification) else ""
