"""From an event to the row that analysts see: flat, typed for the lake, with nobody's personal data in it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

Row = dict[str, Any]
Convert = Callable[[Any], Any]

MASKED = "[masked]"
REJECTED_EVENTS = "rejected_events"
# Bytes: "The maximum size of the data blob, before base64-encoding, is 1,000 KiB" (Firehose API reference, "Record").
# It is said of records that are put; of those that a transformation returns AWS says nothing, so they keep to it too.
LARGEST_ROW = 1000 * 1024
_LONGEST_TEXT, _LONGEST_REASON = 256, 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class RejectedEventError(Exception):
    """The event can have no row; `reasons` are sentences that name the path at fault and hold no value of it."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons))


@dataclass(frozen=True, slots=True)
class Filed:
    """A row and the table that it belongs in."""

    table: str
    row: Row


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that can have no row of its own.

    `arrived` is epoch milliseconds, `data` the record in Base64, `event` as much of it as could be read.
    """

    record_id: str
    arrived: int
    data: str
    event: Mapping[str, Any]
    reason: str


@dataclass(frozen=True)
class Columns:
    """How the data of one contract becomes columns: a conversion for each first-level field, or None to copy it."""

    table: str
    fields: Mapping[str, Convert | None]


def columns_of(detail_type: str, schema: Mapping[str, Any]) -> Columns:
    """The columns of a contract's self-contained schema."""
    properties = schema["properties"]
    return Columns(table_of(detail_type), {name: _conversion(node, schema) for name, node in properties.items()})


@cache
def table_of(detail_type: str) -> str:
    """The lake's table for a detail-type: "OrderPlaced.v1" -> "order_placed_v1"."""
    return _WORD_STARTS.sub("_", detail_type).replace(".", "_").lower()


def row_of(event: Mapping[str, Any], columns: Columns) -> Row:
    """The row of an event whose data keeps its contract: the envelope first, then every field of the contract.

    Times are microseconds since the epoch, which is what Firehose wants for Iceberg timestamps
    (Firehose developer guide, "Supported data types"). A field that is absent is null.

    Raises RejectedEventError when the envelope is incomplete or a time is none.
    """
    data = event["detail"]["data"]
    row = _envelope(event)
    for name, convert in columns.fields.items():
        value = data.get(name)
        row[name] = value if convert is None or value is None else convert(value)
    return row


def rejected_row(rejected: Rejected, kept_in: str) -> Row:
    """The row of `rejected_events`: why, and what the envelope says of the event, but nothing of its data.

    What the data holds is not known, so it cannot be masked; `kept_in` is where the record is.
    """
    event = rejected.event
    detail = event.get("detail")
    metadata = detail.get("metadata") if isinstance(detail, Mapping) else None
    return {
        "received_at": rejected.arrived * 1000,
        "reason": rejected.reason[:_LONGEST_REASON],
        "source": _short(event.get("source")),
        "detail_type": _short(event.get("detail-type")),
        "event_id": _short(metadata.get("event_id")) if isinstance(metadata, Mapping) else None,
        "record_id": rejected.record_id,
        "kept_in": kept_in,
    }


def _short(value: Any) -> str | None:
    return value[:_LONGEST_TEXT] if isinstance(value, str) else None


def _envelope(event: Mapping[str, Any]) -> Row:
    metadata = event["detail"]["metadata"]
    try:
        return {
            "event_id": metadata["event_id"],
            "occurred_at": microseconds(metadata["occurred_at"]),
            "published_at": microseconds(event["time"]),
            "producer": metadata["producer"],
            "subject": metadata["subject"],
            "sequence": metadata.get("sequence"),
            "correlation_id": metadata.get("correlation_id"),
            "causation_id": metadata.get("causation_id"),
            "traceparent": metadata.get("traceparent"),
        }
    except KeyError as missing:
        raise RejectedEventError(f"the envelope has no {missing.args[0]}") from missing


def microseconds(text: str) -> int:
    """An RFC 3339 time as microseconds since the epoch. Raises RejectedEventError."""
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND
    except (TypeError, ValueError) as error:
        raise RejectedEventError("a time is not RFC 3339 with an offset") from error


def _conversion(node: Mapping[str, Any], root: Mapping[str, Any]) -> Convert | None:
    """What to do with a value of `node`; None when nothing below it is a time or personal."""
    if node.get("x-pii"):
        return _mask
    node = _resolved(node, root)
    if node.get("x-pii"):
        return _mask
    if node.get("format") == "date-time":
        return microseconds
    if "items" in node:
        return _each(_conversion(node["items"], root))
    return _inside({name: _conversion(below, root) for name, below in node.get("properties", {}).items()})


def _resolved(node: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node itself, behind its `$ref` and behind "or null"."""
    while True:
        if "$ref" in node:
            node = root["$defs"][node["$ref"].rpartition("/")[2]]
            continue
        choices = [choice for choice in node.get("anyOf", node.get("oneOf", ())) if choice.get("type") != "null"]
        if len(choices) != 1:
            return node
        node = choices[0]


def _mask(value: Any) -> str | None:
    """Nothing of the value stays, not even a digest: addresses are too few to hide behind one."""
    return MASKED if isinstance(value, str) else None


def _each(convert: Convert | None) -> Convert | None:
    return None if convert is None else lambda values: [convert(value) for value in values]


def _inside(fields: Mapping[str, Convert | None]) -> Convert | None:
    changing = {name: convert for name, convert in fields.items() if convert is not None}
    if not changing:
        return None

    def convert_fields(value: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: below if below is None or name not in changing else changing[name](below)
            for name, below in value.items()
        }

    return convert_fields
