"""Reading an Iceberg table, and how many bytes that takes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pyarrow as pa
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema
from pyiceberg.table import DataScan, Table


@dataclass(frozen=True)
class Plan:
    """A scan that is yet to be done; `bytes` are the compressed column chunks that it has to read."""

    bytes: int
    _scan: DataScan

    def read(self) -> pa.Table:
        """Every row, with the planned columns."""
        return self._scan.to_arrow()


def plan(table: Table, columns: Collection[str]) -> Plan:
    """Plan to read `columns` of the whole table; without columns, one of them stands in for its rows."""
    selected = tuple(columns) or (_smallest(table.schema()),)
    scan = table.scan(selected_fields=selected)
    return Plan(_size((task.file for task in scan.plan_files()), scan.projection()), scan)


def _smallest(schema: Schema) -> str:
    """A column that stands in for the row itself where only rows are counted."""
    return next((field.name for field in schema.fields if field.field_type.is_primitive), schema.fields[0].name)


def _size(files: Iterable[DataFile], projection: Schema) -> int:
    """What Athena bills for a columnar file: the chunks of the projected columns, from the manifests' own figures."""
    fields = projection.field_ids
    return sum(size for file in files for field, size in (file.column_sizes or {}).items() if field in fields)
