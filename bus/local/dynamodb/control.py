"""CreateTable, DescribeTable, DeleteTable, ListTables, UpdateTable, and time to live."""

import re
from copy import deepcopy

from bus.local.dynamodb import catalog, changes, definitions
from bus.local.dynamodb.database import Database
from bus.local.dynamodb.descriptions import describe
from bus.local.dynamodb.errors import invalid, invalid_values, not_found
from bus.local.dynamodb.tables import Table
from bus.local.errors import AwsError
from bus.local.operations import Params, Response

_TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
MOST_LISTED = 100


def create_table(database: Database, params: Params) -> Response:
    """CreateTable. The table can be used at once; the answer says CREATING, as AWS's does."""
    definitions.check(params)
    name = params["TableName"]
    if not _TABLE_NAME.fullmatch(name):
        raise invalid(
            f"1 validation error detected: Value '{name}' at 'tableName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+, and be 3 to 255 characters long"
        )
    if name in database.tables:
        raise AwsError("ResourceInUseException", f"Table already exists: {name}")
    # The caller's own lists must not be ours.
    table = catalog.create(database, deepcopy(dict(params)))
    return {"TableDescription": describe(database, table, "CREATING")}


def describe_table(database: Database, params: Params) -> Response:
    """DescribeTable."""
    return {"Table": describe(database, _table(database, params["TableName"]))}


def delete_table(database: Database, params: Params) -> Response:
    """DeleteTable, at once; the answer says DELETING."""
    table = _table(database, params["TableName"])
    if table.definition.get("DeletionProtectionEnabled"):
        raise invalid(
            "Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first."
        )
    description = describe(database, table, "DELETING")
    catalog.drop(database, table)
    return {"TableDescription": description}


def list_tables(database: Database, params: Params) -> Response:
    """ListTables, by name."""
    limit, start = params.get("Limit", MOST_LISTED), params.get("ExclusiveStartTableName", "")
    names = sorted(name for name in database.tables if name > start)
    response: Response = {"TableNames": names[:limit]}
    if len(names) > limit:
        response["LastEvaluatedTableName"] = names[limit - 1]
    return response


def update_table(database: Database, params: Params) -> Response:
    """UpdateTable, at once; the answer says UPDATING."""
    table = _table(database, params["TableName"])
    changes.apply(database, table, params)
    return {"TableDescription": describe(database, table, "UPDATING")}


def update_time_to_live(database: Database, params: Params) -> Response:
    """UpdateTimeToLive."""
    table, wanted = _table(database, params["TableName"]), params["TimeToLiveSpecification"]
    current = table.expiry.attribute if table.expiry else None
    if wanted["Enabled"] and current is not None:
        raise invalid("TimeToLive is already enabled")
    if not wanted["Enabled"] and current is None:
        raise invalid("TimeToLive is already disabled")
    if wanted["Enabled"]:
        catalog.keep_expiry(database, table, wanted["AttributeName"])
    elif wanted["AttributeName"] != current:
        raise invalid_values(f"TimeToLive is active on a different AttributeName: current AttributeName is {current}")
    else:
        catalog.forget_expiry(database, table)
    catalog.save(database, table)
    return {"TimeToLiveSpecification": dict(wanted)}


def describe_time_to_live(database: Database, params: Params) -> Response:
    """DescribeTimeToLive."""
    table = _table(database, params["TableName"])
    if table.expiry is None:
        return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    return {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": table.expiry.attribute}}


def _table(database: Database, name: str) -> Table:
    try:
        return database.table(name)
    except AwsError as error:
        raise not_found(f"Table: {name} not found") from error
