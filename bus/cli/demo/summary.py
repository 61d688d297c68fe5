"""What a demo run came to, and whether that is what its input demands."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.cli.demo.expected import Expected, Rows
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

    `lost` counts the expected events that are not in the lake and the notifications that neither
    left, failed with a reason, nor wait as dead letters. `duplicates` counts effects that happened
    more often than they should: events, mails, text messages and webhook calls.
    """

    orders_by_state: Mapping[str, int]
    events_by_type: Mapping[str, int]
    notifications_by_channel: Mapping[str, Mapping[str, int]]
    lake_rows: Mapping[str, int]
    dead_letters_by_queue: Mapping[str, int]
    lost: int
    duplicates: int
    seconds: float
    orders_per_second: float
    queries: Mapping[str, Answer]
    ledger: str
    hops: int

    @property
    def is_right(self) -> bool:
        return not self.lost and not self.duplicates and all(answer.agrees for answer in self.queries.values())

    def as_json(self) -> dict[str, Any]:
        """What `bus demo --json` prints."""
        return {
            "orders_placed": sum(self.orders_by_state.values()),
            "orders_by_state": dict(self.orders_by_state),
            "events_by_type": dict(self.events_by_type),
            "notifications_by_channel": {name: dict(counts) for name, counts in self.notifications_by_channel.items()},
            "lake_rows": dict(self.lake_rows),
            "dead_letters": sum(self.dead_letters_by_queue.values()),
            "dead_letters_by_queue": dict(self.dead_letters_by_queue),
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


def take_stock(platform: LocalPlatform, lake: Lake, expected: Expected) -> dict[str, Any]:
    """The fields of a Summary that are read off the platform when it has come to rest."""
    rows, events = {}, {}
    for detail_type, table in lake.tables.items():
        [[stored, distinct]] = lake.query(f"SELECT count(*), count(DISTINCT event_id) FROM {table}")  # noqa: S608 - a name of ours
        rows[table] = stored
        if distinct:
            events[detail_type] = distinct
    dead = dead_letters(platform)
    notifications = _notifications(lake, dead)
    return {
        "orders_by_state": _orders_by_state(platform),
        "events_by_type": events,
        "notifications_by_channel": notifications,
        "lake_rows": rows,
        "dead_letters_by_queue": dead,
        "lost": _lost(events, notifications, expected),
        "duplicates": _duplicates(platform, events, expected),
        "queries": {
            name: Answer(" ".join(sql.split()), lake.query(sql), expected.queries[name])
            for name, sql in QUERIES.items()
        },
        "ledger": platform.ledger.digest(),
        "hops": len(platform.ledger),
    }


def dead_letters(platform: LocalPlatform) -> dict[str, int]:
    """Messages in every dead-letter queue that has any, by the queue's logical id."""
    sqs = platform.client("sqs")
    waiting = {}
    for stack in platform.stacks.values():
        for logical_id, deployed in stack.resources.items():
            if deployed.type == "AWS::SQS::Queue" and logical_id.endswith("DeadLetters"):
                attributes = sqs.get_queue_attributes(
                    QueueUrl=deployed.ref, AttributeNames=["ApproximateNumberOfMessages"]
                )["Attributes"]
                if count := int(attributes["ApproximateNumberOfMessages"]):
                    waiting[logical_id] = count
    return waiting


def _orders_by_state(platform: LocalPlatform) -> dict[str, int]:
    pages = platform.client("dynamodb").get_paginator("scan")
    orders = pages.paginate(
        TableName=platform.find("Table", "orders"),
        FilterExpression="kind = :order",
        ExpressionAttributeValues={":order": {"S": "order"}},
    )
    return dict(sorted(Counter(item["status"]["S"] for page in orders for item in page["Items"]).items()))


def _notifications(lake: Lake, dead: Mapping[str, int]) -> dict[str, dict[str, int]]:
    counts = {
        channel: {"sent": sent, "failed": failed, "dead": 0}
        for channel, sent, failed in lake.query(QUERIES["notification_success"])
    }
    for channel, outcomes in counts.items():
        outcomes["dead"] = dead.get(f"{channel.title()}DeadLetters", 0)
    return counts


def _lost(events: Mapping[str, int], notifications: Mapping[str, Mapping[str, int]], expected: Expected) -> int:
    missing = sum(max(0, count - events.get(type_, 0)) for type_, count in expected.events_by_type.items())
    unsaid = sum(
        max(0, outcomes["dead"] - notifications.get(channel, {}).get("dead", 0))
        for channel, outcomes in expected.notifications.items()
    )
    return missing + unsaid


def _duplicates(platform: LocalPlatform, events: Mapping[str, int], expected: Expected) -> int:
    left = {
        "email": len(platform.outside.mails),
        "sms": len(platform.outside.texts),
        "webhook": sum(call.status < 300 for call in platform.outside.calls),  # noqa: PLR2004 - HTTP success
    }
    again = sum(max(0, count - expected.notifications[channel]["sent"]) for channel, count in left.items())
    surplus = sum(max(0, count - expected.events_by_type.get(type_, 0)) for type_, count in events.items())
    return again + surplus
