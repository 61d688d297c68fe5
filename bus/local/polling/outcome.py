"""What came of a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from bus.local.polling.record import Record


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which records failed, by identifier; `note` says why, `details` go into a failure document."""

    failed: frozenset[str] = frozenset()
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def failure(cls, records: Sequence[Record], note: str = "", details: Mapping[str, Any] | None = None) -> Self:
        """The whole batch failed."""
        return cls(frozenset(record.identifier for record in records), note, details or {})

    def of(self, record: Record) -> str:
        """What the ledger says of `record`: "ok" or "failed"."""
        return "failed" if record.identifier in self.failed else "ok"


def reported(answer: object, records: Sequence[Record], details: Mapping[str, Any] | None = None) -> Outcome:
    """The outcome in a function's answer with ReportBatchItemFailures.

    Nothing, an empty object and an empty or null list mean success; anything that does not name records of the
    batch means that all of it failed (Lambda developer guide, "Implementing partial batch responses").
    """
    if answer is None or answer == {}:
        return Outcome()
    if not isinstance(answer, Mapping):
        return Outcome.failure(records, "the answer is no object with batchItemFailures", details)
    failures = answer.get("batchItemFailures") or []
    known = {record.identifier for record in records}
    named = [str(item.get("itemIdentifier")) if isinstance(item, Mapping) else "" for item in failures]
    if any(name not in known for name in named):
        return Outcome.failure(records, "batchItemFailures names no record of the batch", details)
    return Outcome(frozenset(named), "reported as failed" if named else "", details or {})
