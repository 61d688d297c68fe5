"""What CreateTable may ask for, checked before anything is made."""

from collections.abc import Mapping
from typing import Any

from bus.local.dynamodb.errors import invalid, invalid_values
from bus.local.dynamodb.parameters import accept

VIEWS = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")
MOST_GLOBAL, MOST_LOCAL = 20, 5

# Capacity, encryption, storage class and tags change nothing that a caller of the room could see.
WITHOUT_EFFECT = frozenset(
    {
        "BillingMode",
        "ProvisionedThroughput",
        "OnDemandThroughput",
        "WarmThroughput",
        "SSESpecification",
        "TableClass",
        "Tags",
    }
)
_ACTS_ON = frozenset(
    {
        "AttributeDefinitions",
        "TableName",
        "KeySchema",
        "LocalSecondaryIndexes",
        "GlobalSecondaryIndexes",
        "StreamSpecification",
        "DeletionProtectionEnabled",
    }
)
_INDEX = frozenset({"IndexName", "KeySchema", "Projection", "ProvisionedThroughput", "OnDemandThroughput"})


def check(definition: Mapping[str, Any]) -> None:
    """Raises ValidationException for a table that DynamoDB would not make, or that the room does not do."""
    accept("CreateTable", definition, _ACTS_ON | WITHOUT_EFFECT)
    _check_capacity(definition)
    _check_key(definition["KeySchema"])
    for index in _indexes(definition):
        accept("CreateTable (an index)", index, _INDEX | {"WarmThroughput"})
        _check_key(index["KeySchema"])
        _check_projection(index)
    _check_local(definition)
    _check_attributes(definition)
    check_stream(definition.get("StreamSpecification", {}))


def _indexes(definition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    indexes = [*definition.get("LocalSecondaryIndexes", ()), *definition.get("GlobalSecondaryIndexes", ())]
    names = [index["IndexName"] for index in indexes]
    for name in names:
        if names.count(name) > 1:
            raise invalid_values(f"Duplicate index name: {name}")
    return indexes


def _check_capacity(definition: Mapping[str, Any]) -> None:
    provisioned = definition.get("BillingMode", "PROVISIONED") == "PROVISIONED"
    if provisioned and "ProvisionedThroughput" not in definition:
        raise invalid_values(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )
    if not provisioned and "ProvisionedThroughput" in definition:
        raise invalid_values(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    if len(definition.get("GlobalSecondaryIndexes", ())) > MOST_GLOBAL:
        raise invalid_values(f"GlobalSecondaryIndex count exceeds the per-table limit of {MOST_GLOBAL}")
    if len(definition.get("LocalSecondaryIndexes", ())) > MOST_LOCAL:
        raise invalid_values(f"Number of LocalSecondaryIndexes exceeds per-table limit of {MOST_LOCAL}")


def _check_key(described: list[Mapping[str, str]]) -> None:
    kinds = [each["KeyType"] for each in described]
    if kinds not in (["HASH"], ["HASH", "RANGE"]):
        raise invalid(
            "Invalid KeySchema: a HASH key and at most one RANGE key after it "
            "(the local event plane does not do keys of several attributes)"
        )
    if len({each["AttributeName"] for each in described}) < len(described):
        raise invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")


def _check_projection(index: Mapping[str, Any]) -> None:
    kept = index["Projection"]
    kind = kept.get("ProjectionType")
    if kind not in ("ALL", "KEYS_ONLY", "INCLUDE"):
        raise invalid_values(f"Unknown ProjectionType: {kind}")
    if (kind == "INCLUDE") != ("NonKeyAttributes" in kept):
        what = "is required" if kind == "INCLUDE" else "is specified"
        raise invalid_values(f"ProjectionType is {kind}, but NonKeyAttributes {what}")


def _check_local(definition: Mapping[str, Any]) -> None:
    hash_key = definition["KeySchema"][0]["AttributeName"]
    for index in definition.get("LocalSecondaryIndexes", ()):
        if len(definition["KeySchema"]) < 2:  # noqa: PLR2004 - a partition key and a sort key
            raise invalid_values(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
            )
        if index["KeySchema"][0]["AttributeName"] != hash_key:
            raise invalid_values(
                f"Index KeySchema does not have the same leading hash key as table KeySchema for index: "
                f"{index['IndexName']}. index hash key: {index['KeySchema'][0]['AttributeName']}, "
                f"table hash key: {hash_key}"
            )


def _check_attributes(definition: Mapping[str, Any]) -> None:
    defined = [each["AttributeName"] for each in definition["AttributeDefinitions"]]
    schemas = [definition["KeySchema"], *(index["KeySchema"] for index in _indexes(definition))]
    used = dict.fromkeys(each["AttributeName"] for schema in schemas for each in schema)
    shown = f"AttributeDefinitions: [{', '.join(defined)}]"
    if missing := [name for name in used if name not in defined]:
        raise invalid_values(
            f"Some index key attributes are not defined in AttributeDefinitions. Keys: [{', '.join(missing)}], {shown}"
        )
    if len(defined) > len(used):
        raise invalid_values(f"Some AttributeDefinitions are not used. {shown}, keys used: [{', '.join(used)}]")


def check_stream(specification: Mapping[str, Any]) -> None:
    """Raises ValidationException for a stream that DynamoDB would not make."""
    accept("StreamSpecification", specification, frozenset({"StreamEnabled", "StreamViewType"}))
    view = specification.get("StreamViewType")
    if specification.get("StreamEnabled"):
        if view not in VIEWS:
            raise invalid_values(f"StreamViewType must be one of {', '.join(VIEWS)}")
    elif view is not None:
        raise invalid_values("StreamViewType can be specified only when stream is enabled")
