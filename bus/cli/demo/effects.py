"""What a run did, one thing at a time: the events in the lake, and what left the platform."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from bus.cli.demo.expected import NOTIFICATIONS, SCRIPTED, Effect, Rows
from bus.cli.demo.queries import Lake
from bus.local.platform import LocalPlatform


def stored_rows(lake: Lake) -> dict[str, Rows]:
    """Every row of each detail-type's table: the event's id, and what it is about."""
    return {
        detail_type: lake.query(f"SELECT event_id, {_about(detail_type)} FROM {table}")  # noqa: S608 - names of ours
        for detail_type, table in lake.tables.items()
    }


def effects_in(stored: Mapping[str, Rows], order_ids: Mapping[str, str]) -> Counter[Effect]:
    """The events of these rows, each once; `order_ids` are by basket, and an order of no basket stands for itself."""
    baskets = {order_id: basket for basket, order_id in order_ids.items()}
    return Counter(
        (detail_type, baskets.get(order_id, order_id), *rest)
        for detail_type, rows in stored.items()
        for _, order_id, *rest in {tuple(row) for row in rows}
    )


def _about(detail_type: str) -> str:
    if detail_type in NOTIFICATIONS:
        return "about, channel, trigger"
    # Whatever else a service publishes has a subject; what that is, is its own affair.
    return "order_id" if detail_type in SCRIPTED else "subject"


@dataclass(frozen=True)
class Left:
    """What left over one channel: how many messages, and how many that differ."""

    total: int
    distinct: int


def left(platform: LocalPlatform) -> dict[str, Left]:
    """What left the platform, by channel.

    A mail names its order, and a webhook call its notification. Two text messages may say the same of two orders,
    so each counts as one of its own.
    """
    outside = platform.outside
    delivered = [call for call in outside.calls if call.status < 300]  # noqa: PLR2004 - HTTP success
    return {
        "email": _counted([(mail.to, mail.subject, mail.text) for mail in outside.mails]),
        "sms": Left(len(outside.texts), len(outside.texts)),
        "webhook": _counted([call.headers["webhook-id"] for call in delivered]),
    }


def _counted(messages: list[Hashable]) -> Left:
    return Left(len(messages), len(set(messages)))
