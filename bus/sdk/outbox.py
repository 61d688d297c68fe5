"""The transactional outbox: a state change and its events, committed by one TransactWriteItems."""

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bus.sdk.envelope import Outgoing
from bus.sdk.errors import EventTooLargeError
from bus.sdk.sealing import Sealed, seal

if TYPE_CHECKING:
    from schemas.event import Event

_MOST_BYTES = 400 * 1024  # DynamoDB developer guide, "Quotas": an item's size


class Outbox:
    """Makes the items that carry events out of a table, through its stream.

    Items expire after `keep`: the stream hands them on within seconds, so what remains is for people
    to look at.
    """

    def __init__(self, table_name: str, *, keep: timedelta = timedelta(days=7)) -> None:
        self.table_name = table_name
        self._keep = int(keep.total_seconds())

    def items(self, events: "Iterable[Event]", *, subject: str, first_sequence: int) -> list[dict[str, Any]]:
        """Puts for TransactItems, client-typed, one per event, numbered from `first_sequence`.

        The event's id, time and correlation are fixed here: however often the item is relayed, it is one
        event. A sequence that is taken already cancels the transaction: two writers changed one subject.
        Raises ContractViolationError before anything is committed.
        """
        return [
            self._put(Outgoing(event, subject, sequence), sequence)
            for sequence, event in enumerate(events, first_sequence)
        ]

    def _put(self, outgoing: Outgoing, sequence: int) -> dict[str, Any]:
        # A service emits only its own source, so the source names the producer.
        sealed = seal(outgoing, producer=outgoing.event.source.removeprefix("omnibus."))
        texts = {
            "pk": f"OUTBOX#{outgoing.subject}",
            "sk": f"{sequence:010d}",
            "kind": "outbox",
            "event_id": sealed.metadata.event_id,
            "source": sealed.source,
            "detail_type": sealed.detail_type,
            "detail": sealed.detail(),
        }
        _check_size(sealed, texts)
        item = {name: {"S": text} for name, text in texts.items()}
        item["expires_at"] = {"N": str(int(time.time()) + self._keep)}
        return {
            "Put": {
                "TableName": self.table_name,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }


def _check_size(sealed: Sealed, texts: dict[str, str]) -> None:
    # Names and values in UTF-8 (developer guide, "DynamoDB item sizes"); the number takes at most 21 bytes.
    size = sum(len(name) + len(text.encode()) for name, text in texts.items()) + len("expires_at") + 21
    if size > _MOST_BYTES:
        raise EventTooLargeError(
            sealed.detail_type,
            sealed.metadata.event_id,
            size,
            _MOST_BYTES,
            "an outbox item is one DynamoDB item: split the event, or publish a reference to its data",
        )
