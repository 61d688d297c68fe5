"""The way onto the bus for a service without a table: checked, batched, retried, and never half silent."""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from bus.sdk.backoff import Backoff
from bus.sdk.claim_check import ClaimChecks
from bus.sdk.clients import client
from bus.sdk.entries import MOST_BYTES, Entry, entry_size
from bus.sdk.envelope import Outgoing
from bus.sdk.errors import EventTooLargeError, PublishError
from bus.sdk.sealing import Sealed, seal
from bus.sdk.sending import Delivery
from bus.sdk.settings import optional, required
from bus.sdk.tracing import trace_header

if TYPE_CHECKING:
    from schemas.event import Event


class EventBus:
    """An EventBridge bus that takes nothing but events which are what their contract says.

    `largest` is the most bytes that one entry may take; lower it where a target of the bus carries less
    (an SNS topic 256 KiB, unless it opted in to more).
    """

    def __init__(
        self,
        events: Any,
        name: str,
        *,
        producer: str,
        claim_check_bucket: str | None = None,
        claim_checks: ClaimChecks | None = None,
        largest: int = MOST_BYTES,
        backoff: Backoff | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name, self.producer = name, producer
        self._events = events
        self._bucket = claim_check_bucket
        self._largest = largest
        self._claim_checks = claim_checks or ClaimChecks()
        self._backoff = backoff or Backoff()
        self._sleep = sleep

    @classmethod
    def from_environment(cls) -> "EventBus":
        """The bus EVENT_BUS_NAME, for the service SERVICE_NAME; CLAIM_CHECK_BUCKET takes what the bus cannot.

        Raises MissingSettingError.
        """
        return cls(
            client("events"),
            required("EVENT_BUS_NAME", "the bus that events are published to"),
            producer=required("SERVICE_NAME", "the service that publishes"),
            claim_check_bucket=optional("CLAIM_CHECK_BUCKET"),
        )

    def publish(self, event: "Event", *, subject: str, sequence: int | None = None, event_id: str | None = None) -> str:
        """Publishes one event and gives its id. Raises what `publish_all` raises."""
        return self.publish_all([Outgoing(event, subject, sequence, event_id)])[0]

    def publish_all(self, outgoing: Iterable[Outgoing]) -> list[str]:
        """Publishes events, in as few requests as they fit in, and gives their ids.

        Nothing is published when one of them breaks its contract (ContractViolationError) or is too large
        (EventTooLargeError). PublishError says which of them EventBridge refused; the others are on the bus.
        """
        entries = [self._entry(seal(one, self.producer)) for one in outgoing]
        delivery = Delivery(self._events, entries)
        delivery.attempt()
        for pause in self._backoff.pauses():
            if not delivery.waiting:
                break
            self._sleep(pause)
            delivery.attempt()
        if delivery.refused:
            raise PublishError(self.name, delivery.refused, delivery.accepted)
        return [entry.outgoing.event_id or "" for entry in entries]

    def _entry(self, sealed: Sealed) -> Entry:
        request = {
            "EventBusName": self.name,
            "Source": sealed.source,
            "DetailType": sealed.detail_type,
            "Detail": sealed.detail(),
        }
        if header := trace_header():
            request["TraceHeader"] = header
        if entry_size(request) > self._largest:
            request["Detail"] = self._checked_in(sealed, entry_size(request))
        return Entry(sealed.outgoing, request, entry_size(request))

    def _checked_in(self, sealed: Sealed, size: int) -> str:
        if self._bucket is None:
            raise EventTooLargeError(
                sealed.detail_type,
                sealed.metadata.event_id,
                size,
                self._largest,
                "set CLAIM_CHECK_BUCKET to a bucket that keeps the data of such events",
            )
        return self._claim_checks.check_in(sealed, self._bucket)
