"""The lake's tables, from the contracts: what each event's columns are."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import TableAlreadyExistsError
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform
from pyiceberg.types import (
    BooleanType,
    DoubleType,
    IcebergType,
    ListType,
    LongType,
    NestedField,
    StringType,
    StructType,
    TimestamptzType,
)

from bus.contracts.errors import ContractError
from bus.contracts.lake_rejections import REJECTED_COMMENT, REJECTED_EVENTS, REJECTED_SCHEMA
from bus.contracts.names import snake_case
from bus.contracts.registry import Contract

# name, type, whether every event has it, what it says
_ENVELOPE: tuple[tuple[str, IcebergType, bool, str], ...] = (
    ("event_id", StringType(), True, "The event, the same through retries, redrives and replays: count it once."),
    ("occurred_at", TimestamptzType(), True, "When it happened, by its producer's clock."),
    ("published_at", TimestamptzType(), True, "When it reached the bus, to the second."),
    ("producer", StringType(), True, "The service that published it."),
    ("subject", StringType(), True, "The id of what it is about."),
    ("sequence", LongType(), False, "Its place among the events of its subject."),
    ("correlation_id", StringType(), False, "Shared by all that one command caused."),
    ("causation_id", StringType(), False, "The event or command that caused it."),
    ("traceparent", StringType(), False, "The W3C trace that it is part of."),
)
_SCALARS: Mapping[str, IcebergType] = {
    "string": StringType(),
    "integer": LongType(),
    "number": DoubleType(),
    "boolean": BooleanType(),
}
_PROPERTIES = {
    "format-version": "2",  # Firehose writes to no other
    "write.parquet.compression-codec": "zstd",
    "write.metadata.previous-versions-max": "20",
    "write.metadata.delete-after-commit.enabled": "true",
}
_FIRST_PARTITION_ID = 1000


def table_name(detail_type: str) -> str:
    """The table of a detail-type: "OrderPlaced.v1" -> "order_placed_v1"."""
    return snake_case(detail_type).replace(".", "_")


def table_schema(contract: Contract) -> Schema:
    """The columns of a contract: the envelope's, then one for each first-level field of its data.

    Objects are structs, arrays lists, times timestamps in UTC, integers longs; descriptions are
    comments. Columns of the data are optional, as a later version of the contract may drop one.
    Raises ContractError for a field that can have no column.
    """
    return _Columns(contract).schema()


def partitioning(schema: Schema, time: str = "occurred_at") -> PartitionSpec:
    """By day of the column `time`: analysts ask about days."""
    return PartitionSpec(
        PartitionField(schema.find_field(time).field_id, _FIRST_PARTITION_ID, DayTransform(), f"{time}_day")
    )


def create_tables(catalog: Catalog, database: str, contracts: Iterable[Contract], *, location: str) -> list[str]:
    """Make the tables that are missing, and return their names; those that exist stay as they are.

    Beside the contracts' own there is `rejected_events`. A table's files lie under `location` and its own name.
    """
    made = [
        table_name(contract.detail_type)
        for contract in contracts
        if _create(catalog, (database, table_name(contract.detail_type)), *_table(contract), location)
    ]
    rejected = partitioning(REJECTED_SCHEMA, "received_at")
    if _create(catalog, (database, REJECTED_EVENTS), REJECTED_SCHEMA, rejected, REJECTED_COMMENT, location):
        made.append(REJECTED_EVENTS)
    return made


def _table(contract: Contract) -> tuple[Schema, PartitionSpec, str]:
    schema = table_schema(contract)
    return schema, partitioning(schema), contract.schema.get("description", contract.detail_type)


def _create(
    catalog: Catalog, name: tuple[str, str], schema: Schema, partitions: PartitionSpec, comment: str, location: str
) -> bool:
    properties = {**_PROPERTIES, "comment": comment}
    try:
        catalog.create_table(
            name, schema, location=f"{location}/{name[1]}", partition_spec=partitions, properties=properties
        )
    except TableAlreadyExistsError:
        return False
    return True


class _Columns:
    """One contract's columns; Iceberg numbers every field, nested ones too."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._ids = count(1)

    def schema(self) -> Schema:
        envelope = [
            NestedField(next(self._ids), name, type_, required=required, doc=doc)
            for name, type_, required, doc in _ENVELOPE
        ]
        return Schema(*envelope, *self._fields(self._contract.schema, ""))

    def _fields(self, node: Mapping[str, Any], pointer: str) -> list[NestedField]:
        fields = node.get("properties", {})
        taken = {name for name, *_ in _ENVELOPE} if not pointer else set()
        for name in fields:
            if name in taken:
                raise self._error(f"{pointer}/properties/{name}", "the envelope has a column of this name")
        return [self._field(name, below, f"{pointer}/properties/{name}") for name, below in fields.items()]

    def _field(self, name: str, node: Mapping[str, Any], pointer: str) -> NestedField:
        number = next(self._ids)
        target = self._resolved(node)
        doc = node.get("description") or target.get("description")
        return NestedField(number, name, self._type(target, pointer), required=False, doc=doc)

    def _type(self, node: Mapping[str, Any], pointer: str) -> IcebergType:
        type_ = node.get("type", "string" if "enum" in node or "const" in node else None)
        if type_ == "array":
            element = next(self._ids)
            return ListType(
                element, self._type(self._resolved(node["items"]), f"{pointer}/items"), element_required=False
            )
        if type_ == "object" and "properties" in node:
            return StructType(*self._fields(node, pointer))
        if type_ == "string" and node.get("format") == "date-time":
            return TimestamptzType()
        if type_ not in _SCALARS:
            raise self._error(pointer, f"a column needs one type, and this is {type_!r}")
        return _SCALARS[type_]

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The node itself, behind its `$ref` and behind "or null"."""
        while True:
            if "$ref" in node:
                node = self._contract.schema["$defs"][node["$ref"].rpartition("/")[2]]
                continue
            choices = [choice for choice in node.get("anyOf", node.get("oneOf", ())) if choice.get("type") != "null"]
            if len(choices) != 1:
                return _without_null(node)
            node = choices[0]

    def _error(self, pointer: str, what: str) -> ContractError:
        return ContractError(self._contract.path, pointer, what)


def _without_null(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """`{"type": ["string", "null"]}` is a string that may be absent, as every column may."""
    types = node.get("type")
    if not isinstance(types, list):
        return node
    rest = [type_ for type_ in types if type_ != "null"]
    return {**node, "type": rest[0] if len(rest) == 1 else rest}
