"""From a model to an event: its contract checked, its id, time and correlation fixed."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bus.sdk import contracts, correlation
from bus.sdk.envelope import Metadata, Outgoing
from bus.sdk.ids import new_id
from bus.sdk.tracing import traceparent


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event that is ready to leave, and stays the same however often it is sent."""

    outgoing: Outgoing
    metadata: Metadata
    data: dict[str, Any]

    @property
    def source(self) -> str:
        return self.outgoing.event.source

    @property
    def detail_type(self) -> str:
        return self.outgoing.event.detail_type

    def detail(self) -> str:
        """The JSON of EventBridge's `detail`."""
        return as_text({"metadata": self.metadata.as_json(), "data": self.data})


def seal(outgoing: Outgoing, producer: str) -> Sealed:
    """Raises ContractViolationError for what the contract does not describe.

    The event continues what is being followed, or begins a story that bears its own id.
    """
    event_id = outgoing.event_id or new_id()
    event = outgoing.event
    # What the producer left out stays out: an optional member that is absent is not one that is null.
    data = event.model_dump(mode="json", by_alias=True, exclude_unset=True)
    contracts.check(event.source, event.detail_type, event_id, data)
    story = correlation.current() or correlation.Correlation(event_id)
    metadata = Metadata(
        event_id,
        datetime.fromtimestamp(time.time(), UTC),
        producer,
        outgoing.subject,
        story.correlation_id,
        outgoing.sequence,
        story.causation_id,
        traceparent(),
    )
    return Sealed(replace(outgoing, event_id=event_id), metadata, data)


def as_text(value: Mapping[str, Any]) -> str:
    """Compact JSON; not escaped to ASCII, since AWS counts bytes of UTF-8."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
