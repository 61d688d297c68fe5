"""What the SDK refuses, said with the place and the way out. No message ever holds an event's data."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bus.sdk.envelope import Outgoing


class OmnibusError(Exception):
    """The root of what `bus.sdk` raises."""


class MissingSettingError(OmnibusError):
    """The function's environment lacks a variable that the SDK reads."""

    def __init__(self, name: str, purpose: str) -> None:
        self.name, self.purpose = name, purpose
        super().__init__(f"the environment variable {name} is not set: it names {purpose}; set it in the template")


class NotAnEventError(OmnibusError, TypeError):
    """A consumer was given something that does not say which event it is."""

    def __init__(self, model: object) -> None:
        self.model = model
        super().__init__(
            f"{model!r} is not an event: consume a pydantic model with the class variables source and detail_type"
        )


class UnreadableEventError(OmnibusError):
    """What arrived is in no shape that an event arrives in."""

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        super().__init__(f"{where}: {why}; the SDK reads events from EventBridge, SQS, SNS (also in SQS) and Kinesis")


class UnknownEventError(OmnibusError):
    """An event arrived that its consumer does not declare: the rule in front of it matches too much."""

    def __init__(self, source: str, detail_type: str, event_id: str | None, declared: Sequence[str]) -> None:
        self.source, self.detail_type, self.event_id, self.declared = source, detail_type, event_id, tuple(declared)
        super().__init__(
            f"{detail_type!r} from {source!r} (event {event_id}) is none of {', '.join(declared)}; "
            "declare it in @consumer(...) or narrow the rule's pattern"
        )


class Fault(NamedTuple):
    """One place where an event breaks its contract: its path ("data.lines.0.quantity") and what is wrong there."""

    path: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class ContractViolationError(OmnibusError):
    """An event is not what its contract says; `faults` has every place."""

    def __init__(self, detail_type: str, event_id: str | None, faults: Sequence[Fault]) -> None:
        self.detail_type, self.event_id, self.faults = detail_type, event_id, tuple(faults)
        super().__init__(
            f"{detail_type} (event {event_id}) breaks its contract at {'; '.join(map(str, faults))}. "
            f"The contract is {detail_type}.json in the owner's folder of `schemas`"
        )


class EventTooLargeError(OmnibusError):
    """An event exceeds what AWS carries; `size` and `limit` are bytes."""

    def __init__(self, detail_type: str, event_id: str, size: int, limit: int, remedy: str) -> None:
        self.detail_type, self.event_id, self.size, self.limit = detail_type, event_id, size, limit
        super().__init__(f"{detail_type} (event {event_id}) takes {size:,} of at most {limit:,} bytes; {remedy}")


class ClaimCheckError(OmnibusError):
    """The data behind a claim check is not there, or is not what was checked in."""

    def __init__(self, location: str, why: str) -> None:
        self.location, self.why = location, why
        super().__init__(f"claim check {location}: {why}")


class Refused(NamedTuple):
    """An event that EventBridge did not take, with its error code and message.

    `outgoing` holds the id that the event was sent with: publish it again as it is, and consumers that
    did see it know it.
    """

    outgoing: "Outgoing"
    code: str
    message: str


class PublishError(OmnibusError):
    """EventBridge refused events for good, or for longer than the SDK tries.

    `refused` holds them with the reasons; `accepted` were published beside them and must not be
    published again.
    """

    def __init__(self, bus_name: str, refused: Sequence[Refused], accepted: Sequence["Outgoing"]) -> None:
        self.bus_name, self.refused, self.accepted = bus_name, tuple(refused), tuple(accepted)
        reasons = sorted({f"{one.outgoing.event.detail_type}: {one.code}: {one.message}" for one in refused})
        super().__init__(
            f"{bus_name} refused {len(refused)} of {len(refused) + len(accepted)} events ({'; '.join(reasons)}); "
            "publish `refused` again, with the event ids it holds, or let the invocation fail and be retried"
        )
