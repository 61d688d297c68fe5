"""A dead letter: the message, why it is there, and the events that it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bus.operating.account import Account
from bus.operating.dead_letters.batch import Batch
from bus.operating.dead_letters.events import Event, events_in, told_of
from bus.operating.dead_letters.message import Message, json_of
from bus.operating.dead_letters.reason import Reason, reason_of
from bus.operating.dead_letters.records import Found, records_of
from bus.operating.dead_letters.sources import Survey
from bus.operating.names import service_of, short


@dataclass(frozen=True)
class Letter:
    """`account` is asked for the records that a letter of a stream names, when somebody wants to see them.

    `functions` are the names of those that had it, and whose logs may say more.
    """

    account: Account
    message: Message
    reason: Reason
    functions: tuple[str, ...] = ()

    @classmethod
    def of(cls, account: Account, message: Message, queue: str, survey: Survey) -> "Letter":
        """Of a message of the queue with that ARN."""
        reason = reason_of(message, survey.of_queue(queue), survey.readers)
        return cls(account, message, reason, _functions(reason, survey))

    @cached_property
    def batch(self) -> Batch | None:
        """The records that it names instead of holding them."""
        return Batch.of(self.message.document)

    @cached_property
    def records(self) -> Found | None:
        """Those records, as far as their stream still has them. Raises ClientError."""
        return None if self.batch is None else records_of(self.account, self.batch)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The events that it is about; none when it is about something else. Raises ClientError."""
        found = self.records
        return tuple(events_in(self.message.document if found is None else list(found.records)))

    @property
    def facts(self) -> dict[str, str]:
        """What it is about, for people and for filters: of several events, of the first."""
        told = told_of(self.events[0]) if self.events else {}
        known = {
            "message_id": self.message.id,
            "kind": self.reason.kind,
            "from": short(self.reason.by) if self.reason.by else "",
            "to": short(self.reason.to) if self.reason.to else "",
            "code": self.reason.code,
            "reason": self.reason.said,
        }
        return {name: value for name, value in known.items() if value} | told

    def as_json(self, *, full: bool) -> dict[str, Any]:
        """For programs; `full` adds the message itself and the records behind it."""
        told: dict[str, Any] = {
            "sent": self.message.sent_at.isoformat(),
            "received": self.message.received,
            **self.facts,
            "functions": list(self.functions),
        }
        if self.batch is not None:
            told |= {"batch": vars(self.batch), "expired": self.records is not None and self.records.expired}
        if len(self.events) > 1:
            told["events"] = [told_of(event) for event in self.events]
        if full:
            told |= {"body": _readable(self.message.body), "attributes": self.message.attributes}
            if self.records is not None:
                told["records"] = list(self.records.records)
        return told

    def documents(self) -> Iterator[Mapping[str, Any]]:
        """What patterns are matched with: each event, or where there is none the body."""
        if self.events:
            yield from self.events
        elif isinstance(self.message.document, Mapping):
            yield self.message.document


def _functions(reason: Reason, survey: Survey) -> tuple[str, ...]:
    if reason.kind == "queue":
        return tuple(name for name in survey.readers.get(str(reason.by), ()) if not name.startswith("pipe "))
    ran = service_of(str(reason.by)) == "lambda"
    return (short(str(reason.by)),) if ran else ()


def _readable(body: str) -> Any:
    document = json_of(body)
    return body if document is None else document
