"""JSON documents into the columns of an Iceberg table.

Firehose matches the first-level keys of a document with the table's columns, exactly and by case;
times are microseconds since the epoch (Firehose developer guide, "Supported data types").
"""

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from pyiceberg.schema import Schema

from bus.local.errors import PlaneError


class RowError(PlaneError):
    """A document is no row of its table; `code` is Firehose's word for it."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}")


class RowReader:
    """Reads documents as rows of one table."""

    def __init__(self, schema: Schema) -> None:
        self._arrow: pa.Schema = schema.as_arrow()
        self._columns = {field.name for field in schema.fields}
        self._required = {field.name for field in schema.fields if field.required}

    def read(self, document: bytes) -> dict[str, Any]:
        """The document with its keys checked. Raises RowError."""
        try:
            row = json.loads(document)
        except (ValueError, RecursionError) as error:
            raise RowError("Iceberg.InvalidJson", "the record is not one JSON document") from error
        if not isinstance(row, dict):
            raise RowError("Iceberg.InvalidJson", "the record is not a JSON object")
        # Stricter than it need be: a key that no column takes would be lost without a word.
        if unknown := row.keys() - self._columns:
            raise RowError("Iceberg.MissingColumn", f"the table has no column {min(unknown)}")
        if missing := {name for name in self._required if row.get(name) is None}:
            raise RowError("Iceberg.MissingColumnWithinRecord", f"the record has no {min(missing)}")
        return row

    def table(self, rows: Iterable[dict[str, Any]]) -> pa.Table:
        """The rows as Arrow columns. Raises RowError when a value does not fit its column."""
        try:
            return pa.Table.from_pylist(list(rows), schema=self._arrow)
        except (pa.ArrowException, OverflowError, UnicodeEncodeError) as error:
            raise RowError("Iceberg.SchemaTypeMismatch", f"a value does not fit its column: {error}") from error
