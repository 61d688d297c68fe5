"""The S3 destination: buffered records into one object.

Firehose developer guide, "Configure data delivery format": records are concatenated, without any delimiter unless one
is appended.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bus.local.errors import AwsError
from bus.local.firehose.compression import compressed
from bus.local.firehose.names import arrival_of, suffix
from bus.local.firehose.objects import Delivery, Objects
from bus.local.firehose.records import Failed, Record, Routed
from bus.local.firehose.settings import Conversion, Settings, Target
from bus.local.plane import Plane

if TYPE_CHECKING:
    from bus.local.firehose.parquet import ParquetWriter

S3_FAILED = "s3-failed"


class S3Objects:
    """Delivers to the bucket of a delivery stream; what cannot be is handed to `failed`."""

    def __init__(
        self,
        plane: Plane,
        settings: Settings,
        objects: Objects,
        *,
        failed: Callable[[list[Failed]], None],
        until: Callable[[int], float],
    ) -> None:
        self._plane, self._settings, self._objects, self._failed, self._until = plane, settings, objects, failed, until
        conversion = settings.destination.conversion
        self._parquet = None if conversion is None else _parquet(plane, conversion)

    def deliver(self, items: list[Routed]) -> None:
        """Write one buffer; all of it has the same partition keys."""
        if self._parquet is not None:
            data, items, failures = self._parquet.convert(items)
            self._failed(failures)
        else:
            data = b"".join(item.data for item in items)
        if items:
            self._put(items, data)

    def _put(self, items: list[Routed], data: bytes) -> None:
        destination = self._settings.destination
        target, retry = destination.target, destination.partition_retry
        records = [item.record for item in items]
        prefix = target.prefixes.of_delivered(arrival_of(records), items[0].keys, self._plane.chance)

        def given_up(delivery: Delivery, error: AwsError) -> None:
            if retry is None:
                self._lost(delivery, error)
                return
            self._failed(
                [
                    Failed(item.record, item.data, S3_FAILED, f"S3.{error.code}", error.message, delivery.attempts, {})
                    for item in items
                ]
            )

        until = None if retry is None else self._plane.clock.time() + retry
        self._objects.put(self._delivery(target, prefix, data, records, until, given_up))

    def back_up(self, target: Target, records: list[Record]) -> None:
        """Write source records as they came (developer guide, "Back up source records")."""
        prefix = target.prefixes.of_delivered(arrival_of(records), {}, self._plane.chance)
        data = b"".join(record.data for record in records)
        self._objects.put(self._delivery(target, prefix, data, records, None, self._lost))

    def _delivery(
        self,
        target: Target,
        prefix: str,
        data: bytes,
        records: list[Record],
        until: float | None,
        given_up: Callable[[Delivery, AwsError], None],
    ) -> Delivery:
        name = suffix(self._plane, self._settings, arrival_of(records), target.prefixes.zone, target.extension)
        if until is None:
            until = self._until(min(record.arrived for record in records))
        body = compressed(target.compression, data, name)
        return Delivery(target.bucket, prefix + name, body, records, until, self._stored, given_up)

    def _stored(self, delivery: Delivery) -> None:
        self._hops(delivery, "ok", delivery.key)

    def _lost(self, delivery: Delivery, error: AwsError) -> None:
        self._hops(delivery, "lost", str(error))

    def _hops(self, delivery: Delivery, outcome: str, note: str) -> None:
        for record in delivery.records:
            self._plane.ledger.record(
                "firehose",
                "deliver",
                delivery.bucket,
                event_id=record.event_id,
                attempt=delivery.attempts,
                outcome=outcome,
                note=note,
            )


def _parquet(plane: Plane, conversion: Conversion) -> "ParquetWriter":
    from bus.local.firehose.parquet import ParquetWriter  # noqa: PLC0415 - Arrow takes 0.3 s to load

    return ParquetWriter(plane, conversion)
