"""What was asked of a pipe: CreatePipe's parameters, with what goes without saying."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bus.local.pipes.kinds import ENRICHMENTS, SOURCES, TARGETS, SourceKind, TargetKind, kind_of

_PARAMETERS = ("SourceParameters", "EnrichmentParameters", "TargetParameters")
_STREAM_DEFAULTS = {"MaximumRecordAgeInSeconds": -1, "MaximumRetryAttempts": -1, "ParallelizationFactor": 1}
_POSITION = ("StartingPosition", "StartingPositionTimestamp")


@dataclass(frozen=True, slots=True)
class Definition:
    """`given` has the shape of CreatePipe's parameters."""

    given: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.given["Name"])

    @property
    def source(self) -> str:
        return str(self.given["Source"])

    @property
    def target(self) -> str:
        return str(self.given["Target"])

    @property
    def enrichment(self) -> str:
        """The ARN of the enrichment; empty for a pipe without one."""
        return self.given.get("Enrichment") or ""

    @property
    def source_kind(self) -> SourceKind:
        return SOURCES[kind_of(self.source)]

    @property
    def target_kind(self) -> TargetKind:
        return TARGETS[kind_of(self.target)]

    @property
    def filters(self) -> Mapping[str, Any]:
        """FilterCriteria."""
        return (self.given.get("SourceParameters") or {}).get("FilterCriteria") or {}

    @property
    def reading(self) -> Mapping[str, Any]:
        """The parameters of the source's own kind, those that were not given too."""
        given = (self.given.get("SourceParameters") or {}).get(self.source_kind.parameters) or {}
        defaults = {} if kind_of(self.source) == "sqs" else _STREAM_DEFAULTS
        return {"BatchSize": self._default_batch, "MaximumBatchingWindowInSeconds": 0, **defaults, **given}

    @property
    def _default_batch(self) -> int:
        """The source's default, at most what enrichment and target take."""
        return min(self.source_kind.batch, self.largest_batch)

    @property
    def largest_batch(self) -> int:
        """What target and enrichment take at once: "You can't configure a pipe with a larger batch size than the target
        supports" (EventBridge user guide, batching and concurrency).
        """
        taken = self.target_kind.maximum
        return min(taken, ENRICHMENTS[kind_of(self.enrichment)]) if self.enrichment else taken

    @property
    def position(self) -> str:
        """StartingPosition; empty for a queue."""
        return str(self.reading.get("StartingPosition", ""))

    @property
    def since(self) -> float | None:
        """StartingPositionTimestamp, in epoch seconds; templates write it as text."""
        given = self.reading.get("StartingPositionTimestamp")
        if isinstance(given, str):
            given = datetime.fromisoformat(given) if "T" in given else float(given)
        if isinstance(given, datetime):
            return given.replace(tzinfo=given.tzinfo or UTC).timestamp()
        return given

    @property
    def dead_letters(self) -> str | None:
        """The queue or topic for what is given up."""
        return (self.reading.get("DeadLetterConfig") or {}).get("Arn")

    @property
    def sending(self) -> Mapping[str, Any]:
        """The parameters of the target's own kind."""
        parameters = self.target_kind.parameters
        return {} if parameters is None else (self.given.get("TargetParameters") or {}).get(parameters) or {}

    @property
    def asking(self) -> Mapping[str, Any]:
        """The parameters of the enrichment's request over HTTP."""
        return (self.given.get("EnrichmentParameters") or {}).get("HttpParameters") or {}

    @property
    def target_template(self) -> str:
        return (self.given.get("TargetParameters") or {}).get("InputTemplate") or ""

    @property
    def enrichment_template(self) -> str:
        return (self.given.get("EnrichmentParameters") or {}).get("InputTemplate") or ""

    @property
    def desired(self) -> str:
        """DesiredState: a pipe runs unless it is wanted stopped."""
        return self.given.get("DesiredState") or "RUNNING"

    def wanting(self, state: str) -> "Definition":
        """The same with another DesiredState."""
        return Definition({**self.given, "DesiredState": state})

    def updated(self, changes: Mapping[str, Any]) -> "Definition":
        """What UpdatePipe makes of it: only what is named changes, and the parameters of one service as a whole.

        An optional one that is left out of them goes back to its default (API reference, UpdatePipe). Where a stream is
        read from cannot change, nor the parameters of a target that is there no more remain.
        """
        merged = {**self.given, **changes}
        for group in _PARAMETERS:
            if group in changes:
                merged[group] = {**(self.given.get(group) or {}), **changes[group]}
        if "SourceParameters" in changes:
            merged["SourceParameters"] = self._keeping_position(merged["SourceParameters"])
        if kind_of(merged["Target"]) != kind_of(self.target):
            merged["TargetParameters"] = changes.get("TargetParameters") or {}
        return Definition(merged)

    def _keeping_position(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        own = self.source_kind.parameters
        if own not in parameters:
            return parameters
        kept = {name: self.reading[name] for name in _POSITION if name in self.reading}
        return {**parameters, own: {**parameters[own], **kept}}

    def described(self) -> dict[str, Any]:
        """The members that DescribePipe answers of it."""
        parameters = {**(self.given.get("SourceParameters") or {}), self.source_kind.parameters: self._reading_shown()}
        named = ("Description", "EnrichmentParameters", "TargetParameters", "RoleArn", "LogConfiguration")
        more = {name: self.given[name] for name in (*named, "KmsKeyIdentifier") if self.given.get(name)}
        return {"SourceParameters": parameters, **more}

    def _reading_shown(self) -> dict[str, Any]:
        shown = dict(self.reading)
        if self.since is not None:
            shown["StartingPositionTimestamp"] = datetime.fromtimestamp(self.since, UTC)
        return shown
