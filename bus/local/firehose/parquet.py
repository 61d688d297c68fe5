"""JSON records into one Parquet file with the columns of a Glue table.

Firehose developer guide, "Convert input data format" and "Handle errors for data format conversion". A key that is no
column is left out, a column without its key is null, as the OpenX JSON SerDe has it.
"""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bus.local.errors import AwsError, PlaneError
from bus.local.firehose.error_output import FORMAT_CONVERSION_FAILED
from bus.local.firehose.hive_types import ColumnTypeError, arrow_type
from bus.local.firehose.records import Failed, Routed
from bus.local.firehose.settings import Conversion
from bus.local.plane import Plane

Converted = tuple[bytes, list[Routed], list[Failed]]


class ConversionError(PlaneError):
    """A record, or a whole batch, cannot be converted; `code` is Firehose's word for it."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}")


class ParquetWriter:
    """Converts for one delivery stream; the table is looked up for each file, so that its changes are seen."""

    def __init__(self, plane: Plane, conversion: Conversion) -> None:
        self._plane, self._conversion = plane, conversion

    def convert(self, items: list[Routed]) -> Converted:
        """The file, what is in it, and what is not."""
        try:
            schema = self._schema()
        except ConversionError as error:
            return b"", [], [self._failure(item, error) for item in items]
        tables, fitting, failures = [], [], []
        for item in items:
            try:
                tables.append(self._row(schema, item.data))
            except ConversionError as error:
                failures.append(self._failure(item, error))
            else:
                fitting.append(item)
        return self._file(schema, tables), fitting, failures

    def _schema(self) -> pa.Schema:
        conversion = self._conversion
        try:
            table = self._plane.call("glue", "GetTable", DatabaseName=conversion.database, Name=conversion.table)
            columns = table["Table"]["StorageDescriptor"]["Columns"]
            return pa.schema([(column["Name"], arrow_type(column["Type"])) for column in columns])
        except AwsError as error:
            raise ConversionError(
                "DataFormatConversion.InvalidSchema", f"The schema is invalid. {error.message}"
            ) from error
        except (KeyError, ColumnTypeError) as error:
            raise ConversionError("DataFormatConversion.InvalidSchema", f"The schema is invalid. {error}") from error

    def _row(self, schema: pa.Schema, data: bytes) -> pa.Table:
        try:
            document = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ConversionError("DataFormatConversion.ParseError", "Encountered malformed JSON.") from error
        if not isinstance(document, dict):
            raise ConversionError("DataFormatConversion.ParseError", "The record is not a JSON object.")
        document = self._keys(document)
        renamed = {column: self._key(key) for column, key in self._conversion.renamed.items()}
        row = {field.name: _value(document.get(renamed.get(field.name, field.name)), field.type) for field in schema}
        try:
            return pa.Table.from_pylist([row], schema=schema)
        except (pa.ArrowException, OverflowError, UnicodeEncodeError) as error:
            raise ConversionError(
                "DataFormatConversion.MalformedData", f"Data does not match the schema. {error}"
            ) from error

    def _keys(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._key(key): self._keys(below) for key, below in value.items()}
        return [self._keys(below) for below in value] if isinstance(value, list) else value

    def _key(self, key: str) -> str:
        key = key.lower() if self._conversion.ignore_case else key
        return key.replace(".", "_") if self._conversion.dots_to_underscores else key

    def _file(self, schema: pa.Schema, tables: list[pa.Table]) -> bytes:
        whole = io.BytesIO()
        compression = {"UNCOMPRESSED": "none"}.get(self._conversion.compression, self._conversion.compression.lower())
        pq.write_table(pa.concat_tables([schema.empty_table(), *tables]), whole, compression=compression)
        return whole.getvalue()

    def _failure(self, item: Routed, error: ConversionError) -> Failed:
        place = item.record.place
        catalog = {
            "catalogId": self._plane.account,
            "region": self._plane.region,
            "catalogArn": self._plane.arn("glue", "catalog"),
        }
        details = {
            "sequenceNumber": None if place is None else place.sequence_number,
            "subSequenceNumber": None,
            "dataCatalogTable": self._conversion.catalog_table | catalog,
        }
        return Failed(item.record, item.data, FORMAT_CONVERSION_FAILED, error.code, error.message, 1, details)


def _value(value: Any, type_: pa.DataType) -> Any:
    """A value as Arrow takes it: times are text, milliseconds if whole, seconds if not; maps are pairs."""
    if value is None:
        return None
    if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
        return _time(value)
    if pa.types.is_string(type_) and not isinstance(value, str):
        return json.dumps(value)
    return _nested(value, type_)


def _nested(value: Any, type_: pa.DataType) -> Any:
    if pa.types.is_map(type_) and isinstance(value, dict):
        return [(key, _value(below, type_.item_type)) for key, below in value.items()]
    if pa.types.is_list(type_) and isinstance(value, list):
        return [_value(below, type_.value_type) for below in value]
    if pa.types.is_struct(type_) and isinstance(value, dict):
        return {field.name: _value(value.get(field.name), field.type) for field in type_}
    return value


def _time(value: Any) -> datetime:
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return (found if found.tzinfo is None else found.astimezone(UTC)).replace(tzinfo=None)
        seconds = value / 1000 if isinstance(value, int) else value
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise ConversionError("DataFormatConversion.MalformedData", f"{value} is no time.") from error
