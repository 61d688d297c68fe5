"""The DynamoDB room: which operation is answered where, and what a template may ask of a table."""

from pathlib import Path
from typing import ClassVar

from bus.local.dynamodb import batches, catalog, control, items, reads, transactions
from bus.local.dynamodb.database import Database
from bus.local.dynamodb.resources import TableResources
from bus.local.dynamodb.store import Store
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane


class DynamoDbRoom(TableResources):
    """Tables, items, indexes and transactions over SQLite; in memory unless `path` names a file."""

    service: ClassVar[str] = "dynamodb"

    def __init__(self, plane: Plane, path: Path | None = None) -> None:
        self.database = Database(plane, Store(path))
        self._tokens = transactions.Tokens(plane.clock.time)
        catalog.load(self.database)

    @operation("CreateTable")
    def create_table(self, params: Params) -> Response:
        return control.create_table(self.database, params)

    @operation("DescribeTable")
    def describe_table(self, params: Params) -> Response:
        return control.describe_table(self.database, params)

    @operation("DeleteTable")
    def delete_table(self, params: Params) -> Response:
        return control.delete_table(self.database, params)

    @operation("ListTables")
    def list_tables(self, params: Params) -> Response:
        return control.list_tables(self.database, params)

    @operation("UpdateTable")
    def update_table(self, params: Params) -> Response:
        return control.update_table(self.database, params)

    @operation("UpdateTimeToLive")
    def update_time_to_live(self, params: Params) -> Response:
        return control.update_time_to_live(self.database, params)

    @operation("DescribeTimeToLive")
    def describe_time_to_live(self, params: Params) -> Response:
        return control.describe_time_to_live(self.database, params)

    @operation("PutItem")
    def put_item(self, params: Params) -> Response:
        return items.put_item(self.database, params)

    @operation("GetItem")
    def get_item(self, params: Params) -> Response:
        return items.get_item(self.database, params)

    @operation("UpdateItem")
    def update_item(self, params: Params) -> Response:
        return items.update_item(self.database, params)

    @operation("DeleteItem")
    def delete_item(self, params: Params) -> Response:
        return items.delete_item(self.database, params)

    @operation("Query")
    def query(self, params: Params) -> Response:
        return reads.query(self.database, params)

    @operation("Scan")
    def scan(self, params: Params) -> Response:
        return reads.scan(self.database, params)

    @operation("BatchGetItem")
    def batch_get_item(self, params: Params) -> Response:
        return batches.batch_get_item(self.database, params)

    @operation("BatchWriteItem")
    def batch_write_item(self, params: Params) -> Response:
        return batches.batch_write_item(self.database, params)

    @operation("TransactWriteItems")
    def transact_write_items(self, params: Params) -> Response:
        return transactions.transact_write_items(self.database, self._tokens, params)

    @operation("TransactGetItems")
    def transact_get_items(self, params: Params) -> Response:
        return transactions.transact_get_items(self.database, params)
