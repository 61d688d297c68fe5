"""The Glue catalog as Athena sees it: tables and views by name."""

import base64
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from sqlglot import exp

from bus.local.athena.statements import parse, query_of
from bus.local.errors import PlaneError
from bus.local.lake import LakeCatalog, Plan, Scans, catalog
from bus.local.plane import Plane

CATALOG = "awsdatacatalog"
# Athena keeps a view as Presto does: JSON, in Base64, in a comment.
_VIEW = re.compile(r"/\* Presto View: (?P<definition>[A-Za-z0-9+/=]+) \*/")


@dataclass(frozen=True)
class StoredTable:
    """An Iceberg table; `columns` are Glue's, in order: name -> Hive type."""

    database: str
    name: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class StoredView:
    """A view: its query, to be read with `database` as the default."""

    database: str
    query: exp.Query


class NotInCatalogError(PlaneError):
    """There is no such database or table; `code` and `message` are Trino's."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


class Catalog:
    """Looks tables and views up in Glue, and plans to read tables."""

    def __init__(self, plane: Plane) -> None:
        self._region = plane.region
        self._client: Any = None
        self._lake: LakeCatalog = catalog(plane.clock)
        self._scans = Scans()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_client": None}  # a client is of its process

    @property
    def _glue(self) -> Any:
        self._client = self._client or boto3.client("glue", region_name=self._region)
        return self._client

    def find(self, database: str, name: str) -> StoredTable | StoredView:
        """The table or view of a name. Raises NotInCatalogError."""
        found = self._found(database, name)
        if found.get("TableType") == "VIRTUAL_VIEW":
            return _view(database, name, found)
        if found.get("Parameters", {}).get("table_type", "").upper() != "ICEBERG":
            raise NotInCatalogError("NOT_SUPPORTED", f"the local event plane reads Iceberg tables, and {name} is none")
        columns = found["StorageDescriptor"]["Columns"]
        return StoredTable(database, name, {column["Name"]: column["Type"] for column in columns if _current(column)})

    def plan(self, table: StoredTable, columns: Collection[str]) -> Plan:
        """Plan to read columns of an Iceberg table as it is now."""
        return self._scans.plan(self._lake.load_table((table.database, table.name)), columns)

    def _found(self, database: str, name: str) -> Mapping[str, Any]:
        try:
            self._glue.get_database(Name=database)
        except self._glue.exceptions.EntityNotFoundException as error:
            raise NotInCatalogError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist") from error
        try:
            found: Mapping[str, Any] = self._glue.get_table(DatabaseName=database, Name=name)["Table"]
        except self._glue.exceptions.EntityNotFoundException as error:
            message = f"Table '{CATALOG}.{database}.{name}' does not exist"
            raise NotInCatalogError("TABLE_NOT_FOUND", message) from error
        return found


def _view(database: str, name: str, found: Mapping[str, Any]) -> StoredView:
    matched = _VIEW.fullmatch(found.get("ViewOriginalText", ""))
    if matched is None:
        raise NotInCatalogError("INVALID_VIEW", f"View '{CATALOG}.{database}.{name}' has no Presto definition")
    definition = json.loads(base64.b64decode(matched["definition"]))
    return StoredView(definition.get("schema", database), query_of(parse(definition["originalSql"])))


def _current(column: Mapping[str, Any]) -> bool:
    """Glue keeps the columns that an Iceberg table once had."""
    parameters: Mapping[str, str] = column.get("Parameters", {})
    return parameters.get("iceberg.field.current", "true") == "true"
