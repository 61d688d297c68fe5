"""What Firehose could not transform or deliver, as objects under the error output prefix.

One JSON document a line, with the keys of the Firehose developer guide, "Handle failure in data
transformation"; the object's name as in "Amazon S3 object name format", the prefix's expressions
as in "Custom prefixes for Amazon S3 objects".
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

import boto3

from bus.local.errors import PlaneError
from bus.local.firehose.records import Failed
from bus.local.firehose.settings import Settings
from bus.local.plane import Plane

_EXPRESSION = re.compile(r"!\{(\w+):([^}]*)\}")
# Java's DateTimeFormatter letters that prefixes use -> strftime
_PATTERNS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
_LETTERS = re.compile(r"[A-Za-z]+")


class UnknownPrefixError(PlaneError):
    """A prefix holds an expression that the plane does not do."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        super().__init__(f"the local event plane does not do {expression} in an error output prefix")


class ErrorOutput:
    """Writes one object for each kind of failure in a batch."""

    def __init__(self, plane: Plane, settings: Settings) -> None:
        self._plane, self._settings = plane, settings
        self._s3: Any = None

    def write(self, failures: Iterable[Failed]) -> None:
        """Store the failures, and say so in the ledger for each event."""
        for kind, group in groupby(sorted(failures, key=_kind), key=_kind):
            failed = list(group)
            self._store(kind, failed)
            for failure in failed:
                self._plane.ledger.record(
                    "firehose",
                    "deliver",
                    self._settings.name,
                    event_id=failure.record.event_id,
                    attempt=failure.attempts,
                    outcome=kind,
                    note=f"{failure.code}: {failure.message}",
                )

    def _store(self, kind: str, failures: list[Failed]) -> None:
        self._s3 = self._s3 or boto3.client("s3", region_name=self._plane.region)
        now = self._plane.clock.now()
        lines = "".join(json.dumps(self._document(failure)) + "\n" for failure in failures)
        self._s3.put_object(Bucket=self._settings.errors.bucket, Key=self._key(kind, now), Body=lines.encode())

    def _document(self, failure: Failed) -> Mapping[str, Any]:
        return {
            "attemptsMade": failure.attempts,
            "arrivalTimestamp": failure.record.arrived,
            "errorCode": failure.code,
            "errorMessage": failure.message,
            "attemptEndingTimestamp": int(self._plane.clock.time() * 1000),
            "rawData": base64.b64encode(failure.raw).decode(),
            **failure.details,
        }

    def _key(self, kind: str, now: datetime) -> str:
        prefix = expanded(self._settings.errors.prefix, kind, now)
        return f"{prefix}{self._settings.name}-1-{now:%Y-%m-%d-%H-%M-%S}-{self._plane.chance.uuid()}"


def expanded(prefix: str, kind: str, now: datetime) -> str:
    """The prefix with its expressions filled in; without any, AWS adds the kind and the hour to it.

    Raises UnknownPrefixError.
    """
    if "!{" not in prefix:
        return f"{prefix}{kind}/{now:%Y/%m/%d/%H}/"
    return _EXPRESSION.sub(lambda found: _value(found, kind, now), prefix)


def _value(found: re.Match[str], kind: str, now: datetime) -> str:
    match found[1], found[2]:
        case "firehose", "error-output-type":
            return kind
        case "timestamp", pattern:
            return now.strftime(_LETTERS.sub(lambda letters: _letters(letters, found[0]), pattern))
    raise UnknownPrefixError(found[0])


def _letters(letters: re.Match[str], expression: str) -> str:
    if letters[0] not in _PATTERNS:
        raise UnknownPrefixError(expression)
    return _PATTERNS[letters[0]]


def _kind(failure: Failed) -> str:
    return failure.kind
