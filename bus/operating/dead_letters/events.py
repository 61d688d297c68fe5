"""The events that messages and records carry, however they are wrapped."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from bus.operating.dead_letters.message import json_of

Event = Mapping[str, Any]
_OUTBOX = ("source", "detail_type", "detail")  # of an item that the SDK's outbox wrote


def events_in(document: Any) -> Iterator[Event]:
    """EventBridge events within a document: itself, within SNS's envelope, an invocation record, records of a batch.

    An event has `source` and `detail-type`; what has none of them is none.
    """
    if isinstance(document, list):
        for one in document:
            yield from events_in(one)
    elif isinstance(document, Mapping):
        if "detail-type" in document and "source" in document:
            yield document
        else:
            for inner in _wrapped(document):
                yield from events_in(inner)


def _wrapped(document: Mapping[str, Any]) -> Iterator[Any]:
    if document.get("Type") == "Notification":
        yield json_of(document.get("Message"))
    yield document.get("requestPayload")  # Lambda's invocation record
    yield document.get("Records")  # an event of Lambda's own
    yield document.get("Sns") and json_of(document["Sns"].get("Message"))
    yield json_of(document.get("body"))  # of SQS
    kinesis = document.get("kinesis") or document
    if isinstance(kinesis, Mapping) and "sequenceNumber" in kinesis:
        yield _kinesis_data(kinesis)
    image = (document.get("dynamodb") or {}).get("NewImage")
    if image:
        yield _outbox_event(image)


def _kinesis_data(record: Mapping[str, Any]) -> Any:
    try:
        return json_of(base64.b64decode(record.get("data", "")).decode())
    except ValueError:
        return None


def _outbox_event(image: Mapping[str, Any]) -> Any:
    """The event of an outbox item, as far as it is one."""
    source, detail_type, detail = (image.get(name, {}).get("S") for name in _OUTBOX)
    if source is None or detail_type is None:
        return None
    return {"source": source, "detail-type": detail_type, "detail": json_of(detail) or {}}


def told_of(event: Event) -> dict[str, str]:
    """What people look for in an event: its type, source, ids and time; only what it has."""
    detail = event.get("detail")
    metadata = detail.get("metadata") if isinstance(detail, Mapping) else None
    known = metadata if isinstance(metadata, Mapping) else {}
    told = {
        "type": event.get("detail-type"),
        "source": event.get("source"),
        "event_id": known.get("event_id") or event.get("id"),
        "correlation_id": known.get("correlation_id"),
        "occurred": known.get("occurred_at") or event.get("time"),
    }
    return {name: str(value) for name, value in told.items() if value}
