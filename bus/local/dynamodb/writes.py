"""Writes in two steps: made ready from the request alone, then planned against the item that is there.

What is wrong with the request itself is refused in the first step; conditions, and updates that do not
suit the item, fail in the second. Nothing is written until `Database.commit`, so a transaction plans
all of its writes and then makes all of their changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.dynamodb.attributes import Item, admit_item, size_of
from bus.local.dynamodb.codec import freeze, thaw
from bus.local.dynamodb.database import Change, Database
from bus.local.dynamodb.errors import ConditionFailedError, invalid, invalid_values
from bus.local.dynamodb.expressions import Condition, Expressions, Update
from bus.local.dynamodb.expressions.paths import Path
from bus.local.dynamodb.keys import Key
from bus.local.dynamodb.parameters import one_of
from bus.local.dynamodb.tables import Table

LARGEST_ITEM = 400 * 1024

# The blob of what is there -> the blob of what shall be.
Step = Callable[[bytes | None], bytes | None]


@dataclass(frozen=True, slots=True)
class Write:
    """One write, ready to be planned. `targets` are the paths that an update changes."""

    table: Table
    key: Key
    condition: Condition | None
    step: Step
    tell_item: bool
    targets: tuple[Path, ...] = ()

    def plan(self, database: Database) -> Change:
        """What the write would change. Raises ConditionFailedError, or ValidationException for an unfit item."""
        before = database.store.get(self.table.number, self.key)
        if self.condition is not None and not self.condition({} if before is None else thaw(before)):
            raise ConditionFailedError(thaw(before) if self.tell_item and before is not None else None)
        return Change(self.table, self.key, before, self.step(before))


def put(database: Database, params: Mapping[str, Any]) -> Write:
    """PutItem, or a transaction's Put."""
    table, expressions = database.table(params["TableName"]), Expressions(params)
    condition = expressions.condition()
    expressions.finish()
    item = admit_item(params["Item"])
    table.check_item(item)
    blob = _frozen(item, "Item size has exceeded the maximum allowed size")
    return Write(table, table.keys.key(item), condition, lambda _: blob, _tells(params))


def delete(database: Database, params: Mapping[str, Any]) -> Write:
    """DeleteItem, or a transaction's Delete."""
    return _on_key(database, params, lambda _: None)


def check(database: Database, params: Mapping[str, Any]) -> Write:
    """A transaction's ConditionCheck: it leaves the item as it is."""
    return _on_key(database, params, lambda before: before)


def _on_key(database: Database, params: Mapping[str, Any], step: Step) -> Write:
    table, expressions = database.table(params["TableName"]), Expressions(params)
    condition = expressions.condition()
    expressions.finish()
    return Write(table, table.keys.key(table.keys.admit_key(params["Key"])), condition, step, _tells(params))


def update(database: Database, params: Mapping[str, Any]) -> Write:
    """UpdateItem, or a transaction's Update. An item that is not there is made, from its key."""
    table, expressions = database.table(params["TableName"]), Expressions(params)
    change, condition = expressions.update(), expressions.condition()
    expressions.finish()
    key = table.keys.admit_key(params["Key"])
    if change is None:
        return Write(table, table.keys.key(key), condition, lambda before: before or freeze(key), _tells(params))
    for name in table.keys.names:
        if name in change.roots and any(route[0] == name for route in change.run.targets):
            raise invalid_values(f"Cannot update attribute {name}. This attribute is part of the key")
    step = _update_step(table, key, change.run, expressions)
    return Write(table, table.keys.key(key), condition, step, _tells(params), tuple(change.run.targets))


def _update_step(table: Table, key: Item, change: Update, expressions: Expressions) -> Step:
    def step(before: bytes | None) -> bytes:
        was = {} if before is None else thaw(before)
        item = dict(key) if before is None else thaw(before)
        change.apply(was, item, expressions.values)
        for index in table.indexes.values():
            index.check_item(item)
        return _frozen(item, "Item size to update has exceeded the maximum allowed size")

    return step


def _frozen(item: Item, refusal: str) -> bytes:
    blob = freeze(item)
    # As stored, an item is never smaller than DynamoDB counts it.
    if len(blob) > LARGEST_ITEM and size_of(item) > LARGEST_ITEM:
        raise invalid(refusal)
    return blob


def _tells(params: Mapping[str, Any]) -> bool:
    return one_of(params, "ReturnValuesOnConditionCheckFailure", ("NONE", "ALL_OLD")) == "ALL_OLD"
