"""The views that analysts ask: one for each event, with each event once.

Delivery to the lake is at least once, so a table may hold an event twice; its view never does.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from pyiceberg.schema import Schema
from pyiceberg.types import IcebergType, ListType, StructType, TimestamptzType

from bus.contracts.errors import ContractError
from bus.contracts.lake import table_name, table_schema
from bus.contracts.lake_rejections import REJECTED_EVENTS
from bus.contracts.names import snake_case
from bus.contracts.registry import Contract

# Iceberg -> Hive, which Glue speaks, and Presto, which the view's definition speaks
_SCALARS: Mapping[str, tuple[str, str]] = {
    "string": ("string", "varchar"),
    "long": ("bigint", "bigint"),
    "double": ("double", "double"),
    "boolean": ("boolean", "boolean"),
}


def view_name(contract: Contract) -> str:
    """The view of an event: "OrderPlaced.v1" -> "order_placed". Raises ContractError when a table has that name."""
    name = snake_case(contract.name)
    if name == REJECTED_EVENTS:
        raise ContractError(contract.path, "", f"its view would take the name of the table {REJECTED_EVENTS}")
    return name


def view_sql(contract: Contract) -> str:
    """The rows of the contract's table; of several with one event id, the one that was published first."""
    columns = ", ".join(f'"{field.name}"' for field in table_schema(contract).fields)
    first = "row_number() OVER (PARTITION BY event_id ORDER BY published_at)"
    table = table_name(contract.detail_type)
    return f'SELECT {columns} FROM (SELECT *, {first} AS delivery FROM "{table}") WHERE delivery = 1'  # noqa: S608 - names from contracts


def put_views(glue: Any, database: str, contracts: Iterable[Contract]) -> list[str]:
    """Make or renew the view of each event, over its latest major version; returns their names.

    `glue` is a boto3 client. A view is a Glue table with Presto's definition in it, as Athena writes them.
    """
    latest: dict[str, Contract] = {}
    for contract in contracts:
        known = latest.setdefault(contract.name, contract)
        if contract.major > known.major:
            latest[contract.name] = contract
    for contract in latest.values():
        _put(glue, database, _view(database, contract))
    return [view_name(contract) for contract in latest.values()]


def _put(glue: Any, database: str, view: Mapping[str, Any]) -> None:
    try:
        glue.create_table(DatabaseName=database, TableInput=view)
    except glue.exceptions.AlreadyExistsException:
        glue.update_table(DatabaseName=database, TableInput=view)


def _view(database: str, contract: Contract) -> Mapping[str, Any]:
    schema = table_schema(contract)
    return {
        "Name": view_name(contract),
        "Description": contract.schema.get("description", contract.detail_type),
        "TableType": "VIRTUAL_VIEW",
        "ViewOriginalText": f"/* Presto View: {_definition(database, contract, schema)} */",
        "ViewExpandedText": "/* Presto View */",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "StorageDescriptor": {
            "Columns": [
                {"Name": field.name, "Type": _type(field.field_type, 0), "Comment": (field.doc or "")[:255]}
                for field in schema.fields
            ],
            "SerdeInfo": {},
        },
    }


def _definition(database: str, contract: Contract, schema: Schema) -> str:
    definition = {
        "originalSql": view_sql(contract),
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": field.name, "type": _type(field.field_type, 1)} for field in schema.fields],
    }
    return base64.b64encode(json.dumps(definition).encode()).decode()


def _type(type_: IcebergType, dialect: int) -> str:
    """A column's type in Hive's words (0) or Presto's (1)."""
    match type_:
        case TimestamptzType():
            return ("timestamp", "timestamp(6) with time zone")[dialect]
        case ListType():
            element = _type(type_.element_type, dialect)
            return (f"array<{element}>", f"array({element})")[dialect]
        case StructType():
            fields = [(field.name, _type(field.field_type, dialect)) for field in type_.fields]
            hive = ",".join(f"{name}:{below}" for name, below in fields)
            return (f"struct<{hive}>", f"row({', '.join(f'{name} {below}' for name, below in fields)})")[dialect]
    return _SCALARS[str(type_)][dialect]
