"""Making and unmaking tables, streams and expiry indexes; what a reopened store brings back."""

from copy import deepcopy
from typing import Any

import orjson

from bus.local.dynamodb import records
from bus.local.dynamodb import statements as sql
from bus.local.dynamodb.attributes import Item
from bus.local.dynamodb.codec import thaw
from bus.local.dynamodb.database import Change, Database
from bus.local.dynamodb.expiry import ExpiryIndex, Sweeper
from bus.local.dynamodb.keys import Key
from bus.local.dynamodb.records import Stream
from bus.local.dynamodb.tables import INDEXES_PER_TABLE, Index, Table
from bus.local.errors import AwsError


def load(database: Database) -> None:
    """Take up the tables and streams that the store holds from before."""
    for document in database.store.saved("stream"):
        stream = Stream(**orjson.loads(document))
        database.streams[stream.arn] = stream
    for document in database.store.saved("table"):
        kept = orjson.loads(document)
        attribute, stream_arn = kept.pop("expiry"), kept.pop("stream")
        table = Table(**kept, stream=database.streams.get(stream_arn))
        database.tables[table.name] = table
        if attribute is not None:
            _watch(database, table, attribute).look()


def save(database: Database, table: Table) -> None:
    """Keep a table's description."""
    document = {
        "number": table.number,
        "name": table.name,
        "arn": table.arn,
        "id": table.id,
        "created": table.created,
        "definition": table.definition,
        "expiry": table.expiry.attribute if table.expiry else None,
        "stream": table.stream.arn if table.stream else None,
    }
    database.store.save("table", table.number, orjson.dumps(document))


def create(database: Database, definition: dict[str, Any]) -> Table:
    """A new table, with its stream if it is to have one."""
    plane, name = database.plane, definition["TableName"]
    number = 1 + max((table.number for table in database.tables.values()), default=0)
    table = Table(
        number, name, plane.arn("dynamodb", f"table/{name}"), plane.chance.uuid(), plane.clock.time(), definition
    )
    database.tables[name] = table
    specification = definition.get("StreamSpecification", {})
    if specification.get("StreamEnabled"):
        open_stream(database, table, specification["StreamViewType"])
    save(database, table)
    return table


def redefine(database: Database, table: Table, definition: dict[str, Any]) -> None:
    """Give a table other indexes, filled from its items; an item that does not suit an index is left out of it.

    So DynamoDB does (developer guide, "Detecting and correcting index key violations").
    """
    with database.store.commit():
        for index in table.indexes.values():
            database.store.run(sql.CLEAR_INDEX, (index.number,))
        table.define(deepcopy(definition))
        for item in database.store.every(table.number):
            for index in table.indexes.values():
                if _suits(index, item):
                    database.store.move(index.number, table.keys.key(item), None, index.entry(item))


def _suits(index: Index, item: Item) -> bool:
    try:
        index.check_item(item)
    except AwsError:
        return False
    return True


def drop(database: Database, table: Table) -> None:
    """Delete a table with all its items; its stream stays readable until its records are gone."""
    if table.stream is not None:
        close_stream(database, table)
    forget_expiry(database, table)
    with database.store.commit():
        database.store.run(sql.CLEAR, (table.number,))
        for index in table.indexes.values():
            database.store.run(sql.CLEAR_INDEX, (index.number,))
        database.store.run(sql.FORGET, ("table", table.number))
    del database.tables[table.name]


def open_stream(database: Database, table: Table, view: str) -> None:
    """Give a table a stream of its own; what was written before is not in it."""
    plane, now = database.plane, database.plane.clock.time()
    label = records.label(now)
    while (arn := f"{table.arn}/stream/{label}") in database.streams:
        now += 0.001
        label = records.label(now)
    table.stream = database.streams[arn] = Stream(
        number=len(database.streams) + 1,
        arn=arn,
        label=label,
        view=view,
        table_name=table.name,
        key_schema=table.definition["KeySchema"],
        created=now,
        shard=f"shardId-{round(now * 1000):020d}-{plane.chance.hex(8)}",
        start=records.last_sequence(database.store) + 1,
    )
    table.stream.save(database.store)


def close_stream(database: Database, table: Table) -> None:
    """Take a table's stream from it: its shard ends here."""
    if table.stream is not None:
        table.stream.closed = database.plane.clock.time()
        table.stream.end = records.last_sequence(database.store)
        table.stream.save(database.store)
        table.stream = None


def keep_expiry(database: Database, table: Table, attribute: str) -> None:
    """Let a table's items expire by `attribute`, those that are there already too."""
    sweeper = _watch(database, table, attribute)
    with database.store.commit():
        for item in database.store.every(table.number):
            database.store.move(sweeper.index.number, table.keys.key(item), None, sweeper.index.entry(item))
    sweeper.look()


def forget_expiry(database: Database, table: Table) -> None:
    """Let a table's items stay."""
    if table.expiry is not None:
        database.sweepers.pop(table.number).stop()
        database.store.run(sql.CLEAR_INDEX, (table.expiry.number,))
        table.expiry = None


def _watch(database: Database, table: Table, attribute: str) -> Sweeper:
    table.expiry = ExpiryIndex(table.number * INDEXES_PER_TABLE, attribute)

    def item(key: Key) -> dict[str, Any]:
        return thaw(database.store.get(table.number, key) or b"{}")

    def delete(keys: list[Key]) -> None:
        for key in keys:
            change = Change(table, key, database.store.get(table.number, key), None)
            database.commit("expire", [change], by_service=True)

    sweeper = Sweeper(database.plane.engine, database.store, table.expiry, item, delete)
    database.sweepers[table.number] = sweeper
    return sweeper
