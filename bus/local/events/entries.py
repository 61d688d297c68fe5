"""PutEvents entries: what is accepted, what is refused, and how large they are."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import orjson

from bus.local.errors import PlaneError
from bus.local.events.errors import validation
from bus.local.json_texts import is_unicode
from bus.local.operations import only

Entry = Mapping[str, Any]
MAX_ENTRIES = 10
MAX_BYTES = 1024 * 1024 - 1  # API reference, PutEvents: "the total entry size must be less than 1MB"
_TIME_BYTES = 14
_MAX_DETAIL_TYPE = 128
_MAX_TRACE_HEADER = 500
_KNOWN = frozenset({"Source", "DetailType", "Detail", "EventBusName", "Resources", "Time", "TraceHeader"})


class RefusedEntryError(PlaneError):
    """An entry that PutEvents answers with a code and a message, beside its neighbours' ids."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}")

    def result(self) -> dict[str, str]:
        return {"ErrorCode": self.code, "ErrorMessage": self.message}


def check_request(entries: Sequence[Entry]) -> None:
    """Raises AwsError for what makes PutEvents refuse the whole request."""
    if not 1 <= len(entries) <= MAX_ENTRIES:
        side = "greater than or equal to 1" if not entries else f"less than or equal to {MAX_ENTRIES}"
        raise validation(
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: "
            f"Member must have length {side}"
        )
    if sum(map(entry_size, entries)) > MAX_BYTES:
        raise validation("Total size of the entries in the request is over the limit.")


def entry_size(entry: Entry) -> int:
    """Bytes that an entry counts (user guide, "Calculating PutEvents event entry size")."""
    size = _TIME_BYTES if entry.get("Time") is not None else 0
    size += _utf8(entry.get("Source")) + _utf8(entry.get("DetailType")) + _utf8(entry.get("Detail"))
    return size + sum(map(_utf8, entry.get("Resources") or ()))


def _utf8(text: str | None) -> int:
    if not text:
        return 0
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))


def read_metadata(entry: Entry) -> Any:
    """What a sound entry's detail has as its "metadata". Raises RefusedEntryError and UnsupportedOperationError."""
    if not entry.keys() <= _KNOWN:
        only("events:PutEvents Entries", entry, _KNOWN)
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            raise _invalid(name, f"{name} is a required argument.")
    if entry["Source"].startswith("aws."):
        raise RefusedEntryError("NotAuthorizedForSourceException", "Not authorized for the source.")
    if len(entry["DetailType"]) > _MAX_DETAIL_TYPE:
        raise _invalid("DetailType", f"DetailType is longer than {_MAX_DETAIL_TYPE} characters.")
    if len(entry.get("TraceHeader") or "") > _MAX_TRACE_HEADER:
        raise _invalid("TraceHeader", f"TraceHeader is longer than {_MAX_TRACE_HEADER} characters.")
    _check_unicode(entry)
    return _metadata(entry["Detail"])


def _check_unicode(entry: Entry) -> None:
    """Raises RefusedEntryError for half of a surrogate pair, of which no target could be sent anything."""
    for name in ("Source", "DetailType", "TraceHeader"):
        if not is_unicode(entry.get(name) or ""):
            raise _invalid(name, f"{name} is not Unicode.")
    if not all(map(is_unicode, entry.get("Resources") or ())):
        raise _invalid("Resources", "Resources are not Unicode.")


class _Detail(msgspec.Struct):
    """An object, of which all is checked and one member kept."""

    metadata: Any = None


_READ = msgspec.json.Decoder(_Detail).decode


def _metadata(text: str) -> Any:
    try:
        return _READ(text).metadata
    except RecursionError:
        return _deep(text).get("metadata")
    except (msgspec.MsgspecError, UnicodeEncodeError):
        raise _malformed() from None


def _deep(text: str) -> dict[str, Any]:
    """A detail of many levels, of which AWS takes 1,000; how many msgspec does depends on its caller's depth."""
    try:
        detail = orjson.loads(text)
    except orjson.JSONDecodeError:
        detail = None
    if not isinstance(detail, dict):
        raise _malformed()
    return detail


def _malformed() -> RefusedEntryError:
    return RefusedEntryError("MalformedDetail", "Detail is malformed.")


def _invalid(name: str, reason: str) -> RefusedEntryError:
    return RefusedEntryError("InvalidArgument", f"Parameter {name} is not valid. Reason: {reason}")
