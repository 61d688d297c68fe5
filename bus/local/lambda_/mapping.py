"""An event source mapping: a reader whose batches go to a function."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from bus.local.lambda_.functions import DeployedFunction
from bus.local.lambda_.mapping_delivery import NOTHING_YET, Delivery
from bus.local.lambda_.mapping_failures import Failures
from bus.local.lambda_.mapping_settings import (
    Settings,
    concurrency,
    described,
    destination,
    instant,
    source_service,
)
from bus.local.lambda_.mapping_validation import filters
from bus.local.plane import Plane
from bus.local.polling import Discarded, Hops, Reading, Retries, reader_of
from bus.local.whereabouts import Whereabouts

_BY_USER = {"sqs": "USER_INITIATED"}


class EventSourceMapping:
    """One mapping, in one of the states of the API reference's EventSourceMappingConfiguration.

    What is asked of it takes effect right behind what is already due, as on AWS it takes effect after the answer;
    what is done `at_once`, by a template, before the call returns. Its reader keeps its position, and what it is
    retrying, while the mapping is disabled and through every change.
    """

    def __init__(
        self, plane: Plane, uuid: str, deployed: DeployedFunction, settings: Settings, *, enabled: bool
    ) -> None:
        """Raises AwsError for a source that is not there."""
        self._plane, self.uuid, self._deployed, self.settings = plane, uuid, deployed, settings
        self.arn = plane.arn("lambda", f"event-source-mapping:{uuid}")
        self.source_arn: str = settings["EventSourceArn"]
        self.enabled, self.state = enabled, "Creating"
        self.modified: datetime = plane.clock.now()
        self.tags: dict[str, str] = {}
        self._failures = Failures(plane, uuid, self.source_arn)
        self._delivery = self._new_delivery()
        position = settings.get("StartingPosition", "")
        self._reader = reader_of(
            plane, self.source_arn, self._reading(), position=position, timestamp=instant(settings)
        )

    @property
    def function_arn(self) -> str:
        return self._deployed.arn

    @property
    def settled(self) -> bool:
        """Whether it is on its way to no other state."""
        return self.state in {"Enabled", "Disabled"}

    def create(self, *, at_once: bool = False) -> None:
        """Begin to read, if it is enabled; the starting position is that of now."""
        if self.enabled:
            self._reader.place()
        self._reach("Creating", self._arrive, at_once=at_once)

    def change(self, deployed: DeployedFunction, settings: Settings, *, enabled: bool, at_once: bool = False) -> None:
        """Be like this from now on."""
        state = "Updating" if enabled == self.enabled else "Enabling" if enabled else "Disabling"

        def apply() -> None:
            self.enabled, self.settings, self._deployed = enabled, settings, deployed
            self._delivery = self._new_delivery(self._delivery.last_result)
            self._reader.configure(self._reading())
            self._arrive()

        self._reach(state, apply, at_once=at_once)

    def delete(self, gone: Callable[[], None], *, at_once: bool = False) -> None:
        """Read no more, and call `gone` when what is in flight is through."""
        self._reach("Deleting", lambda: self._reader.stop(gone), at_once=at_once)

    def description(self) -> dict[str, Any]:
        """As GetEventSourceMapping answers it."""
        service = source_service(self.settings)
        result = {} if service == "sqs" else {"LastProcessingResult": self._delivery.last_result}
        return {
            **described(self.settings),
            "UUID": self.uuid,
            "EventSourceMappingArn": self.arn,
            "FunctionArn": self.function_arn,
            "LastModified": self.modified,
            "State": self.state,
            "StateTransitionReason": _BY_USER.get(service, "User action"),
            **result,
        }

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """What its reader holds of an event."""
        for held in self._reader.held(event_id):
            note = f"{held.place} of {self.source_arn}"
            yield Whereabouts("lambda", self.function_arn, held.state, held.until, note)

    def _reach(self, state: str, arrive: Callable[[], None], *, at_once: bool) -> None:
        self.state = state
        if at_once:
            arrive()
        else:
            self._plane.engine.soon(arrive)

    def _arrive(self) -> None:
        self.modified = self._plane.clock.now()
        if self.enabled:
            self._reader.start()
            self.state = "Enabled"
        else:
            self._reader.stop(self._disabled)

    def _disabled(self) -> None:
        self.state = "Disabled"

    def _new_delivery(self, last_result: str = NOTHING_YET) -> Delivery:
        hops = Hops(self._plane, "lambda", self.function_arn, delivery="Invoke")
        reports = "ReportBatchItemFailures" in self.settings["FunctionResponseTypes"]
        return Delivery(self._plane, self._deployed, hops, self.source_arn, reports=reports, last_result=last_result)

    def _reading(self) -> Reading:
        settings = self.settings
        return Reading(
            filters=filters(settings),
            deliver=self._delivery.deliver,
            filtered=self._delivery.hops.filtered,
            discard=self._discard,
            retries=Retries(
                maximum=settings.get("MaximumRetryAttempts", -1),
                age=float(settings.get("MaximumRecordAgeInSeconds", -1)),
                bisect=settings.get("BisectBatchOnFunctionError", False),
            ),
            batch_size=settings["BatchSize"],
            window=float(settings["MaximumBatchingWindowInSeconds"]),
            parallel=settings.get("ParallelizationFactor", 1),
            concurrency=concurrency(settings),
            tumbling=float(settings.get("TumblingWindowInSeconds", 0)),
            aggregate=self._delivery.aggregate,
        )

    def _discard(self, discarded: Discarded) -> None:
        arn = destination(self.settings)
        tell = None if arn is None else lambda: self._failures.tell(discarded, self.function_arn, arn)
        self._delivery.hops.given_up(discarded, arn, tell)
