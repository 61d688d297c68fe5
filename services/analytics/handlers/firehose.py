"""What Firehose hands to a transformation and wants back.

Firehose developer guide, "Transform source data" and "Route incoming records to different Iceberg tables".
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from services.analytics.domain import LARGEST_ROW, Filed, Rejected, RejectedEventError, Row

# Bytes of Base64. Lambda answers with at most 6 MB; the rest is for the rejected, and for what surrounds each row.
# A batch of events is 1 MB: only what claim checks stand for can fill this.
_MOST_ROWS = 4_500_000

# Without spaces: Firehose bills by the byte, in steps of 5 KB. In UTF-8, so that a row takes no more than its event.
_text = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Answer:
    """The results of one batch."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._room = _MOST_ROWS
        self._results: list[dict[str, Any]] = []

    def add(self, record_id: str, filed: Filed) -> None:
        """Route an event's row to its table. Raises RejectedEventError when it is larger than Firehose takes."""
        row = _encoded(filed.row)
        if len(row) > LARGEST_ROW:
            raise RejectedEventError(f"its row takes {len(row):,} bytes, and Firehose at most {LARGEST_ROW:,}")
        data = base64.b64encode(row).decode()
        if len(data) > self._room:
            raise RejectedEventError("its row is too large beside those of its batch; replay it")
        self._room -= len(data)
        self._append(record_id, data, filed.table)

    def add_rejected(self, record_id: str, filed: Filed) -> None:
        """Route the row of an event that has none of its own; half a surrogate pair in its texts becomes "?"."""
        row = _text(filed.row).encode(errors="replace")
        self._append(record_id, base64.b64encode(row).decode(), filed.table)

    def as_json(self) -> dict[str, Any]:
        """The transformation's response."""
        return {"records": self._results}

    def _append(self, record_id: str, data: str, table: str) -> None:
        route = {"destinationDatabaseName": self._database, "destinationTableName": table, "operation": "insert"}
        metadata = {"otfMetadata": route}
        self._results.append({"recordId": record_id, "result": "Ok", "data": data, "metadata": metadata})


def event_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The EventBridge event in a record. Raises RejectedEventError."""
    try:
        event = json.loads(base64.b64decode(record["data"]))
    except (ValueError, RecursionError) as error:
        raise RejectedEventError("the record is not JSON") from error
    if not isinstance(event, dict):
        raise RejectedEventError("the record is no JSON object")
    return event


def rejected_of(record: Mapping[str, Any], event: Mapping[str, Any], error: RejectedEventError) -> Rejected:
    """The record with the reason; `event` is empty when it holds none."""
    arrived = record["approximateArrivalTimestamp"]
    return Rejected(record["recordId"], arrived, record["data"], event, str(error))


def _encoded(row: Row) -> bytes:
    try:
        return _text(row).encode()
    except UnicodeEncodeError as error:
        raise RejectedEventError("a text holds half of a surrogate pair, which no file can keep") from error
