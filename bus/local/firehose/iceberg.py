"""The Iceberg destination: buffered records into their tables, one commit for each table."""

from collections.abc import Callable

import pyarrow as pa
from pyiceberg.exceptions import NoSuchIcebergTableError, NoSuchTableError

from bus.local.firehose.records import Failed, Routed
from bus.local.firehose.rows import RowError, RowReader
from bus.local.lake import LakeCatalog, append, catalog
from bus.local.plane import Plane

ICEBERG_FAILED = "iceberg-failed"


class IcebergTables:
    """Delivers to the tables that the records are routed to; what fits no table is handed to `failed`.

    One task of the engine loads a table and commits to it, so no other writer of the plane comes between.
    """

    def __init__(self, plane: Plane, *, failed: Callable[[list[Failed]], None]) -> None:
        self._plane, self._failed = plane, failed
        self._catalog: LakeCatalog | None = None

    def deliver(self, records: list[Routed]) -> None:
        """Write one buffer; the tables are independent of one another."""
        batches: dict[tuple[str, str], list[Routed]] = {}
        for record in records:
            batches.setdefault((record.database, record.table), []).append(record)
        for (database, table), batch in batches.items():
            self._failed(self._write(database, table, batch))

    def _write(self, database: str, name: str, batch: list[Routed]) -> list[Failed]:
        if not (database and name):
            fault = RowError("Iceberg.InvalidTableName", "the record has no route: no database, or no table")
            return [_failure(record, fault) for record in batch]
        self._catalog = self._catalog or catalog(self._plane.clock)
        try:
            table = self._catalog.load_table((database, name))
        except (NoSuchTableError, NoSuchIcebergTableError):
            fault = RowError("Iceberg.NoSuchTable", f"there is no Iceberg table {database}.{name}")
            return [_failure(record, fault) for record in batch]
        written, rows, failed = _sorted_out(RowReader(table.schema()), batch)
        if written:
            append(self._catalog, table, rows)
        for record in written:
            self._plane.ledger.record("firehose", "deliver", name, event_id=record.record.event_id)
        return failed


def _sorted_out(reader: RowReader, batch: list[Routed]) -> tuple[list[Routed], pa.Table, list[Failed]]:
    """The records that fit the table, the same as columns, and those that do not."""
    fitting, rows, failed = [], [], []
    for record in batch:
        try:
            row = reader.read(record.data)
        except RowError as fault:
            failed.append(_failure(record, fault))
        else:
            fitting.append(record)
            rows.append(row)
    try:
        return fitting, reader.table(rows), failed
    except RowError:
        return _one_by_one(reader, fitting, failed)


def _one_by_one(
    reader: RowReader, batch: list[Routed], failed: list[Failed]
) -> tuple[list[Routed], pa.Table, list[Failed]]:
    """Some value does not fit its column: find out whose, so that the others are written."""
    fitting, tables = [], [reader.table([])]
    for record in batch:
        try:
            tables.append(reader.table([reader.read(record.data)]))
        except RowError as fault:
            failed.append(_failure(record, fault))
        else:
            fitting.append(record)
    return fitting, pa.concat_tables(tables), failed


def _failure(routed: Routed, fault: RowError) -> Failed:
    details = {"destinationDatabaseName": routed.database, "destinationTableName": routed.table}
    return Failed(routed.record, routed.data, ICEBERG_FAILED, fault.code, fault.message, 1, details)
