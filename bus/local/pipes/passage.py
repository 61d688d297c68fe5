"""The way from a pipe's source through its flow: the reader, what it does with a batch, and what it gives up."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Self

from bus.local.continuations import when_done
from bus.local.errors import AwsError
from bus.local.later import Later
from bus.local.pipes.definition import Definition
from bus.local.pipes.errors import invalid
from bus.local.pipes.flow import Flow
from bus.local.pipes.kinds import kind_of
from bus.local.pipes.measuring import measure, measure_age
from bus.local.plane import Plane
from bus.local.polling import Discarded, Filters, Hops, Outcome, Reader, Reading, Record, Retries, reader_of
from bus.local.polling.failures import batch_info
from bus.local.polling.held import Held
from bus.local.times import iso
from bus.patterns import PIPES, InvalidPatternError

# Seconds: "functionTimeout + maxBatchWindowInSeconds + 30", of which the first is seven minutes for a pipe (EventBridge
# user guide, "Amazon SQS source retry timing with maxBatchWindowInSeconds").
_LONGEST_EXECUTION, _MARGIN = 420.0, 30.0


class Passage:
    """Reads a source from its starting position on, which is taken when reading first begins."""

    def __init__(self, plane: Plane, definition: Definition, arn: str, reader: Reader | None = None) -> None:
        self._plane, self._definition, self._arn = plane, definition, arn
        self._hops = Hops(plane, "pipes", arn, delivery="deliver")
        self._reader = reader
        self._flow: Flow | None = None
        self._filters: Filters | None = None

    def prepare(self) -> None:
        """Compile templates, paths and patterns. Raises AwsError, a ValidationException, for those that are none."""
        try:
            self._filters = Filters(self._definition.filters, PIPES)
        except InvalidPatternError as error:
            raise invalid(str(error)) from error
        self._flow = Flow(self._plane, self._definition, self._arn)

    def changed(self, definition: Definition) -> Self:
        """The way by another definition, with the same reader."""
        return type(self)(self._plane, definition, self._arn, self._reader)

    def start(self) -> None:
        """Read from now on, where a stop left off. Raises AwsError for a source that is not there."""
        if self._reader is None:
            self._reader = self._new_reader()
        else:
            self._reader.configure(self._reading())
        self._reader.start()

    def stop(self) -> None:
        """Read no more; what is in flight still settles."""
        if self._reader is not None:
            self._reader.stop()

    def held(self, event_id: str) -> Iterator[Held]:
        """What the reader holds of an event."""
        if self._reader is not None:
            yield from self._reader.held(event_id)

    def source_enabled(self) -> bool:
        """Whether the source can be read: a table's stream that was disabled never comes back."""
        if kind_of(self._definition.source) != "dynamodb":
            return True
        try:
            answer = self._plane.call("dynamodbstreams", "DescribeStream", StreamArn=self._definition.source)
        except AwsError:
            return False
        return bool(answer["StreamDescription"]["StreamStatus"] == "ENABLED")

    def _new_reader(self) -> Reader:
        wanted = self._definition
        reader = reader_of(
            self._plane,
            wanted.source,
            self._reading(),
            position=wanted.position,
            flat=True,
            timestamp=wanted.since,
        )
        reader.place()
        return reader

    def _reading(self) -> Reading:
        given = self._definition.reading
        return Reading(
            filters=self._filters or Filters(None, PIPES),
            deliver=self._deliver,
            filtered=self._hops.filtered,
            discard=self._discard,
            retries=Retries(
                maximum=int(given.get("MaximumRetryAttempts", -1)),
                age=float(given.get("MaximumRecordAgeInSeconds", -1)),
                bisect=given.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT",
                only_failed=True,
            ),
            batch_size=int(given["BatchSize"]),
            window=float(given["MaximumBatchingWindowInSeconds"]),
            parallel=int(given.get("ParallelizationFactor", 1)),
            visibility=_visibility(float(given["MaximumBatchingWindowInSeconds"])),
        )

    def _deliver(self, records: list[Record]) -> Outcome | Later[Outcome]:
        if self._flow is None:
            raise invalid(f"the pipe {self._arn} was not prepared")
        since = self._plane.clock.time()
        if kind_of(self._definition.source) != "sqs":
            measure_age(self._plane, self._definition.name, records)
        with self._hops.following(records):
            outcome = self._flow.through(records)
        return when_done(self._plane, outcome, partial(self._delivered, records, since))

    def _delivered(self, records: list[Record], since: float, through: Later[Outcome]) -> Outcome:
        outcome = through.result()
        took = self._plane.clock.time() - since + outcome.seconds
        measure(self._plane, self._definition.name, records, outcome, took)
        self._hops.delivered(records, outcome)
        return outcome

    def _discard(self, discarded: Discarded) -> None:
        self._hops.discarded(discarded, self._definition.dead_letters, self._document)

    def _document(self, discarded: Discarded) -> dict[str, Any]:
        """What a dead-letter queue is told: where the records were, not the records."""
        return {
            "context": {"partnerResourceArn": self._arn, "condition": discarded.condition},
            "version": "1.0",
            "timestamp": iso(self._plane.clock.time()),
            **batch_info(discarded, self._definition.source),
        }


def _visibility(window: float) -> float | None:
    """How long messages of a queue stay invisible; without a batching window, as long as the queue says."""
    return _LONGEST_EXECUTION + window + _MARGIN if window else None
