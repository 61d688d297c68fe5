"""Athena's types for DuckDB's."""

from collections.abc import Mapping
from typing import Any

# DuckDB type id -> Athena type, precision, scale, as GetQueryResults reports them.
_TYPES: Mapping[str, tuple[str, int, int]] = {
    "boolean": ("boolean", 0, 0),
    "tinyint": ("tinyint", 3, 0),
    "smallint": ("smallint", 5, 0),
    "integer": ("integer", 10, 0),
    "bigint": ("bigint", 19, 0),
    "hugeint": ("bigint", 19, 0),  # DuckDB's sum of bigints; Trino's is a bigint
    "float": ("float", 17, 0),
    "double": ("double", 17, 0),
    "varchar": ("varchar", 2147483647, 0),
    "blob": ("varbinary", 1073741824, 0),
    "date": ("date", 0, 0),
    "timestamp": ("timestamp", 3, 0),
    "timestamp with time zone": ("timestamp with time zone", 3, 0),
    "list": ("array", 0, 0),
    "struct": ("row", 0, 0),
    "map": ("map", 0, 0),
}


def column_info(name: str, duckdb_type: Any) -> dict[str, Any]:
    """A result column as GetQueryResults describes it. Raises KeyError for a type that Trino has not."""
    if duckdb_type.id == "decimal":
        digits = dict(duckdb_type.children)
        type_, precision, scale = "decimal", digits["precision"], digits["scale"]
    else:
        type_, precision, scale = _TYPES[duckdb_type.id]
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": type_,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": type_ == "varchar",
    }
