"""What is handed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Parcel:
    """`text` is what the receiver gets; `event` the EventBridge event, for what needs its fields.

    `attributes` are SQS's message attributes. `parameters` are those that the service in between had for its target:
    a queue's MessageGroupId, a stream's PartitionKey, a bus's Source and DetailType.
    """

    text: str
    event: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
