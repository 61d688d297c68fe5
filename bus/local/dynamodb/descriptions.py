"""Tables as DescribeTable shows them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bus.local.dynamodb import statements as sql
from bus.local.dynamodb.database import Database
from bus.local.dynamodb.tables import Table

_NO_CAPACITY = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}


def describe(database: Database, table: Table, status: str = "ACTIVE") -> dict[str, Any]:
    """A TableDescription. Counts are exact, where AWS brings them up to date every six hours."""
    count, size = database.store.run(sql.COUNT, (table.number,)).fetchone()
    definition = table.definition
    return {
        "TableName": table.name,
        "TableArn": table.arn,
        "TableId": table.id,
        "TableStatus": status,
        "CreationDateTime": datetime.fromtimestamp(table.created, UTC),
        "AttributeDefinitions": definition["AttributeDefinitions"],
        "KeySchema": definition["KeySchema"],
        "ItemCount": count,
        "TableSizeBytes": size,
        "ProvisionedThroughput": _capacity(definition),
        "BillingModeSummary": {"BillingMode": definition.get("BillingMode", "PROVISIONED")},
        "DeletionProtectionEnabled": definition.get("DeletionProtectionEnabled", False),
        **_indexes(table),
        **_stream(table),
    }


def _capacity(described: Mapping[str, Any]) -> dict[str, Any]:
    return {"NumberOfDecreasesToday": 0, **_NO_CAPACITY, **described.get("ProvisionedThroughput", {})}


def _indexes(table: Table) -> dict[str, Any]:
    return {
        member: [_index(table, index, active=member.startswith("Global")) for index in table.definition[member]]
        for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
        if table.definition.get(member)
    }


def _index(table: Table, index: Mapping[str, Any], *, active: bool) -> dict[str, Any]:
    described = {
        "IndexName": index["IndexName"],
        "IndexArn": f"{table.arn}/index/{index['IndexName']}",
        "KeySchema": index["KeySchema"],
        "Projection": index["Projection"],
    }
    if active:
        described |= {"IndexStatus": "ACTIVE", "ProvisionedThroughput": _capacity(index)}
    return described


def _stream(table: Table) -> dict[str, Any]:
    stream = table.stream
    if stream is None:
        return {}
    return {
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": stream.view},
        "LatestStreamArn": stream.arn,
        "LatestStreamLabel": stream.label,
    }
