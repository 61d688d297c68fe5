"""Batch requests: what makes a whole batch fail, and what makes one entry fail."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bus.local.operations import Response
from bus.local.sqs.contents import MAXIMUM_SIZE, size
from bus.local.sqs.errors import SqsError, prefixed

Entry = Mapping[str, Any]
_LIMIT = 10
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")


def run(entries: Sequence[Entry], one: Callable[[Entry], Response]) -> Response:
    """Do `one` for every entry of a checked batch; an entry's SqsError fails that entry."""
    successful, failed = [], []
    for entry in entries:
        try:
            successful.append({"Id": entry["Id"], **one(entry)})
        except SqsError as error:
            failed.append({"Id": entry["Id"], "SenderFault": True, "Code": error.code, "Message": error.message})
    return {"Successful": successful} | ({"Failed": failed} if failed else {})


def check(entries: Sequence[Entry], operation: str) -> None:
    """Raises SqsError for a batch of none or too many, and for ids that are malformed or given twice."""
    if not entries:
        raise prefixed("EmptyBatchRequest", f"There should be at least one {operation}RequestEntry in the request.")
    if len(entries) > _LIMIT:
        raise prefixed(
            "TooManyEntriesInBatchRequest",
            f"Maximum number of entries per request are {_LIMIT}. You have sent {len(entries)}.",
        )
    ids = set()
    for entry in entries:
        if _ID.fullmatch(entry["Id"]) is None:
            raise prefixed(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
                "It can be at most 80 letters long.",
            )
        if entry["Id"] in ids:
            raise prefixed("BatchEntryIdsNotDistinct", f"Id {entry['Id']} repeated.")
        ids.add(entry["Id"])


def check_size(entries: Sequence[Entry]) -> None:
    """Raises SqsError when the messages of a batch are together larger than one may be."""
    total = sum(size(entry["MessageBody"], entry.get("MessageAttributes") or {}) for entry in entries)
    if total > MAXIMUM_SIZE:
        raise prefixed(
            "BatchRequestTooLong",
            f"Batch requests cannot be longer than {MAXIMUM_SIZE} bytes. You have sent {total} bytes.",
        )
