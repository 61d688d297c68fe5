"""DynamoDB: what its operations need.

Service Authorization Reference; developer guide, "Using IAM policy conditions for fine-grained access control" and
"Amazon DynamoDB Transactions: How it works" (a transaction needs the permissions of what is in it).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bus.local.access.needs.need import Call, Need, Params
from bus.local.access.needs.rules import On, Rules
from bus.local.policies.request import ContextValue

_WRITES = {"ConditionCheck": "ConditionCheckItem", "Delete": "DeleteItem", "Put": "PutItem", "Update": "UpdateItem"}
_STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+\"?([\w.-]+)\"?(?:\s*\.\s*\"?([\w.-]+)\"?)?", re.IGNORECASE)
_PARTIQL = {"SELECT": "Select", "INSERT": "Insert", "UPDATE": "Update", "DELETE": "Delete"}


def _table(call: Call, named: str) -> str:
    return named if named.startswith("arn:") else call.arn("dynamodb", f"table/{named}")


def _on_items(action: str) -> Callable[[Call], list[Need]]:
    def needs(call: Call) -> list[Need]:
        params = call.params
        resource = _table(call, params["TableName"])
        if (index := params.get("IndexName")) is not None:
            resource = f"{resource}/index/{index}"
        return [Need(f"dynamodb:{action}", resource, _keys(call, params["TableName"], params))]

    return needs


def _batch(call: Call) -> list[Need]:
    """One need per table; its leading keys are those of all the items asked for."""
    return [
        Need(f"dynamodb:{call.operation}", _table(call, name), {"dynamodb:LeadingKeys": _lazily(call, name, requests)})
        for name, requests in (call.params.get("RequestItems") or {}).items()
    ]


def _lazily(call: Call, table: str, requests: Any) -> Callable[[], ContextValue | None]:
    return lambda: _leading(call, table, _items_of(requests)) or None


def _items_of(requests: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(requests, Mapping):
        yield from requests.get("Keys") or ()
        return
    for request in requests or ():
        for kind in request.values():
            yield kind.get("Item") or kind.get("Key") or {}


def _transact_write(call: Call) -> list[Need]:
    pairs = [(kind, each) for item in call.params.get("TransactItems") or () for kind, each in item.items() if each]
    return [
        Need(f"dynamodb:{_WRITES[kind]}", _table(call, each["TableName"]), _keys(call, each["TableName"], each))
        for kind, each in pairs
    ]


def _transact_get(call: Call) -> list[Need]:
    gets = [item["Get"] for item in call.params.get("TransactItems") or ()]
    return [
        Need("dynamodb:GetItem", _table(call, each["TableName"]), _keys(call, each["TableName"], each)) for each in gets
    ]


def _statements(call: Call) -> list[Need]:
    params = call.params
    texts = params.get("Statements") or params.get("TransactStatements") or [params]
    return [_partiql(call, str(each.get("Statement", ""))) for each in texts]


def _partiql(call: Call, text: str) -> Need:
    verb, table = _STATEMENT.match(text), _TABLE.search(text)
    if verb is None or table is None:
        return Need("dynamodb:PartiQLSelect")
    resource = _table(call, table[1])
    if table[2]:
        resource = f"{resource}/index/{table[2]}"
    return Need(f"dynamodb:PartiQL{_PARTIQL[verb[1].upper()]}", resource)


def _keys(call: Call, table: str, params: Params) -> Mapping[str, Any]:
    """Service Authorization Reference, "Condition keys for Amazon DynamoDB"."""
    item = params.get("Key") or params.get("Item")

    def leading() -> ContextValue | None:
        return (_leading(call, table, [item]) if item is not None else _of_query(call, table, params)) or None

    named = {"dynamodb:Select": params.get("Select"), "dynamodb:ReturnValues": params.get("ReturnValues")}
    given = {name: value for name, value in named.items() if value is not None}
    return {"dynamodb:LeadingKeys": leading, **given}


def _leading(call: Call, table: str, items: Iterable[Mapping[str, Any]]) -> list[str]:
    hash_key = call.directory.hash_key(table.rpartition("/")[2], None)
    return [_text(item[hash_key]) for item in items if hash_key is not None and hash_key in item]


def _of_query(call: Call, table: str, params: Params) -> list[str]:
    """The partition that a Query asks for; a Scan asks for none."""
    hash_key = call.directory.hash_key(table.rpartition("/")[2], params.get("IndexName"))
    conditions = params.get("KeyConditions") or {}
    if hash_key is not None and hash_key in conditions:
        return [_text(value) for value in conditions[hash_key].get("AttributeValueList") or ()]
    names, values = params.get("ExpressionAttributeNames") or {}, params.get("ExpressionAttributeValues") or {}
    for name, value in re.findall(r"([#\w.]+)\s*=\s*(:\w+)", params.get("KeyConditionExpression") or ""):
        if names.get(name, name) == hash_key and value in values:
            return [_text(values[value])]
    return []


def _text(value: Any) -> str:
    return str(next(iter(value.values()))) if isinstance(value, Mapping) and value else str(value)


DYNAMODB = Rules(
    "dynamodb",
    on=(
        On("GlobalTableName", lambda call, name: f"arn:aws:dynamodb::{call.directory.account}:global-table/{name}"),
        On("TableName", _table),
        On("TableArn"),
        On("TargetTableName", "table/{}"),
        On("ResourceArn"),
        On("BackupArn"),
        On("ExportArn"),
        On("ImportArn"),
        On("TableCreationParameters", lambda call, made: _table(call, made["TableName"])),
    ),
    nowhere={"ListBackups", "ListContributorInsights", "ListGlobalTables", "ListImports"},
    special={
        **{name: _on_items(name) for name in ("DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")},
        "BatchExecuteStatement": _statements,
        "BatchGetItem": _batch,
        "BatchWriteItem": _batch,
        "ExecuteStatement": _statements,
        "ExecuteTransaction": _statements,
        "TransactGetItems": _transact_get,
        "TransactWriteItems": _transact_write,
    },
)
