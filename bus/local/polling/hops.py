"""What the ledger has of whoever polls, and whoever is told of what was given up."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from bus.local.destinations import send
from bus.local.errors import AwsError
from bus.local.plane import Plane
from bus.local.polling.outcome import Outcome
from bus.local.polling.record import Record
from bus.local.polling.retry import EXPIRED, Discarded

Document = Callable[[Discarded], Mapping[str, Any]]


class Hops:
    """Writes the hops of one event source mapping or pipe; `delivery` is its action for a delivery."""

    def __init__(self, plane: Plane, service: str, arn: str, *, delivery: str) -> None:
        self._plane, self._service, self._arn, self._delivery = plane, service, arn, delivery

    def following(self, records: Sequence[Record]) -> AbstractContextManager[None]:
        """Within the block hops belong to the event of a record that is alone; a batch's belong to none."""
        return self._plane.ledger.following(records[0].event_id if len(records) == 1 else None)

    def delivered(self, records: Sequence[Record], outcome: Outcome) -> None:
        """A hop per record; the note of an outcome without failures, such as an empty enrichment, is every record's."""
        for record in records:
            noted = record.identifier in outcome.failed or not outcome.failed
            self._record(self._delivery, record, outcome.of(record), outcome.note if noted else "")

    def filtered(self, record: Record) -> None:
        """No filter wants the record."""
        self._record("filter", record, "filtered")

    def discarded(self, discarded: Discarded, destination: str | None, document: Document) -> None:
        """Tell `destination`, a queue or topic, by a JSON document, unless the records merely left the stream."""
        if destination:
            self.given_up(discarded, destination, lambda: self._send(destination, document(discarded)))
        else:
            self.given_up(discarded, None, None)

    def given_up(self, discarded: Discarded, destination: str | None, tell: Callable[[], None] | None) -> None:
        """A hop for each record, and one for a tumbling window's end that was given up.

        `tell` writes to `destination`; nobody is told of records that merely left the stream. It may raise AwsError:
        then they are lost.
        """
        if not discarded.records:
            self._plane.ledger.record(
                self._service, "discard", self._arn, outcome="lost", note=f"{discarded.condition}: the end of a window"
            )
            return
        told = tell is not None and discarded.condition != EXPIRED and self._told(discarded, destination, tell)
        for record in discarded.records:
            self._record("discard", record, "dead-letter" if told else "lost", discarded.condition)

    def _send(self, destination: str, document: Mapping[str, Any]) -> None:
        send(self._plane, destination, json.dumps(document))

    def _told(self, discarded: Discarded, destination: str | None, tell: Callable[[], None]) -> bool:
        with self.following(discarded.records):
            try:
                tell()
            except AwsError as error:
                self._plane.ledger.record(
                    self._service, "destination", self._arn, outcome="failed", note=f"{destination}: {error}"
                )
                return False
        return True

    def _record(self, action: str, record: Record, outcome: str, note: str = "") -> None:
        self._plane.ledger.record(
            self._service,
            action,
            self._arn,
            event_id=record.event_id,
            attempt=max(record.attempt, 1),
            outcome=outcome,
            note=note,
        )
