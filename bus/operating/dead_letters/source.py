"""One thing that gives up messages to a queue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.operating.names import short

KINDS = {
    "queue": "queue",
    "bus": "event bus",
    "rule": "rule",
    "subscription": "subscription",
    "pipe": "pipe",
    "schedule": "schedule",
    "function": "function",
    "mapping": "event source mapping",
}


@dataclass(frozen=True)
class Source:
    """`kind` is one of KINDS; `queue` the ARN of what its dead letters go to.

    `settings` are its own as AWS describes them, of a rule the target's, of a subscription its attributes.
    """

    kind: str
    arn: str
    queue: str
    settings: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """Its name for people."""
        if self.kind == "mapping":
            return f"{short(self.settings['FunctionArn'])} from {short(self.settings['EventSourceArn'])}"
        if self.kind == "subscription":
            return f"{short(self.arn)} to {short(self.settings['Endpoint'])}"
        if self.kind == "rule":
            return f"{short(self.arn)} to {short(self.settings['Arn'])}"
        return short(self.arn)

    def __str__(self) -> str:
        return f"{KINDS[self.kind]} {self.name}"
