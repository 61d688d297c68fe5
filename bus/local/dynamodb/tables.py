"""A table: its key, its indexes, its stream, as CreateTable described them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.local.dynamodb.attributes import Item
from bus.local.dynamodb.errors import invalid, invalid_values
from bus.local.dynamodb.expiry import ExpiryIndex
from bus.local.dynamodb.expressions.projections import Projection, projection
from bus.local.dynamodb.keys import Key, KeySchema, encoded
from bus.local.dynamodb.records import Stream

# DynamoDB allows 20 global and 5 local indexes; the first number is that of the table's expiry.
INDEXES_PER_TABLE = 32


@dataclass(frozen=True)
class Index:
    """A secondary index. `project` makes of an item what the index holds of it; None for everything."""

    number: int
    name: str
    keys: KeySchema
    is_global: bool
    project: Projection | None

    def entry(self, item: Item) -> Key | None:
        """Where an item stands in the index; None when it lacks the index's key."""
        if all(name in item for name in self.keys.names):
            return self.keys.key(item)
        return None

    def check_item(self, item: Item) -> None:
        """Raises ValidationException for an item whose attribute the index cannot hold."""
        for name in self.keys.names:
            if name not in item:
                continue
            (actual,), expected = item[name], self.keys.types[name]
            if actual != expected:
                raise invalid_values(
                    f"Type mismatch for Index Key {name} Expected: {expected} Actual: {actual} IndexName: {self.name}"
                )
            if not encoded(item[name]):
                raise invalid(
                    "One or more parameter values are not valid. A value specified for a secondary index key is not "
                    "supported. The AttributeValue for a key attribute cannot contain an empty string value. "
                    f"IndexName: {self.name}, IndexKey: {name}"
                )


@dataclass
class Table:
    """A table of the room. `definition` is what CreateTable was given, `created` epoch seconds."""

    number: int
    name: str
    arn: str
    id: str
    created: float
    definition: dict[str, Any]
    keys: KeySchema = field(init=False)
    indexes: dict[str, Index] = field(init=False)
    expiry: ExpiryIndex | None = None
    stream: Stream | None = None

    def __post_init__(self) -> None:
        self.define(self.definition)

    def define(self, definition: dict[str, Any]) -> None:
        """Take on a definition; its indexes are empty until somebody fills them."""
        self.definition = definition
        types = {each["AttributeName"]: each["AttributeType"] for each in self.definition["AttributeDefinitions"]}
        self.keys = key_schema(self.definition["KeySchema"], types)
        described = [
            (index, is_global)
            for member, is_global in (("LocalSecondaryIndexes", False), ("GlobalSecondaryIndexes", True))
            for index in self.definition.get(member, ())
        ]
        first = self.number * INDEXES_PER_TABLE
        self.indexes = {
            index["IndexName"]: self._index(first + count, index, types, is_global=is_global)
            for count, (index, is_global) in enumerate(described, 1)
        }

    def _index(self, number: int, described: Mapping[str, Any], types: Mapping[str, str], *, is_global: bool) -> Index:
        keys = key_schema(described["KeySchema"], types)
        kept = described["Projection"]
        project = None
        if kept["ProjectionType"] != "ALL":
            names = dict.fromkeys((*self.keys.names, *keys.names, *kept.get("NonKeyAttributes", ())))
            project = projection((name,) for name in names)
        return Index(number, described["IndexName"], keys, is_global, project)

    @property
    def entered(self) -> list[Index | ExpiryIndex]:
        """Every index that a write may move the item in."""
        return [*self.indexes.values(), *([self.expiry] if self.expiry else [])]

    def index(self, name: str) -> Index:
        """A secondary index. Raises ValidationException when the table has none of that name."""
        if name not in self.indexes:
            raise invalid(f"The table does not have the specified index: {name}")
        return self.indexes[name]

    def check_item(self, item: Item) -> None:
        """Raises ValidationException for an item that does not fit the table's or an index's key."""
        self.keys.check_item(item)
        for index in self.indexes.values():
            index.check_item(item)


def key_schema(described: list[Mapping[str, str]], types: Mapping[str, str]) -> KeySchema:
    """A KeySchema of the API, with the types of the attribute definitions."""
    names = {each["KeyType"]: each["AttributeName"] for each in described}
    return KeySchema(names["HASH"], names.get("RANGE"), {name: types[name] for name in names.values()})
