"""An event source mapping: a reader whose batches go to a function."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.arns import service_of
from bus.local.functions import Answer
from bus.local.lambda_.errors import invalid
from bus.local.lambda_.functions import LATEST, DeployedFunction
from bus.local.plane import Plane
from bus.local.polling import (
    BATCH_SIZES,
    Discarded,
    Filters,
    Hops,
    Outcome,
    Reader,
    Reading,
    Record,
    Retries,
    reader_of,
    reported,
)
from bus.local.polling.failures import batch_info
from bus.local.times import iso
from bus.patterns import EVENT_SOURCE_MAPPING, InvalidPatternError

_SQS_BATCH = 10  # a larger one needs a window to fill in


class EventSourceMapping:
    """One mapping; `properties` are those of AWS::Lambda::EventSourceMapping."""

    def __init__(self, plane: Plane, uuid: str, deployed: DeployedFunction, properties: Mapping[str, Any]) -> None:
        self._plane, self.uuid, self._deployed, self._properties = plane, uuid, deployed, properties
        self.source_arn: str = properties["EventSourceArn"]
        self._reports = "ReportBatchItemFailures" in (properties.get("FunctionResponseTypes") or ())
        self._hops = Hops(plane, "lambda", deployed.arn, delivery="Invoke")
        self._reader = self._new_reader()

    @property
    def enabled(self) -> bool:
        return bool(self._properties.get("Enabled", True))

    @property
    def function_arn(self) -> str:
        return self._deployed.arn

    def start(self) -> None:
        """Read from now on, if the mapping is enabled."""
        if self.enabled:
            self._reader.start()

    def description(self) -> dict[str, Any]:
        """As GetEventSourceMapping answers it."""
        given = {name: value for name, value in self._properties.items() if name not in {"FunctionName", "Enabled"}}
        return {
            **given,
            "UUID": self.uuid,
            "FunctionArn": self.function_arn,
            "BatchSize": self._batch_size,
            "State": "Enabled" if self.enabled else "Disabled",
        }

    @property
    def _batch_size(self) -> int:
        return int(self._properties.get("BatchSize", BATCH_SIZES[service_of(self.source_arn)]))

    def _new_reader(self) -> Reader:
        window = float(self._properties.get("MaximumBatchingWindowInSeconds", 0))
        if service_of(self.source_arn) == "sqs" and self._batch_size > _SQS_BATCH and not window:
            least = f"must be greater than 0 if maximum batch size is {self._batch_size}"
            raise invalid(f"Maximum batch window in seconds {least}")
        reading = Reading(
            filters=_filters(self._properties.get("FilterCriteria")),
            deliver=self._deliver,
            filtered=self._hops.filtered,
            discard=self._discard,
            retries=Retries(
                maximum=int(self._properties.get("MaximumRetryAttempts", -1)),
                age=float(self._properties.get("MaximumRecordAgeInSeconds", -1)),
                bisect=bool(self._properties.get("BisectBatchOnFunctionError", False)),
            ),
            batch_size=self._batch_size,
            window=window,
        )
        return reader_of(self._plane, self.source_arn, reading, position=self._properties.get("StartingPosition", ""))

    def _deliver(self, records: list[Record]) -> Outcome:
        payload = json.dumps({"Records": [record.data for record in records]}).encode()
        with self._hops.following(records):
            answer = self._deployed.invoke(payload)
        outcome = self._outcome(answer, records)
        self._hops.delivered(records, outcome)
        return outcome

    def _outcome(self, answer: Answer, records: list[Record]) -> Outcome:
        error = {"functionError": "Unhandled"} if answer.failed else {}
        details = {
            "requestId": answer.request_id,
            "responseContext": {"statusCode": 200, "executedVersion": LATEST, **error},
        }
        if answer.failed:
            return Outcome.failure(records, json.loads(answer.payload)["errorType"], details)
        return reported(json.loads(answer.payload), records, details) if self._reports else Outcome()

    def _discard(self, discarded: Discarded) -> None:
        destination = self._properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        self._hops.discarded(discarded, destination, self._failure_document)

    def _failure_document(self, discarded: Discarded) -> dict[str, Any]:
        details = dict(discarded.last.details)
        request_id = details.pop("requestId", None) or self._plane.chance.uuid()
        return {
            "requestContext": {
                "requestId": request_id,
                "functionArn": self.function_arn,
                "condition": discarded.condition,
                "approximateInvokeCount": discarded.deliveries,
            },
            **details,
            "version": "1.0",
            "timestamp": iso(self._plane.clock.time()),
            **batch_info(discarded, self.source_arn),
        }


def _filters(criteria: Mapping[str, Any] | None) -> Filters:
    try:
        return Filters(criteria, EVENT_SOURCE_MAPPING)
    except InvalidPatternError as error:
        raise invalid(str(error)) from error
