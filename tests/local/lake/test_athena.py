"""SQL over the lake, through Athena's API."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.athena import AthenaRoom
from bus.local.athena.texts import text
from bus.local.plane import Plane
from bus.local.resources import Resource

UNRESOLVED = "cannot be resolved or requester is not authorized to access requested resources"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(AthenaRoom)


@pytest.fixture
def shop(plane: Plane, shop_of: Callable[[Plane], Any]) -> Any:
    return shop_of(plane)


@pytest.fixture
def athena(plane: Plane, shop: Any) -> Any:  # noqa: ARG001 - the tables that it asks
    make_workgroup(plane)
    return boto3.client("athena")


def make_workgroup(plane: Plane, name: str = "analysts", **configuration: Any) -> None:
    configuration = {"ResultConfiguration": {"OutputLocation": "s3://lake/results/"}, **configuration}
    properties = {"Name": name, "WorkGroupConfiguration": configuration}
    plane.makers.make(Resource("s", "W", "AWS::Athena::WorkGroup", properties, name, "t.yaml", 1))


def start(athena: Any, sql: str, **params: Any) -> str:
    params = {"WorkGroup": "analysts", "QueryExecutionContext": {"Database": "shop"}, **params}
    identity: str = athena.start_query_execution(QueryString=sql, **params)["QueryExecutionId"]
    return identity


def execution(athena: Any, identity: str) -> Any:
    return athena.get_query_execution(QueryExecutionId=identity)["QueryExecution"]


def ask(athena: Any, sql: str) -> list[list[str | None]]:
    """The rows under the header."""
    identity = start(athena, sql)
    status = execution(athena, identity)["Status"]
    assert status["State"] == "SUCCEEDED", status
    rows = athena.get_query_results(QueryExecutionId=identity)["ResultSet"]["Rows"]
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in rows][1:]


def reason(athena: Any, sql: str) -> str:
    status = execution(athena, start(athena, sql))["Status"]
    assert status["State"] == "FAILED"
    assert status["AthenaError"]["ErrorMessage"] == status["StateChangeReason"]
    return str(status["StateChangeReason"])


def test_a_select_is_answered_as_typed_text_under_a_row_of_names(athena: Any, shop: Any) -> None:
    shop.fill(shop.create(), shop.row("a", amount=150))

    identity = start(athena, "SELECT event_id, occurred_at, total, lines, total.amount / 2.0 AS Half FROM orders_v1")
    results = athena.get_query_results(QueryExecutionId=identity)["ResultSet"]

    header, row = results["Rows"]
    types = [column["Type"] for column in results["ResultSetMetadata"]["ColumnInfo"]]
    assert [cell["VarCharValue"] for cell in header["Data"]] == ["event_id", "occurred_at", "total", "lines", "half"]
    assert [cell["VarCharValue"] for cell in row["Data"]][:4] == [
        "a",
        "2026-01-01 12:00:00.000000 UTC",
        "{amount=150, currency=USD}",
        "[{product=milk, quantity=2}, {product=bread, quantity=1}]",
    ]
    assert types[:4] == ["varchar", "timestamp with time zone", "row", "array"]


def test_grouping_and_joining_by_trinos_rules(athena: Any, shop: Any) -> None:
    shop.fill(shop.create(), shop.row("a", amount=7), shop.row("b", amount=4, day=2), shop.row("c", amount=4, day=2))

    rows = ask(
        athena,
        """WITH days AS (SELECT date(occurred_at) AS day, sum(total.amount) AS revenue FROM orders_v1 GROUP BY 1)
           SELECT day, revenue, revenue / 2, count(*) FROM days
           JOIN shop.orders_v1 o ON date(o.occurred_at) = day GROUP BY 1, 2 ORDER BY 1""",
    )

    assert rows == [["2026-01-01", "7", "3", "1"], ["2026-01-02", "8", "4", "2"]]


def test_unnesting_an_array_of_rows_makes_a_column_of_each_field(athena: Any, shop: Any) -> None:
    shop.fill(shop.create(), shop.row("a"), shop.row("b"))

    rows = ask(
        athena,
        """SELECT line.product, sum(line.quantity) AS sold FROM orders_v1
           CROSS JOIN UNNEST(lines) AS line (product, quantity) GROUP BY line.product ORDER BY sold DESC""",
    )

    assert rows == [["milk", "4"], ["bread", "2"]]


def test_a_column_without_a_name_is_called_by_its_place(athena: Any, shop: Any) -> None:
    shop.create()

    identity = start(athena, "SELECT 1 AS one, count(*), max(event_id) FROM orders_v1")
    [header, row] = athena.get_query_results(QueryExecutionId=identity)["ResultSet"]["Rows"]

    assert [cell["VarCharValue"] for cell in header["Data"]] == ["one", "_col1", "_col2"]
    assert row["Data"] == [{"VarCharValue": "1"}, {"VarCharValue": "0"}, {}]


def test_a_view_is_read_through_its_presto_definition(athena: Any, shop: Any) -> None:
    shop.fill(shop.create(), shop.row("a"), shop.row("b"))
    sql = "SELECT event_id FROM orders_v1 WHERE event_id <> 'b'"
    definition = base64.b64encode(json.dumps({"originalSql": sql, "schema": "shop"}).encode()).decode()
    view = {"Name": "orders", "TableType": "VIRTUAL_VIEW", "ViewOriginalText": f"/* Presto View: {definition} */"}
    boto3.client("glue").create_table(DatabaseName="shop", TableInput=view)

    assert ask(athena, "SELECT o.event_id FROM orders o") == [["a"]]


def test_only_the_columns_that_a_query_reads_are_scanned(athena: Any, shop: Any) -> None:
    shop.fill(shop.create(), *(shop.row(f"event-{number}") for number in range(200)))

    def scanned(sql: str) -> int:
        return int(execution(athena, start(athena, sql))["Statistics"]["DataScannedInBytes"])

    narrow = scanned("SELECT event_id FROM (SELECT * FROM orders_v1)")
    wide = scanned("SELECT * FROM orders_v1")
    sizes = shop.table().inspect.files()["column_sizes"].to_pylist()[0]

    assert narrow == dict(sizes)[1]
    assert wide == sum(size for _, size in sizes)


def test_results_come_in_pages(athena: Any, shop: Any) -> None:
    shop.fill(shop.create(), *(shop.row(f"{number:03}") for number in range(5)))

    identity = start(athena, "SELECT event_id FROM orders_v1 ORDER BY 1")
    pages = list(
        athena.get_paginator("get_query_results").paginate(QueryExecutionId=identity, PaginationConfig={"PageSize": 4})
    )

    values = [row["Data"][0]["VarCharValue"] for page in pages for row in page["ResultSet"]["Rows"]]
    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [4, 2]
    assert values == ["event_id", "000", "001", "002", "003", "004"]


def test_the_result_file_is_where_the_workgroup_says_whatever_the_query_asks_for(athena: Any, shop: Any) -> None:
    sql = """SELECT 1 AS one, 'a "b", c' AS quoted, CAST(NULL AS bigint) AS nothing"""

    identity = start(athena, sql, ResultConfiguration={"OutputLocation": "s3://elsewhere/"})

    location = execution(athena, identity)["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://lake/results/{identity}.csv"
    assert shop.objects("results/") == {f"results/{identity}.csv": '"one","quoted","nothing"\n"1","a ""b"", c",\n'}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM shop.nope", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.shop.nope' does not exist"),
        ("SELECT *\nFROM nope.x", "SCHEMA_NOT_FOUND: line 2:6: Schema 'nope' does not exist"),
        (
            "SELECT event_id,\n  colour FROM orders_v1",
            f"COLUMN_NOT_FOUND: line 2:3: Column 'colour' {UNRESOLVED}",
        ),
        (
            "CREATE TABLE t AS SELECT 1 AS a",
            "NOT_SUPPORTED: line 1:1: the local event plane runs SELECT only, and this is CREATE",
        ),
    ],
)
def test_a_query_that_cannot_run_fails_with_athenas_reason_and_place(
    athena: Any, shop: Any, sql: str, expected: str
) -> None:
    shop.create()

    assert reason(athena, sql) == expected


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT nonesuch(1)", "FUNCTION_NOT_FOUND"),
        ("SELECT CAST('x' AS bigint)", "INVALID_CAST_ARGUMENT"),
        ("SELECT * FROM read_csv('/etc/hostname')", "FUNCTION_NOT_FOUND"),
        ("SELECT * FROM '/etc/hostname'", "TABLE_NOT_FOUND"),
    ],
)
def test_what_goes_wrong_while_running_fails_the_query(athena: Any, sql: str, code: str) -> None:
    assert reason(athena, sql).split(":")[0] == code


@pytest.mark.parametrize(
    ("sql", "place"),
    [("SELECT 1 FORM x", "line 1:15"), ("SELECT *\nFROM a WHERE", "line 2:8"), ("SELECT 'x", "line 1:1")],
)
def test_what_is_no_sql_is_refused_at_once_with_its_place(athena: Any, sql: str, place: str) -> None:
    with pytest.raises(ClientError, match=place) as raised:
        start(athena, sql)

    assert raised.value.response["Error"]["Code"] == "InvalidRequestException"
    assert raised.value.response["AthenaErrorCode"] == "MALFORMED_QUERY"


def test_a_scan_past_the_workgroups_limit_is_cancelled(plane: Plane, athena: Any, shop: Any) -> None:
    shop.fill(shop.create(), shop.row("a"))
    make_workgroup(plane, "frugal", BytesScannedCutoffPerQuery=10)

    identity = start(athena, "SELECT * FROM orders_v1", WorkGroup="frugal")

    status = execution(athena, identity)["Status"]
    assert (status["State"], status["StateChangeReason"]) == ("CANCELLED", "Bytes scanned limit was exceeded")
    with pytest.raises(ClientError, match="Final query state: CANCELLED"):
        athena.get_query_results(QueryExecutionId=identity)


def test_one_request_token_starts_one_query(athena: Any) -> None:
    token = "t" * 32

    assert start(athena, "SELECT 1", ClientRequestToken=token) == start(athena, "SELECT 1", ClientRequestToken=token)


def test_what_is_not_there_is_an_invalid_request(athena: Any) -> None:
    with pytest.raises(ClientError, match="WorkGroup nobody is not found"):
        start(athena, "SELECT 1", WorkGroup="nobody")
    with pytest.raises(ClientError, match="No output location provided"):
        start(athena, "SELECT 1", WorkGroup="primary")
    with pytest.raises(ClientError, match="QueryExecution x was not found"):
        athena.get_query_execution(QueryExecutionId="x")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, "1.0"),
        (0.5, "0.5"),
        (12345678.0, "1.2345678E7"),
        (1e10, "1.0E10"),
        (0.0001, "1.0E-4"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (True, "true"),
        (b"ab", "61 62"),
        ([1, None], "[1, null]"),
    ],
)
def test_values_are_written_as_java_writes_them(value: Any, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ("to_unixtime(current_timestamp)", "1.7672364E9"),
        ("current_timestamp = now()", "true"),
        ("localtimestamp", "2026-01-01 03:00:00.000"),
        ("current_date", "2026-01-01"),
        ("hour(localtime)", "3"),
        ("date_diff('hour', TIMESTAMP '2026-01-01 00:00:00 UTC', current_timestamp)", "3"),
    ],
)
def test_the_present_is_the_planes(plane: Plane, athena: Any, present: str, expected: str) -> None:
    plane.engine.advance(timedelta(hours=3))

    assert ask(athena, f"SELECT {present}") == [[expected]]


def test_a_row_of_the_last_hour_is_found_by_its_age(plane: Plane, shop: Any, athena: Any) -> None:
    shop.fill(shop.create(), {**shop.row("old"), "occurred_at": plane.clock.now()})
    plane.engine.advance(timedelta(hours=2))
    shop.fill(shop.table(), {**shop.row("new"), "occurred_at": plane.clock.now()})

    recent = "SELECT event_id FROM orders_v1 WHERE occurred_at > current_timestamp - INTERVAL '1' HOUR"

    assert ask(athena, recent) == [["new"]]


def test_what_a_query_draws_by_chance_follows_from_the_seed(
    plane_with: Callable[..., Plane], shop_of: Callable[[Plane], Any]
) -> None:
    drawn = []
    for _ in range(2):
        plane = plane_with(AthenaRoom, seed=7)
        shop_of(plane)
        make_workgroup(plane)
        drawn.append([ask(boto3.client("athena"), "SELECT random(), CAST(uuid() AS varchar)") for _ in range(2)])

    assert drawn[0] == drawn[1]
    assert drawn[0][0] != drawn[0][1]
