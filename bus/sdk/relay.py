"""The enrichment of the pipe from an outbox to the bus."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bus.sdk import contracts
from bus.sdk.envelope import Metadata
from bus.sdk.errors import UnreadableEventError

_MEMBERS = ("source", "detail_type", "detail")

Relay = Callable[[Sequence[Mapping[str, Any]], Any], list[dict[str, Any]]]


def outbox_relay() -> Relay:
    """A Lambda handler: stream records as Pipes hands them over -> `[{"source", "detail_type", "detail"}]`.

    The answer keeps the order, and `detail` is an object, of which the target's `InputTemplate` names
    the members, `{"metadata": <$.detail.metadata>, "data": <$.detail.data>}`: an object that is the whole
    template may lose its quotes (EventBridge user guide, "Input transformation", on implicit body data).
    An item that is not an event, or breaks its contract, fails the batch: the pipe then bisects it, and
    only that item reaches the dead letters. A batch too large for one PutEvents is bisected likewise.
    """

    def relay(records: Sequence[Mapping[str, Any]], _context: Any) -> list[dict[str, Any]]:
        return [_event(record) for record in records]

    return relay


def _event(record: Mapping[str, Any]) -> dict[str, Any]:
    item = record.get("dynamodb", {}).get("NewImage", {})
    try:
        source, detail_type, text = (item[name]["S"] for name in _MEMBERS)
        detail = json.loads(text)
        metadata, data = detail.get("metadata"), detail.get("data")
    except (KeyError, ValueError, AttributeError) as error:
        where = f"stream record {record.get('dynamodb', {}).get('SequenceNumber', 'without a number')}"
        raise UnreadableEventError(where, f"its NewImage is no outbox item: {type(error).__name__}") from error
    event_id = Metadata.from_json(detail_type, metadata).event_id
    contracts.check(source, detail_type, event_id, data)
    return {"source": source, "detail_type": detail_type, "detail": detail}
