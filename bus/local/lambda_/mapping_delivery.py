"""Batches of an event source mapping, delivered to its function."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from bus.local.arns import service_of
from bus.local.continuations import when_done
from bus.local.errors import AwsError
from bus.local.functions import Answer
from bus.local.lambda_.invocation import Invocation
from bus.local.lambda_.measuring import measure_age
from bus.local.lambda_.names import parse
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.polling import Hops, Outcome, Record, reported
from bus.local.polling.batching import PAYLOAD_LIMIT
from bus.local.polling.record import as_json
from bus.local.polling.tumbling import Closing, WindowPart

NOTHING_YET = "No records processed"  # what LastProcessingResult says before the first batch


class Invoked(Protocol):
    """A function under some name."""

    arn: str

    def begin(self, invocation: Invocation) -> Later[Answer]:
        """Run it. Raises AwsError when it is throttled or gone."""


class Delivery:
    """Invokes a function with batches, and says what its answers mean.

    `reports` is whether it answers with batchItemFailures; `last_result` is LastProcessingResult.
    """

    def __init__(
        self,
        plane: Plane,
        function: Invoked,
        hops: Hops,
        source_arn: str,
        *,
        reports: bool,
        last_result: str = NOTHING_YET,
    ) -> None:
        self._plane, self._function, self.hops = plane, function, hops
        self._source_arn, self._reports = source_arn, reports
        self.last_result = last_result

    def deliver(self, records: list[Record]) -> Outcome | Later[Outcome]:
        """One invocation with `records`."""
        return self._invoke(as_event(records), records)

    def aggregate(self, records: list[Record], part: WindowPart) -> Outcome | Later[Outcome]:
        """One invocation of a tumbling window, which must answer with the state (Lambda developer guide,
        "Implementing stateful Kinesis Data Streams processing in Lambda"). One that ends the window has no records.
        """
        about = {
            "window": {"start": _second(part.start), "end": _second(part.end)},
            "state": part.state,
            "shardId": part.shard,
            "eventSourceARN": self._source_arn,
            "isFinalInvokeForWindow": part.closing is Closing.FINAL,
            # "… will continue the same window with a fresh state" (aws-lambda-go, TimeWindowProperties).
            "isWindowTerminatedEarly": part.closing is Closing.EARLY,
        }
        payload = as_event(records)[:-1] + b"," + as_json(about)[1:]
        return self._invoke(payload, records, windowed=True)

    def _invoke(self, payload: bytes, records: list[Record], *, windowed: bool = False) -> Outcome | Later[Outcome]:
        if len(payload) > PAYLOAD_LIMIT:
            return self._told(records, self._problem(Outcome.failure(records, "RequestTooLargeException")))
        if records and service_of(self._source_arn) != "sqs":
            # The figure is the function's, whatever version of it the mapping names.
            measure_age(self._plane, parse(self._function.arn).function, records)
        try:
            with self.hops.following(records):
                answer = self._function.begin(Invocation(payload))
        except AwsError as error:
            return self._told(records, self._problem(Outcome.unreached(records, error.code)))
        return when_done(self._plane, answer, partial(self._answered, records, windowed))

    def _answered(self, records: list[Record], windowed: bool, answer: Later[Answer]) -> Outcome:  # noqa: FBT001 - of a partial
        return self._told(records, self._outcome(answer.result(), records, windowed=windowed))

    def _told(self, records: list[Record], outcome: Outcome) -> Outcome:
        self.hops.delivered(records, outcome)
        return outcome

    def _outcome(self, answer: Answer, records: Sequence[Record], *, windowed: bool) -> Outcome:
        details = details_of(answer)
        if answer.failed:
            said = json.loads(answer.payload).get("errorType") or "Unhandled"
            return self._problem(Outcome.failure(records, said, details, seconds=answer.seconds))
        self.last_result = "OK"
        said = json.loads(answer.payload)
        outcome = Outcome(details=details, seconds=answer.seconds)
        if self._reports:
            outcome = reported(said, records, details, seconds=answer.seconds)
        if not windowed or outcome.broken:
            return outcome
        if not isinstance(said, Mapping) or "state" not in said:
            missing = "the answer has no state"
            return self._problem(Outcome.failure(records, missing, details, seconds=answer.seconds))
        return replace(outcome, state=said["state"])

    def _problem(self, outcome: Outcome) -> Outcome:
        self.last_result = "PROBLEM: Function call failed"
        return outcome


def as_event(records: Sequence[Record]) -> bytes:
    """The event of a batch."""
    return b'{"Records":[' + b",".join([record.written for record in records]) + b"]}"


def details_of(answer: Answer) -> dict[str, Any]:
    """What an invocation record has of the last invocation."""
    error = {"functionError": "Unhandled"} if answer.failed else {}
    context = {"statusCode": 200, "executedVersion": answer.version, **error}
    return {"requestId": answer.request_id, "responseContext": context}


def _second(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
