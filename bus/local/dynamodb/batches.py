"""BatchGetItem and BatchWriteItem: many items in one call, each for itself; nothing is left unprocessed."""

from collections.abc import Mapping
from typing import Any

from bus.local.dynamodb import items, writes
from bus.local.dynamodb.attributes import Item
from bus.local.dynamodb.database import Database
from bus.local.dynamodb.errors import invalid
from bus.local.dynamodb.parameters import accept
from bus.local.dynamodb.writes import Write
from bus.local.operations import Params, Response

MOST_WRITES, MOST_GETS = 25, 100

_GET = frozenset({"Keys", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"})


def batch_write_item(database: Database, params: Params) -> Response:
    """BatchWriteItem. Every write is checked before the first is done; then each is a commit of its own."""
    accept("BatchWriteItem", params, frozenset({"RequestItems"}))
    requested = [(name, request) for name, requests in params["RequestItems"].items() for request in requests]
    if len(requested) > MOST_WRITES:
        raise invalid("Too many items requested for the BatchWriteItem call")
    prepared = [_prepare(database, name, request) for name, request in requested]
    _refuse_duplicates([(write.table.number, write.key) for write in prepared])
    for write in prepared:
        database.commit("BatchWriteItem", [write.plan(database)])
    return {"UnprocessedItems": {}}


def _prepare(database: Database, name: str, request: Mapping[str, Any]) -> Write:
    if request.keys() == {"PutRequest"}:
        return writes.put(database, {"TableName": name, "Item": request["PutRequest"]["Item"]})
    if request.keys() == {"DeleteRequest"}:
        return writes.delete(database, {"TableName": name, "Key": request["DeleteRequest"]["Key"]})
    raise invalid("Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest")


def _refuse_duplicates(keys: list[Any]) -> None:
    if len(set(keys)) < len(keys):
        raise invalid("Provided list of item keys contains duplicates")


def batch_get_item(database: Database, params: Params) -> Response:
    """BatchGetItem: what is there, by table; what is not is left out."""
    accept("BatchGetItem", params, frozenset({"RequestItems"}))
    if sum(len(wanted["Keys"]) for wanted in params["RequestItems"].values()) > MOST_GETS:
        raise invalid("Too many items requested for the BatchGetItem call")
    responses = {name: _found(database, name, wanted) for name, wanted in params["RequestItems"].items()}
    return {"Responses": responses, "UnprocessedKeys": {}}


def _found(database: Database, name: str, wanted: Mapping[str, Any]) -> list[Item]:
    accept("BatchGetItem (RequestItems)", wanted, _GET)
    keys = database.table(name).keys
    _refuse_duplicates([keys.key(keys.admit_key(key)) for key in wanted["Keys"]])
    rest = {parameter: value for parameter, value in wanted.items() if parameter != "Keys"}
    found = (items.get(database, {"TableName": name, "Key": key, **rest}) for key in wanted["Keys"])
    return [item for item in found if item is not None]
