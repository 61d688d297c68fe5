"""An event on its way through a pipe."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.json_texts import read
from bus.local.polling import Record
from bus.transformation.jsonpath import MISSING, Step, find
from bus.transformation.template import as_text


@dataclass(frozen=True, slots=True)
class PipeEvent:
    """`value` is what is passed on; `readable` is what JSON paths see of it; `json` is its form as JSON, or MISSING.

    The three differ for what comes from the source itself: an SQS body and Kinesis data are read as JSON for paths
    ("implicit body data parsing", EventBridge user guide, "Amazon EventBridge Pipes input transformation"), and what
    was sent may be no JSON.
    """

    value: Any
    readable: Any
    json: Any

    @classmethod
    def of_source(cls, record: Record) -> "PipeEvent":
        """The event as the source gave it, one level of JSON or base64 taken off its message.

        A message that is no JSON stays as it is: a body's text, and the base64 of Kinesis data.
        """
        for name, decode in _MESSAGES.items():
            if name in record.data:
                sent = decode(record.data[name])
                readable = record.data if sent is MISSING else {**record.data, name: sent}
                return cls(record.data, readable, MISSING if sent is MISSING else readable)
        return cls(record.data, record.data, record.data)

    @classmethod
    def enriched(cls, value: Any) -> "PipeEvent":
        """An event as an enrichment returned it."""
        return cls(value, value, MISSING if isinstance(value, str) else value)

    @property
    def text(self) -> str:
        """What is passed on when no template says otherwise."""
        return as_text(self.value)

    @property
    def identifier(self) -> str | None:
        """What a function calls it in batchItemFailures: "for Amazon SQS, this is the messageId; for Kinesis and
        DynamoDB, this is the eventID" (user guide, "Partial batch failure").
        """
        named = self.value if isinstance(self.value, Mapping) else {}
        found = named.get("messageId") or named.get("eventID")
        return None if found is None else str(found)

    def at(self, steps: tuple[Step, ...]) -> Any:
        """What lies at a path, or MISSING."""
        return find(self.readable, steps)


def _json(text: str) -> Any:
    """An object or array; anything else counts as text, as it does for filters."""
    try:
        value = read(text)
    except ValueError:
        return MISSING
    return value if isinstance(value, dict | list) else MISSING


def _base64_json(text: str) -> Any:
    try:
        return _json(base64.b64decode(text).decode())
    except ValueError:
        return MISSING


_MESSAGES: dict[str, Callable[[str], Any]] = {"body": _json, "data": _base64_json}
