"""A message as it was received."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Message:
    """`raw` is what ReceiveMessage answered."""

    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.raw["MessageId"])

    @property
    def receipt(self) -> str:
        return str(self.raw["ReceiptHandle"])

    @property
    def body(self) -> str:
        return str(self.raw["Body"])

    @property
    def attributes(self) -> dict[str, str]:
        """The message attributes that are texts or numbers."""
        given = self.raw.get("MessageAttributes", {})
        return {name: value["StringValue"] for name, value in given.items() if "StringValue" in value}

    @property
    def system(self) -> Mapping[str, str]:
        """What SQS itself knows of it."""
        known: Mapping[str, str] = self.raw.get("Attributes", {})
        return known

    @property
    def sent(self) -> float:
        """When it was sent to its first queue, in epoch seconds."""
        return int(self.system["SentTimestamp"]) / 1000

    @property
    def sent_at(self) -> datetime:
        return datetime.fromtimestamp(self.sent, UTC)

    @property
    def received(self) -> int:
        """How often it was received, from here and, of a redriven message, from its queue before."""
        return int(self.system["ApproximateReceiveCount"])

    @property
    def queue_before(self) -> str | None:
        """The ARN of the queue that SQS redrove it from."""
        return self.system.get("DeadLetterQueueSourceArn")

    @property
    def document(self) -> Any:
        """The body as JSON; None for what is none."""
        return json_of(self.body)


def json_of(text: Any) -> Any:
    """The JSON object or array that a text is, else None."""
    if not isinstance(text, str):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None
