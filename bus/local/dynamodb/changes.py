"""UpdateTable: indexes, stream, capacity and protection of a table that exists."""

from collections.abc import Mapping
from typing import Any

from bus.local.dynamodb import catalog, definitions
from bus.local.dynamodb.database import Database
from bus.local.dynamodb.errors import invalid
from bus.local.dynamodb.parameters import accept
from bus.local.dynamodb.tables import Table
from bus.local.errors import AwsError
from bus.local.operations import Params

_ACTS_ON = frozenset(
    {
        "TableName",
        "AttributeDefinitions",
        "BillingMode",
        "DeletionProtectionEnabled",
        "GlobalSecondaryIndexUpdates",
        "ProvisionedThroughput",
        "StreamSpecification",
    }
)
_WITHOUT_EFFECT = frozenset({"OnDemandThroughput", "SSESpecification", "TableClass", "WarmThroughput"})


def apply(database: Database, table: Table, params: Params) -> None:
    """Change the table. Raises AwsError, with nothing changed."""
    accept("UpdateTable", params, _ACTS_ON | _WITHOUT_EFFECT)
    if "GlobalSecondaryIndexUpdates" in params:
        _change_indexes(database, table, params)
    if "StreamSpecification" in params:
        _change_stream(database, table, params["StreamSpecification"])
    for name in ("DeletionProtectionEnabled", "BillingMode", "ProvisionedThroughput"):
        if name in params:
            table.definition[name] = params[name]
    if params.get("BillingMode") == "PAY_PER_REQUEST":
        table.definition.pop("ProvisionedThroughput", None)
    catalog.save(database, table)


def _change_stream(database: Database, table: Table, specification: dict[str, Any]) -> None:
    definitions.check_stream(specification)
    if specification["StreamEnabled"] and table.stream:
        raise AwsError("ResourceInUseException", f"Table already has an enabled stream: TableName: {table.name}")
    if specification["StreamEnabled"]:
        catalog.open_stream(database, table, specification["StreamViewType"])
    elif table.stream is None:
        raise invalid(f"Table does not have a stream to disable: TableName: {table.name}")
    else:
        catalog.close_stream(database, table)


def _change_indexes(database: Database, table: Table, params: Params) -> None:
    """Create or delete one index, or change the capacity of any (API reference, UpdateTable)."""
    changes = [one for one in params["GlobalSecondaryIndexUpdates"] if "Update" not in one]
    if len(changes) > 1:
        message = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
        raise AwsError("LimitExceededException", message)
    for change in changes:
        definition = dict(table.definition)
        indexes = _changed(table, change)
        definition.pop("GlobalSecondaryIndexes", None)
        if indexes:
            definition["GlobalSecondaryIndexes"] = indexes
        definition["AttributeDefinitions"] = _used(definition, params.get("AttributeDefinitions", ()))
        definitions.check(definition)
        catalog.redefine(database, table, definition)


def _changed(table: Table, change: Mapping[str, Any]) -> list[Any]:
    indexes = {index["IndexName"]: index for index in table.definition.get("GlobalSecondaryIndexes", ())}
    if "Create" in change:
        index = change["Create"]
        if index["IndexName"] in table.indexes:
            raise invalid(f"Attempting to create an index which already exists: {index['IndexName']}")
        return [*indexes.values(), index]
    name = change["Delete"]["IndexName"]
    if indexes.pop(name, None) is None:
        raise AwsError("ResourceNotFoundException", "Requested resource not found")
    return list(indexes.values())


def _used(definition: Mapping[str, Any], given: Any) -> list[Mapping[str, str]]:
    """The attribute definitions that keys use: those of a deleted index go with it."""
    known = {each["AttributeName"]: each for each in (*definition["AttributeDefinitions"], *given)}
    indexes = (*definition.get("LocalSecondaryIndexes", ()), *definition.get("GlobalSecondaryIndexes", ()))
    schemas = [definition["KeySchema"], *(index["KeySchema"] for index in indexes)]
    names = dict.fromkeys(each["AttributeName"] for schema in schemas for each in schema)
    return [known[name] for name in names if name in known]
