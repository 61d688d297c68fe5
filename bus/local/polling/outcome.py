"""What came of a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from bus.local.polling.record import Record


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which records failed, by identifier; `note` says why, `details` go into a failure document.

    `seconds` is the virtual time that the delivery took: what follows from it happens then. `throttled` says that the
    records reached nobody, which costs no retry; `broken` that all of the delivery failed, also one without records.
    `state` is what a function answers for its tumbling window.
    """

    failed: frozenset[str] = frozenset()
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    throttled: bool = False
    broken: bool = False
    state: Any = None

    @classmethod
    def failure(
        cls,
        records: Sequence[Record],
        note: str = "",
        details: Mapping[str, Any] | None = None,
        *,
        seconds: float = 0.0,
    ) -> Self:
        """The whole batch failed."""
        return cls(_all(records), note, details or {}, seconds, broken=True)

    @classmethod
    def unreached(cls, records: Sequence[Record], note: str) -> Self:
        """The batch could not be delivered at all: the function is throttled, or not there."""
        return cls(_all(records), note, throttled=True, broken=True)

    def of(self, record: Record) -> str:
        """What the ledger says of `record`: "ok", "failed", or "retry" when it reached nobody."""
        if record.identifier not in self.failed:
            return "ok"
        return "retry" if self.throttled else "failed"


def reported(
    answer: object, records: Sequence[Record], details: Mapping[str, Any] | None = None, *, seconds: float = 0.0
) -> Outcome:
    """The outcome in a function's answer with ReportBatchItemFailures.

    Nothing, an empty object and an empty or null list mean success; anything that does not name records of the
    batch means that all of it failed (Lambda developer guide, "Implementing partial batch responses", success and
    failure conditions; the page on SQS adds the id of a message that is not in the batch).
    """
    if answer is None or answer == {}:
        return Outcome(details=details or {}, seconds=seconds)
    if not isinstance(answer, Mapping):
        return Outcome.failure(records, "the answer is no object with batchItemFailures", details, seconds=seconds)
    failures = answer.get("batchItemFailures") or []
    known = {record.identifier for record in records}
    named = {_identifier(item) for item in failures} if isinstance(failures, list) else {""}
    if not named <= known:
        return Outcome.failure(records, "batchItemFailures names no record of the batch", details, seconds=seconds)
    return Outcome(frozenset(named), "reported as failed" if named else "", details or {}, seconds)


def _identifier(item: object) -> str:
    named = item.get("itemIdentifier") if isinstance(item, Mapping) else None
    return named if isinstance(named, str) else ""


def _all(records: Sequence[Record]) -> frozenset[str]:
    return frozenset(record.identifier for record in records)
