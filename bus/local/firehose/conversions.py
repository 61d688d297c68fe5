"""The configuration of a conversion to Parquet (API reference, DataFormatConversionConfiguration)."""

from collections.abc import Mapping
from typing import Any

from bus.local.errors import UnsupportedOperationError
from bus.local.firehose.errors import invalid_argument
from bus.local.firehose.settings import Conversion
from bus.local.operations import only

_OPENX = ("ConvertDotsInJsonKeysToUnderscores", "CaseInsensitive", "ColumnToJsonKeyMappings")
_SCHEMA = ("RoleARN", "CatalogId", "DatabaseName", "TableName", "Region", "VersionId")
_PARQUET = ("Compression", "BlockSizeBytes", "PageSizeBytes", "EnableDictionaryCompression", "MaxPaddingBytes")


def conversion_of(given: Mapping[str, Any] | None) -> Conversion | None:
    """Raises AwsError for what is wrong, UnsupportedOperationError for what is not done."""
    if str((given or {}).get("Enabled", False)).lower() != "true" or given is None:
        return None
    try:
        schema = given["SchemaConfiguration"]
        deserializer = given["InputFormatConfiguration"]["Deserializer"]
        serializer = given["OutputFormatConfiguration"]["Serializer"]
        database, table = schema["DatabaseName"], schema["TableName"]
    except (KeyError, TypeError) as error:
        raise invalid_argument(
            "DataFormatConversionConfiguration needs SchemaConfiguration with DatabaseName and TableName, "
            "InputFormatConfiguration and OutputFormatConfiguration."
        ) from error
    only("firehose SchemaConfiguration", schema, _SCHEMA)
    openx, parquet = _openx(deserializer), _parquet(serializer)
    return Conversion(
        database,
        table,
        schema.get("VersionId", "LATEST"),
        parquet.get("Compression", "SNAPPY"),
        ignore_case=str(openx.get("CaseInsensitive", True)).lower() == "true",
        dots_to_underscores=str(openx.get("ConvertDotsInJsonKeysToUnderscores", False)).lower() == "true",
        renamed=openx.get("ColumnToJsonKeyMappings") or {},
    )


def _openx(deserializer: Mapping[str, Any]) -> Mapping[str, Any]:
    if deserializer.get("HiveJsonSerDe") is not None:
        raise UnsupportedOperationError("the HiveJsonSerDe of firehose: use OpenXJsonSerDe")
    openx = deserializer.get("OpenXJsonSerDe")
    if openx is None:
        raise invalid_argument("Deserializer needs OpenXJsonSerDe or HiveJsonSerDe.")
    only("firehose OpenXJsonSerDe", openx, _OPENX)
    return dict(openx)


def _parquet(serializer: Mapping[str, Any]) -> Mapping[str, Any]:
    if serializer.get("OrcSerDe") is not None:
        raise UnsupportedOperationError("the OrcSerDe of firehose: use ParquetSerDe")
    parquet = serializer.get("ParquetSerDe")
    if parquet is None:
        raise invalid_argument("Serializer needs ParquetSerDe or OrcSerDe.")
    # The sizes of blocks and pages are hints for readers; the plane writes one row group.
    only("firehose ParquetSerDe", parquet, _PARQUET)
    return dict(parquet)
