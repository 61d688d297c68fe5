"""The one decorator of a function that reacts to events."""

import functools
import os
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, TypeVar, overload

from pydantic import BaseModel

from bus.sdk.batches import Response, each, in_order
from bus.sdk.claim_check import ClaimChecks
from bus.sdk.clients import client
from bus.sdk.correlation import following
from bus.sdk.deduplication import Deduplication
from bus.sdk.envelope import Received
from bus.sdk.errors import UnreadableEventError
from bus.sdk.logs import EventLog
from bus.sdk.reading import Reader
from bus.sdk.settings import optional, required
from bus.sdk.shapes import from_eventbridge, from_kinesis, from_sns, from_sqs

_A = TypeVar("_A", bound=BaseModel)
_B = TypeVar("_B", bound=BaseModel)
_C = TypeVar("_C", bound=BaseModel)
_D = TypeVar("_D", bound=BaseModel)
_E = TypeVar("_E", bound=BaseModel)
_F = TypeVar("_F", bound=BaseModel)

Unwrap = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Consumer:
    """A Lambda handler round a function of one event: `(event, context) -> response`.

    From SQS and Kinesis each event fails alone: the response names those to bring again, even when that is
    all of them (the event source mapping needs ReportBatchItemFailures). From EventBridge and SNS there is
    one event, and its error is the invocation's.

    On Lambda its clients are built with it, in the init phase, where a missing setting stops the
    deployment; elsewhere with the first event, so that a module of handlers can be imported anywhere.
    """

    def __init__(
        self, handler: Callable[[Received[Any]], None], models: tuple[type[BaseModel], ...], *, idempotent: bool
    ) -> None:
        functools.update_wrapper(self, handler)
        self._handler = handler
        self._idempotent = idempotent
        self._reader = Reader(models, ClaimChecks())
        if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
            self.prepare()

    @property
    def detail_types(self) -> tuple[str, ...]:
        """The events that it handles, as declared."""
        return self._reader.detail_types

    def __call__(self, event: Mapping[str, Any], context: Any) -> Response | None:
        """Handles whatever Lambda hands over. Raises UnreadableEventError for what holds no events."""
        records = event.get("Records")
        if not records:
            self._handle(from_eventbridge, event, context)
            return None
        match records[0].get("eventSource") or records[0].get("EventSource"):
            case "aws:sqs":
                batch = in_order if records[0].get("eventSourceARN", "").endswith(".fifo") else each
                return batch(records, itemgetter("messageId"), lambda one: self._handle(from_sqs, one, context))
            case "aws:kinesis":
                return each(records, _sequence_number, lambda one: self._handle(from_kinesis, one, context))
            case "aws:sns":
                for record in records:
                    self._handle(from_sns, record, context)
                return None
            case other:
                raise UnreadableEventError("the invocation", f"its records come from {other!r}")

    def prepare(self) -> None:
        """Builds the logger, and what remembers events. Raises MissingSettingError."""
        self._log, self._react  # noqa: B018 - cached properties, built by being looked at

    @functools.cached_property
    def _log(self) -> EventLog:
        return EventLog(optional("SERVICE_NAME"))

    @functools.cached_property
    def _react(self) -> Callable[[Received[Any], Any], None]:
        if not self._idempotent:
            return lambda received, _context: self._handler(received)
        table = required("IDEMPOTENCY_TABLE", "the table in which a consumer remembers the events that it has handled")
        return Deduplication(client("dynamodb"), table, self._handler).once

    def _handle(self, unwrap: Unwrap, arrival: Mapping[str, Any], context: Any) -> None:
        try:
            received = self._reader.read(unwrap(arrival))
            metadata = received.metadata
            with following(metadata.correlation_id, metadata.event_id), self._log.about(received):
                self._react(received, context)
        except Exception as error:
            self._log.failed(error)
            raise


def _sequence_number(record: Mapping[str, Any]) -> str:
    number: str = record["kinesis"]["sequenceNumber"]
    return number


Handled = Callable[[Received[_A]], None]


# One overload per number of models: no type variable stands for the union of several. Past six, it is Any.
@overload
def consumer(model: type[_A], /, *, idempotent: bool = ...) -> Callable[[Handled[_A]], Consumer]: ...
@overload
def consumer(
    first: type[_A], second: type[_B], /, *, idempotent: bool = ...
) -> Callable[[Handled[_A | _B]], Consumer]: ...
@overload
def consumer(
    first: type[_A], second: type[_B], third: type[_C], /, *, idempotent: bool = ...
) -> Callable[[Handled[_A | _B | _C]], Consumer]: ...
@overload
def consumer(
    first: type[_A], second: type[_B], third: type[_C], fourth: type[_D], /, *, idempotent: bool = ...
) -> Callable[[Handled[_A | _B | _C | _D]], Consumer]: ...
@overload
def consumer(
    first: type[_A],
    second: type[_B],
    third: type[_C],
    fourth: type[_D],
    fifth: type[_E],
    /,
    *,
    idempotent: bool = ...,
) -> Callable[[Handled[_A | _B | _C | _D | _E]], Consumer]: ...
@overload
def consumer(
    first: type[_A],
    second: type[_B],
    third: type[_C],
    fourth: type[_D],
    fifth: type[_E],
    sixth: type[_F],
    /,
    *,
    idempotent: bool = ...,
) -> Callable[[Handled[_A | _B | _C | _D | _E | _F]], Consumer]: ...
@overload
def consumer(*models: type[BaseModel], idempotent: bool = ...) -> Callable[[Handled[Any]], Consumer]: ...
def consumer(*models: type[BaseModel], idempotent: bool = True) -> Callable[[Handled[Any]], Consumer]:
    """Make a Lambda handler of a function that reacts to one event of the declared models.

    The function sees each event once (by `event_id`, in the table IDEMPOTENCY_TABLE), checked, while log
    lines carry it and what is published follows from it. `idempotent=False` spares the table where handling
    an event again changes nothing. Raises NotAnEventError for a model without source and detail_type.
    """
    return lambda handler: Consumer(handler, models, idempotent=idempotent)
