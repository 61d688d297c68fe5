"""What Firehose could not transform or deliver, as objects under the error output prefix.

One JSON document a line, with the keys of the Firehose developer guide, "Handle failure in data transformation" and
"Handle errors for data format conversion"; the object's name as in "Configure Amazon S3 object name format".
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from bus.local.errors import AwsError
from bus.local.firehose.names import arrival_of, suffix
from bus.local.firehose.objects import Delivery, Objects
from bus.local.firehose.records import Failed
from bus.local.firehose.settings import Settings
from bus.local.plane import Plane

FORMAT_CONVERSION_FAILED = "format-conversion-failed"


class ErrorOutput:
    """Writes one object for each kind of failure in a batch; `until` says when records that wait are given up."""

    def __init__(self, plane: Plane, settings: Settings, objects: Objects, until: Callable[[int], float]) -> None:
        self._plane, self._settings, self._objects, self._until = plane, settings, objects, until

    def write(self, failures: Iterable[Failed]) -> None:
        """Store the failures, and say so in the ledger for each event."""
        for kind, group in groupby(sorted(failures, key=_kind), key=_kind):
            self._store(kind, list(group))

    def _store(self, kind: str, failures: list[Failed]) -> None:
        target = self._settings.destination.target
        records = [failure.record for failure in failures]
        arrived = arrival_of(records)
        prefix = target.prefixes.of_failed(arrived, kind, self._plane.chance)
        lines = "".join(json.dumps(self._document(failure)) + "\n" for failure in failures)

        def stored(delivery: Delivery) -> None:
            self._hops(failures, kind, delivery.key)

        def given_up(_: Delivery, error: AwsError) -> None:
            self._hops(failures, "lost", str(error))

        self._objects.put(
            Delivery(
                target.bucket,
                prefix + suffix(self._plane, self._settings, arrived),
                lines.encode(),
                records,
                self._until(min(record.arrived for record in records)),
                stored,
                given_up,
            )
        )

    def _hops(self, failures: list[Failed], outcome: str, where: str) -> None:
        for failure in failures:
            self._plane.ledger.record(
                "firehose",
                "deliver",
                self._settings.name,
                event_id=failure.record.event_id,
                attempt=failure.attempts,
                outcome=outcome,
                note=f"{failure.code}: {failure.message} ({where})",
            )

    def _document(self, failure: Failed) -> Mapping[str, Any]:
        named = "lastError" if failure.kind == FORMAT_CONVERSION_FAILED else "error"
        return {
            "attemptsMade": failure.attempts,
            "arrivalTimestamp": failure.record.arrived,
            f"{named}Code": failure.code,
            f"{named}Message": failure.message,
            "attemptEndingTimestamp": int(self._plane.clock.time() * 1000),
            "rawData": base64.b64encode(failure.raw).decode(),
            **failure.details,
        }


def _kind(failure: Failed) -> str:
    return failure.kind
