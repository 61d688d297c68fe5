"""PutItem, GetItem, UpdateItem and DeleteItem."""

from collections.abc import Mapping
from typing import Any

from bus.local.dynamodb import writes
from bus.local.dynamodb.attributes import Item
from bus.local.dynamodb.codec import thaw
from bus.local.dynamodb.database import Change, Database
from bus.local.dynamodb.errors import ConditionFailedError
from bus.local.dynamodb.expressions import Expressions
from bus.local.dynamodb.expressions.projections import projection
from bus.local.dynamodb.parameters import accept, one_of
from bus.local.dynamodb.writes import Write
from bus.local.operations import Params, Response

_CONDITION = frozenset(
    {
        "TableName",
        "ReturnValues",
        "ConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ReturnValuesOnConditionCheckFailure",
    }
)
_PUT = _CONDITION | {"Item"}
_DELETE = _CONDITION | {"Key"}
_UPDATE = _CONDITION | {"Key", "UpdateExpression"}
_GET = frozenset({"TableName", "Key", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"})


def get_item(database: Database, params: Params) -> Response:
    """GetItem; every read is a consistent one."""
    accept("GetItem", params, _GET)
    found = get(database, params)
    return {} if found is None else {"Item": found}


def get(database: Database, params: Mapping[str, Any]) -> Item | None:
    """The item of a key, or of it what is wanted; also a transaction's Get."""
    table, expressions = database.table(params["TableName"]), Expressions(params)
    wanted = expressions.projection()
    expressions.finish()
    blob = database.store.get(table.number, table.keys.key(table.keys.admit_key(params["Key"])))
    if blob is None:
        return None
    return thaw(blob) if wanted is None else wanted(thaw(blob))


def put_item(database: Database, params: Params) -> Response:
    """PutItem."""
    accept("PutItem", params, _PUT)
    wanted = one_of(params, "ReturnValues", ("NONE", "ALL_OLD"))
    change = _done(database, "PutItem", writes.put(database, params))
    return _attributes(change.before if wanted == "ALL_OLD" else None)


def delete_item(database: Database, params: Params) -> Response:
    """DeleteItem; an item that is not there is as good as deleted."""
    accept("DeleteItem", params, _DELETE)
    wanted = one_of(params, "ReturnValues", ("NONE", "ALL_OLD"))
    change = _done(database, "DeleteItem", writes.delete(database, params))
    return _attributes(change.before if wanted == "ALL_OLD" else None)


def update_item(database: Database, params: Params) -> Response:
    """UpdateItem."""
    accept("UpdateItem", params, _UPDATE)
    wanted = one_of(params, "ReturnValues", ("NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"))
    write = writes.update(database, params)
    change = _done(database, "UpdateItem", write)
    if wanted == "NONE":
        return {}
    blob = change.before if wanted.endswith("OLD") else change.after
    if wanted.startswith("ALL") or blob is None:
        return _attributes(blob)
    updated = projection(write.targets)(thaw(blob))
    return {"Attributes": updated} if updated else {}


def _done(database: Database, action: str, write: Write) -> Change:
    try:
        change = write.plan(database)
    except ConditionFailedError:
        database.plane.ledger.record("dynamodb", action, write.table.arn, outcome="ConditionalCheckFailed")
        raise
    database.commit(action, [change])
    return change


def _attributes(blob: bytes | None) -> Response:
    return {} if blob is None else {"Attributes": thaw(blob)}
