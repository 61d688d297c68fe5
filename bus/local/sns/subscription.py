"""A subscription: who gets what of a topic, and in which form."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.local.sns.errors import invalid
from bus.local.sns.notification import Notification
from bus.local.sns.settings import ATTRIBUTES, Endpoint, Settings

LARGE = ("sqs", "lambda", "firehose")
"""The protocols of subscriptions to topics that take more than 256 KiB."""


@dataclass(eq=False)
class Subscription:
    """One subscription; `attributes` as set, in AWS's spelling.

    `pending`: nobody has confirmed it yet. `authenticated`: who did signed the request. `protected`: only its owner and
    the topic's may end it. `gone`: it has been deleted. `replays`: how many deliveries of its replay are left.
    `lanes` hold the deliveries of each message group, the one under way first; `free_at` is the instant from which
    its throttle lets the next delivery through.
    """

    arn: str
    topic_arn: str
    target: Endpoint
    attributes: dict[str, str] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    pending: bool = False
    authenticated: bool = True
    protected: bool = False
    gone: bool = False
    replays: int = 0
    lanes: dict[str, deque[Any]] = field(default_factory=dict)
    free_at: float = 0.0

    def __post_init__(self) -> None:
        self.protocol, self.endpoint = self.target.protocol, self.target.address

    def configure(self, attributes: Mapping[str, str], announced: str = "") -> None:
        """Set attributes anew. Raises AwsError, and changes nothing, for what SNS refuses, `announced` as given."""
        for name in attributes:
            if name not in ATTRIBUTES:
                raise invalid(f"{announced}Unknown attribute {name}" if announced else "AttributeName")
        merged = {**self.attributes, **attributes}
        self.settings = self.target.settings(merged, announced)
        self.attributes = {name: text for name, text in merged.items() if text}

    def wants(self, notification: Notification) -> bool:
        """Whether the filter policy lets the message through."""
        settings = self.settings
        if settings.replay is not None and settings.replay.end is not None and notification.at > settings.replay.end:
            return False
        if settings.filter is None:
            return True
        if not settings.by_body:
            return settings.filter.matches(notification.filterable_attributes)
        body = notification.filterable_body
        return body is not None and settings.filter.matches(body)
