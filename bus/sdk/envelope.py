"""What travels: an event's metadata beside its data, and the two sides' view of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bus.sdk.errors import ContractViolationError, Fault

if TYPE_CHECKING:
    from schemas.event import Event

T_co = TypeVar("T_co", covariant=True)

_TEXTS = ("event_id", "occurred_at", "producer", "subject", "correlation_id")
_OPTIONAL_TEXTS = ("causation_id", "traceparent")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of every event, whatever its contract.

    `event_id` (UUIDv7) is the idempotency key, the same through retries, redrives and replays;
    `subject` is the aggregate's id and `sequence` counts the subject's events, so that a consumer
    can tell a stale one; `traceparent` is W3C's.
    """

    event_id: str
    occurred_at: datetime
    producer: str
    subject: str
    correlation_id: str
    sequence: int | None = None
    causation_id: str | None = None
    traceparent: str | None = None

    def as_json(self) -> dict[str, str | int]:
        """Its JSON: RFC 3339 in UTC to the millisecond, and nothing for what is None."""
        fields = {
            "event_id": self.event_id,
            "occurred_at": rfc3339(self.occurred_at),
            "producer": self.producer,
            "subject": self.subject,
            "sequence": self.sequence,
            "correlation_id": self.correlation_id,
            "causation_id": self.causation_id,
            "traceparent": self.traceparent,
        }
        return {name: value for name, value in fields.items() if value is not None}

    @classmethod
    def from_json(cls, detail_type: str, json: Any) -> "Metadata":
        """Reads what `as_json` wrote; knows no more members than it needs. Raises ContractViolationError."""
        if not isinstance(json, Mapping):
            raise ContractViolationError(detail_type, None, [Fault("metadata", "is not an object")])
        faults = _metadata_faults(json)
        if faults:
            raise ContractViolationError(detail_type, event_id_in(json), faults)
        return cls(
            json["event_id"],
            datetime.fromisoformat(json["occurred_at"]),
            json["producer"],
            json["subject"],
            json["correlation_id"],
            json.get("sequence"),
            json.get("causation_id"),
            json.get("traceparent"),
        )


@dataclass(frozen=True, slots=True)
class Received(Generic[T_co]):
    """An event as its consumer sees it: checked, its data an instance of the declared model."""

    data: T_co
    metadata: Metadata
    source: str
    detail_type: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event to be published; `event_id` only for one that a retry must not publish under a second id."""

    event: "Event"
    subject: str
    sequence: int | None = None
    event_id: str | None = None


def rfc3339(instant: datetime) -> str:
    """`instant` in UTC, to the millisecond: "2026-01-31T12:00:00.000Z"."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event_id_in(metadata: Any) -> str | None:
    """The event's id as far as it can be known of metadata that may be broken."""
    found = metadata.get("event_id") if isinstance(metadata, Mapping) else None
    return found if isinstance(found, str) else None


def _metadata_faults(json: Mapping[str, Any]) -> list[Fault]:
    faults = [Fault(f"metadata.{name}", "is required") for name in _TEXTS if name not in json]
    texts = [name for name in (*_TEXTS, *_OPTIONAL_TEXTS) if not isinstance(json.get(name, ""), str)]
    faults += [Fault(f"metadata.{name}", "is not a string") for name in texts]
    if type(json.get("sequence", 0)) is not int:
        faults.append(Fault("metadata.sequence", "is not an integer"))
    if not faults and not _is_instant(json["occurred_at"]):
        faults.append(Fault("metadata.occurred_at", "is not an RFC 3339 instant"))
    return faults


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
