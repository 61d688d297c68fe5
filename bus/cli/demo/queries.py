"""The demo's three questions to the lake, asked through Athena."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bus.cli.demo.expected import Rows
from bus.cli.lake import make_tables
from bus.contracts import contracts_of
from bus.local.platform import LocalPlatform

CONTRACTS = Path(__file__).parents[3] / "schemas"

# Money is in cents. Orders paid on a day, by the day they were placed, less what was refunded.
QUERIES = {
    "revenue_by_day": """
        SELECT date(placed.placed_at) AS day, count(*) AS orders_paid,
               sum(paid.amount.amount - coalesce(cancelled.refund.amount, 0)) AS revenue
        FROM order_placed placed
        JOIN order_paid paid ON paid.order_id = placed.order_id
        LEFT JOIN order_cancelled cancelled ON cancelled.order_id = placed.order_id
        GROUP BY 1 ORDER BY 1
    """,
    "top_products": """
        SELECT line.product_id, line.name, sum(line.quantity) AS sold, sum(line.amount.amount) AS revenue
        FROM order_placed
        CROSS JOIN UNNEST(lines) AS line (product_id, name, department, quantity, amount)
        GROUP BY line.product_id, line.name
        ORDER BY revenue DESC, line.product_id, line.name
        LIMIT 10
    """,
    "notification_success": """
        SELECT channel, sum(sent) AS sent, sum(failed) AS failed
        FROM (SELECT channel, 1 AS sent, 0 AS failed FROM notification_sent
              UNION ALL
              SELECT channel, 0 AS sent, 1 AS failed FROM notification_failed)
        GROUP BY channel ORDER BY channel
    """,
}


class QueryFailedError(Exception):
    """Athena refused or failed a statement; the message is Athena's reason."""


class Lake:
    """The analysts' database of a platform, through Athena's API; `tables` maps detail types to its tables."""

    def __init__(self, platform: LocalPlatform, tables: Mapping[str, str]) -> None:
        self._athena = platform.client("athena")
        self._workgroup = platform.find("Workgroup", "analytics")
        self._database = platform.find("Database", "analytics")
        self.tables = tables

    def query(self, sql: str) -> Rows:
        """The rows of a SELECT, integers as int. Raises QueryFailedError."""
        started = self._athena.start_query_execution(
            QueryString=sql, WorkGroup=self._workgroup, QueryExecutionContext={"Database": self._database}
        )
        execution = self._athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"])["QueryExecution"]
        if execution["Status"]["State"] != "SUCCEEDED":
            raise QueryFailedError(execution["Status"]["StateChangeReason"])
        pages = self._athena.get_paginator("get_query_results").paginate(QueryExecutionId=started["QueryExecutionId"])
        return [row for page in pages for row in _rows(page["ResultSet"])][1:]


def open_lake(platform: LocalPlatform) -> Lake:
    """Make the lake's tables from the contracts, as `bus lake create` does, and open it."""
    database, bucket = platform.find("Database", "analytics"), platform.find("Bucket", "analytics")
    tables = make_tables(database, bucket, contracts_of(CONTRACTS), clock=platform.plane.clock)
    return Lake(platform, tables)


def _rows(result: Any) -> Rows:
    types = [column["Type"] for column in result["ResultSetMetadata"]["ColumnInfo"]]
    return [
        [_value(cell.get("VarCharValue"), type_) for cell, type_ in zip(row["Data"], types, strict=True)]
        for row in result["Rows"]
    ]


def _value(text: str | None, type_: str) -> Any:
    # The first row of an Athena result repeats the column names, whatever the column's type.
    return int(text) if text and type_ in ("integer", "bigint") and text.lstrip("-").isdigit() else text
