"""A delivery stream: source, processors, buffer, transform, buffer, destination."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from bus.local.errors import AwsError
from bus.local.firehose.buffer import Buffer
from bus.local.firehose.delivery_buffers import DeliveryBuffers
from bus.local.firehose.error_output import ErrorOutput
from bus.local.firehose.objects import RETENTION, Objects
from bus.local.firehose.processors import ProcessorError, unfolded
from bus.local.firehose.records import Failed, Record, Routed
from bus.local.firehose.s3 import S3Objects
from bus.local.firehose.settings import Hints, Settings
from bus.local.firehose.source import KinesisSource
from bus.local.firehose.transform import PROCESSING_FAILED, Transformer
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts

if TYPE_CHECKING:
    from bus.local.firehose.iceberg import IcebergTables

_ID_DIGITS = 56
_AT_ONCE = Hints(1, 0.0)


class DeliveryStream:
    """Takes records and delivers each one to its destination or under the errors prefix, in batches by its buffers'
    hints. Delivery is at least once (developer guide, "Handle data delivery failures"): under anomalies a batch may
    be written twice.
    """

    def __init__(self, plane: Plane, settings: Settings) -> None:
        self.settings = settings
        self.created: datetime = plane.clock.now()
        self.updated: datetime | None = None
        self._plane = plane
        self._tables: IcebergTables | None = None  # made at the first delivery
        self._objects = Objects(plane, settings.name)
        destination = settings.destination
        self._delivery = DeliveryBuffers(plane.engine, destination, self._deliver, self._fail)
        self._backup: Buffer[Record] = Buffer(plane.engine, _AT_ONCE, self._back_up)
        self._transformer = Transformer(plane, settings, ready=self._ready, failed=self._fail)
        self._untransformed: Buffer[Record] = Buffer(plane.engine, _AT_ONCE, self._transformer.run)
        self._configure()
        self._source = None if settings.source is None else KinesisSource(plane, settings.source, self.take)

    def change(self, settings: Settings) -> None:
        """Another configuration from now on; what is buffered is delivered by it."""
        if settings.destination.backup is None:
            self._backup.flush()
        self.settings, self.updated = settings, self._plane.clock.now()
        self._configure()
        self._delivery.keep_to(settings.destination)

    def put(self, data: bytes) -> str:
        """Take a record that was put directly; returns its id."""
        record_id = str(self._plane.chance.random.randrange(10 ** (_ID_DIGITS - 1), 10**_ID_DIGITS))
        arrived = int(self._plane.clock.time() * 1000)
        self.take(Record(record_id, data, arrived, self._plane.ledger.subject))
        return record_id

    def take(self, record: Record) -> None:
        """Take one record on its way."""
        if self.settings.destination.backup is not None:
            self._backup.add(record)
        try:
            parts = unfolded(self.settings.destination.processing, record.data)
        except ProcessorError as error:
            self._fail([Failed(record, record.data, PROCESSING_FAILED, error.code, error.message, 1, {})])
            return
        for number, data in enumerate(parts):
            whole = len(parts) == 1
            identity = record.id if whole else f"{record.id}.{number}"
            self._take_part(Record(identity, data, record.arrived, record.event_id, record.place))

    def stop(self) -> None:
        """Take no more from the source, and lose what is there (API reference, DeleteDeliveryStream)."""
        if self._source is not None:
            self._source.stop()
        lost = [item.record for item in self._delivery.clear()] + self._untransformed.clear() + self._backup.clear()
        lost += self._transformer.stop() + self._objects.stop()
        for record in lost:
            self._plane.ledger.record(
                "firehose",
                "deliver",
                self.settings.name,
                event_id=record.event_id,
                outcome="lost",
                note="the delivery stream was deleted",
            )

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """What of an event is buffered, or waits for another attempt."""
        name = self.settings.name
        for buffer, note in ((self._untransformed, "for its transform"), (self._backup, "for its backup")):
            if any(record.event_id == event_id for record in buffer.items):
                yield Whereabouts("firehose", name, "buffered", buffer.due, note)
        for ready in self._delivery:
            if any(item.record.event_id == event_id for item in ready.items):
                yield Whereabouts("firehose", name, "buffered", ready.due, "for its destination")
        yield from self._transformer.whereabouts(event_id)
        yield from self._objects.whereabouts(event_id)

    def _configure(self) -> None:
        plane, settings, destination = self._plane, self.settings, self.settings.destination
        self._errors = ErrorOutput(plane, settings, self._objects, self._until)
        self._bucket = S3Objects(plane, settings, self._objects, failed=self._fail, until=self._until)
        wanted = destination.processing.transform
        self._transformer.settings = settings
        self._untransformed.keep_to(_AT_ONCE if wanted is None else wanted.hints)
        self._backup.keep_to(_AT_ONCE if destination.backup is None else destination.backup.hints)

    def _take_part(self, record: Record) -> None:
        if self.settings.destination.processing.transform is None:
            self._transformer.run([record])
        else:
            self._untransformed.add(record)

    def _ready(self, item: Routed) -> None:
        delimiter = self.settings.destination.processing.delimiter
        if delimiter:
            item = Routed(item.record, item.data + delimiter, item.database, item.table, item.keys)
        self._delivery.add(item)

    def _deliver(self, items: list[Routed]) -> None:
        deliver = self._iceberg().deliver if self.settings.destination.iceberg else self._bucket.deliver
        deliver(items)
        if self._plane.anomalies.twice():
            deliver(items)

    def _iceberg(self) -> "IcebergTables":
        from bus.local.firehose.iceberg import IcebergTables  # noqa: PLC0415 - it takes 0.7 s to load

        self._tables = self._tables or IcebergTables(self._plane, failed=self._fail)
        return self._tables

    def _back_up(self, records: list[Record]) -> None:
        backup = self.settings.destination.backup
        if backup is not None:
            self._bucket.back_up(backup, records)

    def _fail(self, failures: list[Failed]) -> None:
        self._errors.write(failures)

    def _until(self, arrived: int) -> float:
        """When a record that arrived then, in milliseconds, is no longer tried to be delivered, in epoch seconds."""
        if self.settings.source is None:
            return arrived / 1000 + RETENTION
        try:
            stream = self._plane.call("kinesis", "DescribeStreamSummary", StreamARN=self.settings.source)
        except AwsError:  # it was deleted, and its records are here alone
            return arrived / 1000 + RETENTION
        hours: int = stream["StreamDescriptionSummary"]["RetentionPeriodHours"]
        return arrived / 1000 + hours * 3600
