"""Partial batch responses: a record that fails is brought again alone.

Powertools has the same, and brings along asyncio and the classes of every event source: 18 ms of a
start, and 40 once pydantic is loaded, for what is a loop (tests/speed/import_cost.py).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
Response = dict[str, list[dict[str, str]]]


def each(records: Sequence[Record], identifier: Callable[[Record], str], handle: Callable[[Record], None]) -> Response:
    """Hands every record to `handle`, and answers with those that raised.

    The event source mapping must say ReportBatchItemFailures. SQS makes just these visible again; Kinesis
    begins again at the first of them, so what came after it is brought a second time. `handle` is to have
    said why it failed: here the error ends.
    """
    return _response([identifier(record) for record in records if not _succeeds(handle, record)])


def in_order(
    records: Sequence[Record], identifier: Callable[[Record], str], handle: Callable[[Record], None]
) -> Response:
    """The same for a FIFO queue: what follows a record that failed is not tried, and comes again after it.

    Lambda developer guide, "Implementing partial batch responses": a FIFO queue's function stops at the
    first failure and returns all that failed or was not processed.
    """
    failed = next((n for n, record in enumerate(records) if not _succeeds(handle, record)), len(records))
    return _response([identifier(record) for record in records[failed:]])


def _succeeds(handle: Callable[[Record], None], record: Record) -> bool:
    try:
        handle(record)
    except Exception:  # noqa: BLE001 - the response carries the failure: Lambda brings the record again
        return False
    return True


def _response(identifiers: list[str]) -> Response:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}
