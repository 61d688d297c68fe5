"""What a demo run came to, and whether that is what its input demands."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bus.cli.demo.dead_letters import DeadLetters, dead_letters
from bus.cli.demo.effects import Left, effects_in, left, stored_rows
from bus.cli.demo.expected import SCRIPTED, Effect, Expected, Rows, channel_dead_letters
from bus.cli.demo.queries import QUERIES, Lake
from bus.local.platform import LocalPlatform


@dataclass(frozen=True)
class Answer:
    """One question to the lake: what the SQL returned, and what the input says."""

    sql: str
    rows: Rows
    expected: Rows

    @property
    def agrees(self) -> bool:
        return self.rows == self.expected


@dataclass(frozen=True)
class Summary:
    """A run's figures.

    `lost` counts the events that had to happen and are not in the lake, the messages that were announced and
    never left, and the missing dead letters. `duplicates` counts what happened more often than it had to, or should
    not have happened at all: events, mails, text messages and webhook calls. A dead letter that the script does not
    want is wrong as well, lost or not.
    """

    orders_by_state: Mapping[str, int]
    events_by_type: Mapping[str, int]
    notifications_by_channel: Mapping[str, Mapping[str, int]]
    lake_rows: Mapping[str, int]
    dead_letters: Sequence[DeadLetters]
    lost: int
    duplicates: int
    seconds: float
    orders_per_second: float
    queries: Mapping[str, Answer]
    ledger: str
    hops: int

    @property
    def is_right(self) -> bool:
        nothing_wrong = not self.lost and not self.duplicates and not self.unexpected_dead_letters
        return nothing_wrong and all(answer.agrees for answer in self.queries.values())

    @property
    def unexpected_dead_letters(self) -> list[DeadLetters]:
        """The queues that hold more than the script wants there."""
        return [letters for letters in self.dead_letters if letters.unexpected]

    @property
    def dead_letters_by_queue(self) -> dict[str, int]:
        """Messages by the queue's logical id; those of two stacks' queues of one name together."""
        counts: Counter[str] = Counter()
        for letters in self.dead_letters:
            counts[letters.queue] += letters.count
        return dict(counts)

    def as_json(self) -> dict[str, Any]:
        """What `bus demo --json` prints."""
        return {
            "orders_placed": sum(self.orders_by_state.values()),
            "orders_by_state": dict(self.orders_by_state),
            "events_by_type": dict(self.events_by_type),
            "notifications_by_channel": {name: dict(counts) for name, counts in self.notifications_by_channel.items()},
            "lake_rows": dict(self.lake_rows),
            "dead_letters": sum(letters.count for letters in self.dead_letters),
            "dead_letters_by_queue": self.dead_letters_by_queue,
            "unexpected_dead_letters": [
                {"stack": one.stack, "queue": one.queue, "count": one.unexpected, "why": one.why}
                for one in self.unexpected_dead_letters
            ],
            "lost": self.lost,
            "duplicates": self.duplicates,
            "seconds": round(self.seconds, 2),
            "orders_per_second": round(self.orders_per_second, 1),
            "queries": {
                name: {
                    "sql": answer.sql,
                    "rows": answer.rows,
                    "expected": answer.expected,
                    "agrees": answer.agrees,
                }
                for name, answer in self.queries.items()
            },
            "ledger": {"sha256": self.ledger, "hops": self.hops},
        }


def take_stock(platform: LocalPlatform, lake: Lake, expected: Expected, order_ids: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a Summary that are read off the platform when it has come to rest; `order_ids` are by basket."""
    stored = stored_rows(lake)
    effects = effects_in(stored, order_ids)
    dead = dead_letters(platform, expected.dead_letters)
    notifications = _notifications(effects, dead, expected.notifications)
    # A service that the script knows nothing of may publish what it likes.
    scripted = Counter({effect: count for effect, count in effects.items() if effect[0] in SCRIPTED})
    gone = left(platform)
    return {
        "orders_by_state": _orders_by_state(platform),
        "events_by_type": dict(Counter(detail_type for detail_type, *_ in effects.elements())),
        "notifications_by_channel": notifications,
        "lake_rows": {lake.tables[detail_type]: len(rows) for detail_type, rows in stored.items()},
        "dead_letters": dead,
        "lost": (expected.effects - scripted).total() + _unsaid(notifications, gone, expected),
        "duplicates": (scripted - expected.effects).total() + _said_again(gone, expected),
        "queries": {
            name: Answer(" ".join(sql.split()), lake.query(sql), expected.queries[name])
            for name, sql in QUERIES.items()
        },
        "ledger": platform.ledger.digest(),
        "hops": len(platform.ledger),
    }


def _orders_by_state(platform: LocalPlatform) -> dict[str, int]:
    pages = platform.client("dynamodb").get_paginator("scan")
    orders = pages.paginate(
        TableName=platform.find("Table", "orders"),
        FilterExpression="kind = :order",
        ExpressionAttributeValues={":order": {"S": "order"}},
    )
    return dict(sorted(Counter(item["status"]["S"] for page in orders for item in page["Items"]).items()))


def _notifications(
    effects: Counter[Effect], dead: Iterable[DeadLetters], channels: Iterable[str]
) -> dict[str, dict[str, int]]:
    waiting = {(letters.stack, letters.queue): letters.count for letters in dead}
    told = Counter((effect[0], effect[2]) for effect in effects if len(effect) > 2)  # noqa: PLR2004 - Effect
    return {
        channel: {
            "sent": told["NotificationSent.v1", channel],
            "failed": told["NotificationFailed.v1", channel],
            "dead": waiting.get(channel_dead_letters(channel), 0),
        }
        for channel in channels
    }


def _unsaid(notifications: Mapping[str, Mapping[str, int]], gone: Mapping[str, Left], expected: Expected) -> int:
    """Messages that were announced and never left, and those that should wait as dead letters and do not."""
    return sum(
        max(0, counts["sent"] - gone[channel].distinct)
        + max(0, expected.notifications[channel]["dead"] - counts["dead"])
        for channel, counts in notifications.items()
    )


def _said_again(gone: Mapping[str, Left], expected: Expected) -> int:
    """Messages that left twice, and those that nobody should have had."""
    return sum(
        messages.total - messages.distinct + max(0, messages.distinct - expected.notifications[channel]["sent"])
        for channel, messages in gone.items()
    )
