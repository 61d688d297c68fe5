"""PutEvents entries: their size as EventBridge counts it, and the requests they fit in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bus.sdk.envelope import Outgoing

MOST_ENTRIES = 10  # PutEvents, Entries
MOST_BYTES = 1_048_575  # PutEvents: "the total entry size must be less than 1MB"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a PutEvents request, and the event that it carries."""

    outgoing: Outgoing
    request: dict[str, Any]
    size: int


def entry_size(request: dict[str, Any]) -> int:
    """Bytes, as EventBridge counts them (user guide, "Calculating PutEvents event entry size")."""
    texts = [request["Source"], request["DetailType"], request.get("Detail", ""), *request.get("Resources", ())]
    return (14 if "Time" in request else 0) + sum(len(text.encode()) for text in texts)


def requests(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The entries in their order, as few requests as hold ten of them and less than 1 MB each."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        if len(batch) == MOST_ENTRIES or (batch and size + entry.size > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += entry.size
    if batch:
        yield batch
