"""Reading an Iceberg table, and how many bytes that took."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pyarrow as pa
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema
from pyiceberg.table import Table


@dataclass(frozen=True)
class Scanned:
    """The rows of a scan, and the compressed bytes of the column chunks that it had to read."""

    rows: pa.Table
    bytes: int


def scan(table: Table, columns: Collection[str]) -> Scanned:
    """Read `columns` of the whole table; no columns at all means: as many rows as it has, and nothing in them."""
    selected = tuple(columns) or (_smallest(table.schema()),)
    planned = table.scan(selected_fields=selected)
    files = [task.file for task in planned.plan_files()]
    return Scanned(planned.to_arrow(), _size(files, planned.projection()))


def _smallest(schema: Schema) -> str:
    """A column that stands in for the row itself where only rows are counted."""
    return next((field.name for field in schema.fields if field.field_type.is_primitive), schema.fields[0].name)


def _size(files: Iterable[DataFile], projection: Schema) -> int:
    """What Athena bills for a columnar file: the chunks of the projected columns, from the manifests' own figures."""
    fields = projection.field_ids
    return sum(size for file in files for field, size in (file.column_sizes or {}).items() if field in fields)
