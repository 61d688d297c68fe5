"""A delivery stream: source, buffer, transform, buffer, destination."""

from bus.local.firehose.buffer import Buffer
from bus.local.firehose.error_output import ErrorOutput
from bus.local.firehose.iceberg import IcebergTables
from bus.local.firehose.records import Failed, Record, Routed
from bus.local.firehose.settings import Settings
from bus.local.firehose.source import KinesisSource
from bus.local.firehose.transform import Transformer
from bus.local.plane import Plane

_ID_DIGITS = 56


class DeliveryStream:
    """Takes records and delivers each one to a table or under the errors prefix, in batches by its buffers' hints."""

    def __init__(self, plane: Plane, settings: Settings) -> None:
        self.settings = settings
        self.created = plane.clock.now()
        self._plane = plane
        self._errors = ErrorOutput(plane, settings)
        self._tables = IcebergTables(plane, failed=self._fail)
        self._delivery: Buffer[Routed] = Buffer(plane.engine, settings.hints, self._tables.deliver)
        self._transform = self._transform_buffer()
        if settings.source is not None:
            KinesisSource(plane, settings.source, self.take)

    def put(self, data: bytes) -> str:
        """Take a record that was put directly; returns its id."""
        record_id = str(self._plane.chance.random.randrange(10 ** (_ID_DIGITS - 1), 10**_ID_DIGITS))
        arrived = int(self._plane.clock.time() * 1000)
        self.take(Record(record_id, data, arrived, self._plane.ledger.subject))
        return record_id

    def take(self, record: Record) -> None:
        """Take one record on its way."""
        if self._transform is not None:
            self._transform.add(record)
        else:
            database, table = self.settings.table or ("", "")
            self._delivery.add(Routed(record, record.data, database, table))

    def _transform_buffer(self) -> Buffer[Record] | None:
        wanted = self.settings.transform
        if wanted is None:
            return None
        transformer = Transformer(self._plane, self.settings, wanted, ready=self._delivery.add, failed=self._fail)
        return Buffer(self._plane.engine, wanted.hints, transformer.run)

    def _fail(self, failures: list[Failed]) -> None:
        self._errors.write(failures)
