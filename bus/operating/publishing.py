"""PutEvents of whatever somebody has in hand, told entry by entry."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

_MOST_ENTRIES = 10  # EventBridge API reference, PutEvents
_MOST_BYTES = 1024 * 1024  # the same: of all entries together


class Put(NamedTuple):
    """What came of an entry: the id that EventBridge gave it, or its error."""

    entry: Mapping[str, Any]
    event_id: str | None
    error: str | None


def put(events: Any, entries: Iterable[Mapping[str, Any]]) -> Iterator[Put]:
    """Put PutEvents entries, as many at a time as the API takes; `events` is boto3's client.

    Raises botocore's ClientError when a whole call is refused.
    """
    for batch in _batches(entries):
        answers = events.put_events(Entries=batch)["Entries"]
        for entry, answer in zip(batch, answers, strict=True):
            code, message = answer.get("ErrorCode"), answer.get("ErrorMessage")
            yield Put(entry, answer.get("EventId"), f"{code}: {message}" if code else None)


def _batches(entries: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    batch: list[Mapping[str, Any]] = []
    size = 0
    for entry in entries:
        more = len(json.dumps(entry).encode())
        if batch and (len(batch) == _MOST_ENTRIES or size + more > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += more
    if batch:
        yield batch
