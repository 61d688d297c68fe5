"""The demo's figures computed from its input alone, to hold the platform's against."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bus.cli.demo.script import Customer, Hook, Story

Rows = list[list[Any]]
Effect = tuple[str, ...]
"""One thing that happens to a basket: ("OrderPaid.v1", basket), or the detail-type, basket, channel and trigger of
what a customer was told."""

# What the channels' subscriptions let through.
_NEWS = {
    "email": {"OrderPlaced.v1", "OrderPaid.v1", "OrderShipped.v1", "OrderCancelled.v1"},
    "sms": {"OrderShipped.v1", "OrderCancelled.v1"},
    "webhook": {"OrderPlaced.v1", "OrderPaid.v1", "OrderShipped.v1", "OrderCancelled.v1"},
}
_ANNOUNCED = {"sent": "NotificationSent.v1", "failed": "NotificationFailed.v1"}
NOTIFICATIONS = frozenset(_ANNOUNCED.values())
SCRIPTED = NOTIFICATIONS.union(*_NEWS.values())
"""The detail-types that the script brings about; of others the demo knows nothing to expect."""


@dataclass(frozen=True)
class Expected:
    """What a run that loses nothing and does nothing twice must come to.

    `effects` has every event that must be in the lake; `notifications` counts by channel and
    outcome ("sent", "failed", "dead"); the rows of the three queries are in the order in which the
    queries return them.
    """

    orders_by_state: Mapping[str, int]
    events_by_type: Mapping[str, int]
    effects: Counter[Effect]
    notifications: Mapping[str, Counter[str]]
    queries: Mapping[str, Rows]

    @property
    def dead_letters(self) -> dict[tuple[str, str], int]:
        """How many messages must end in a channel's dead-letter queue, by its stack and logical id."""
        return {channel_dead_letters(channel): outcomes["dead"] for channel, outcomes in self.notifications.items()}


def channel_dead_letters(channel: str) -> tuple[str, str]:
    """The stack and the logical id of a channel's dead-letter queue."""
    return "notifications", f"{channel.title()}DeadLetters"


def expect(stories: Sequence[Story], customers: Mapping[str, Customer]) -> Expected:
    """The figures of a script."""
    notifications = _notifications(stories, customers)
    effects = Counter(_effects(stories, customers))
    events = Counter(detail_type for detail_type, *_ in effects.elements())
    return Expected(
        orders_by_state=Counter("CANCELLED" if story.is_cancelled else story.fate.upper() for story in stories),
        events_by_type=dict(sorted(events.items())),
        effects=effects,
        notifications=notifications,
        queries={
            "revenue_by_day": _revenue_by_day(stories),
            "top_products": _top_products(stories),
            "notification_success": [
                [channel, outcomes["sent"], outcomes["failed"]]
                for channel, outcomes in sorted(notifications.items())
                if outcomes["sent"] + outcomes["failed"]
            ],
        },
    )


def _effects(stories: Sequence[Story], customers: Mapping[str, Customer]) -> Iterator[Effect]:
    for story in stories:
        yield from ((detail_type, story.basket.id) for detail_type in _events(story))
        customer = customers[story.basket.household]
        for channel in customer.recipients():
            if announced := _ANNOUNCED.get(_outcome(customer, channel)):
                told = (detail_type for detail_type in _events(story) if detail_type in _NEWS[channel])
                yield from ((announced, story.basket.id, channel, detail_type) for detail_type in told)


def _events(story: Story) -> Iterator[str]:
    yield "OrderPlaced.v1"
    if story.is_paid:
        yield "OrderPaid.v1"
    if story.fate == "shipped":
        yield "OrderShipped.v1"
    if story.is_cancelled:
        yield "OrderCancelled.v1"


def _notifications(stories: Sequence[Story], customers: Mapping[str, Customer]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {channel: Counter() for channel in _NEWS}
    for story in stories:
        customer = customers[story.basket.household]
        for channel in customer.recipients():
            told = sum(detail_type in _NEWS[channel] for detail_type in _events(story))
            counts[channel][_outcome(customer, channel)] += told
    return counts


def _outcome(customer: Customer, channel: str) -> str:
    if channel == "sms" and not customer.phone_works:
        return "failed"
    if channel == "webhook":
        return {Hook.GONE: "failed", Hook.DOWN: "dead"}.get(customer.hook or Hook.WORKS, "sent")
    return "sent"


def _revenue_by_day(stories: Sequence[Story]) -> Rows:
    days: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for story in stories:
        if story.is_paid:
            day = days[story.basket.bought_at.date().isoformat()]
            day[0] += 1
            day[1] += 0 if story.is_cancelled else story.basket.total
    return [[day, *figures] for day, figures in sorted(days.items())]


def _top_products(stories: Sequence[Story]) -> Rows:
    products: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for story in stories:
        for line in story.basket.lines:
            product = products[line.product_id, line.name]
            product[0] += line.quantity
            product[1] += line.amount
    ranked = sorted(products.items(), key=lambda item: (-item[1][1], item[0]))
    return [[*product, *figures] for product, figures in ranked[:10]]
