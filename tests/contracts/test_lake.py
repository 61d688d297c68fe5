"""The lake's tables and views are what the contracts say."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pytest
from click.testing import CliRunner
from moto import mock_aws

from bus.cli.lake import lake as command
from bus.cli.lake import make_tables
from bus.contracts import registry
from bus.contracts.errors import ContractError
from bus.contracts.lake import create_tables, partitioning, table_name, table_schema
from bus.contracts.lake_rejections import REJECTED_EVENTS, REJECTED_SCHEMA
from bus.contracts.lake_views import view_name, view_sql
from bus.contracts.registry import Contract
from bus.local.athena import AthenaRoom
from bus.local.botocore_hook import activate
from bus.local.firehose.rows import RowReader
from bus.local.lake import append, catalog
from bus.local.plane import Plane
from services.analytics.domain import REJECTED_EVENTS as DOMAINS_REJECTED_EVENTS
from services.analytics.domain import Rejected, columns_of, rejected_row, row_of, table_of

CONTRACTS = registry.load().contracts
EACH_CONTRACT = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.detail_type)
METADATA = {"event_id": "e", "occurred_at": "2026-03-14T17:08:11Z", "producer": "orders", "subject": "s", "sequence": 1}


def contract(**fields: Any) -> Contract:
    schema = {"type": "object", "properties": fields, "$defs": {"Note": {"type": "string", "description": "Words."}}}
    return Contract("orders", "OrderPlaced", 2, Path("orders/OrderPlaced.v2.json"), schema)


def column(described: dict[str, Any]) -> Any:
    return table_schema(contract(field=described)).find_field("field")


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> Iterator[Plane]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", Plane.region)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    plane = Plane()
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="lake")
        boto3.client("glue").create_database(DatabaseInput={"Name": "omnibus_dev"})
        yield plane
    activate(None)


@pytest.mark.parametrize(
    ("described", "type_"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "uuid"}, "string"),
        ({"type": "string", "format": "date-time"}, "timestamptz"),
        ({"type": "integer"}, "long"),
        ({"type": "number"}, "double"),
        ({"type": "boolean"}, "boolean"),
        ({"enum": ["email", "sms"]}, "string"),
        ({"type": ["integer", "null"]}, "long"),
        ({"anyOf": [{"$ref": "#/$defs/Note"}, {"type": "null"}]}, "string"),
        ({"type": "array", "items": {"type": "integer"}}, "list<long>"),
    ],
)
def test_a_field_has_the_type_that_analysts_expect(described: dict[str, Any], type_: str) -> None:
    assert str(column(described).field_type) == type_


def test_money_is_a_struct_of_minor_units_and_currency() -> None:
    [placed] = [contract for contract in CONTRACTS if contract.detail_type == "OrderPlaced.v1"]

    total = table_schema(placed).find_field("total").field_type

    assert [(field.name, str(field.field_type)) for field in total.fields] == [
        ("amount", "long"),
        ("currency", "string"),
    ]


def test_a_fields_own_description_is_its_comment_before_that_of_its_type() -> None:
    assert column({"$ref": "#/$defs/Note"}).doc == "Words."
    assert column({"$ref": "#/$defs/Note", "description": "Ours."}).doc == "Ours."


@pytest.mark.parametrize(
    ("field", "described", "fault"),
    [
        ("event_id", {"type": "string"}, "#/properties/event_id: the envelope has a column of this name"),
        (
            "either",
            {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            "#/properties/either: a column needs one type",
        ),
        ("anything", {"type": "object"}, "#/properties/anything: a column needs one type"),
    ],
)
def test_a_field_that_can_have_no_column_is_named(field: str, described: dict[str, Any], fault: str) -> None:
    with pytest.raises(ContractError, match=fault):
        table_schema(contract(**{field: described}))


def test_tables_are_partitioned_by_the_day_on_which_events_occurred() -> None:
    schema = table_schema(CONTRACTS[0])

    [field] = partitioning(schema).fields

    assert schema.find_column_name(field.source_id) == "occurred_at"
    assert str(field.transform) == "day"


@EACH_CONTRACT
def test_the_transforms_row_of_every_example_fits_the_table(contract: Contract) -> None:
    columns = columns_of(contract.detail_type, contract.schema)
    reader = RowReader(table_schema(contract))
    for data in contract.schema["examples"]:
        row = row_of({"time": "2026-03-14T17:08:11Z", "detail": {"metadata": METADATA, "data": data}}, columns)

        assert list(row) == reader.table([row]).column_names


def test_the_transforms_row_of_a_rejected_event_fits_its_table() -> None:
    row = rejected_row(Rejected("1", 1_773_508_092_000, "e30=", {}, "the record is not JSON"), "s3://lake/errors/1")

    assert list(row) == RowReader(REJECTED_SCHEMA).table([row]).column_names
    assert DOMAINS_REJECTED_EVENTS == REJECTED_EVENTS


def test_no_event_takes_the_name_of_the_table_of_the_rejected() -> None:
    taken = Contract("orders", "RejectedEvents", 1, Path("orders/RejectedEvents.v1.json"), {"properties": {}})

    with pytest.raises(ContractError, match="its view would take the name of the table rejected_events"):
        view_name(taken)


@EACH_CONTRACT
def test_the_transform_and_the_catalog_give_a_table_one_name(contract: Contract) -> None:
    assert table_of(contract.detail_type) == table_name(contract.detail_type)


def test_creating_tables_again_changes_nothing(plane: Plane) -> None:
    tables = catalog(plane.clock)

    first = create_tables(tables, "omnibus_dev", CONTRACTS, location="s3://lake/tables")
    again = create_tables(tables, "omnibus_dev", CONTRACTS, location="s3://lake/tables")

    assert first == [*(table_name(contract.detail_type) for contract in CONTRACTS), "rejected_events"]
    assert again == []
    assert tables.load_table(("omnibus_dev", first[0])).location() == f"s3://lake/tables/{first[0]}"


def test_a_view_holds_each_event_once_as_it_was_first_published(plane: Plane) -> None:
    made = make_tables("omnibus_dev", "lake", CONTRACTS, clock=plane.clock)
    tables = catalog(plane.clock)
    table = tables.load_table(("omnibus_dev", made["OrderPaid.v1"]))
    envelope = {"occurred_at": plane.clock.now(), "producer": "orders", "subject": "s"}
    published = [plane.clock.now().replace(second=second) for second in (2, 1, 3)]
    rows = [{**envelope, "event_id": "ab"[n % 2], "order_id": str(n), "published_at": published[n]} for n in range(3)]
    append(tables, table, pa.Table.from_pylist(rows, schema=table.schema().as_arrow()))

    assert query(plane, "SELECT event_id, order_id FROM order_paid ORDER BY 1") == [["a", "0"], ["b", "1"]]
    assert query(plane, "SELECT count(*) FROM order_paid_v1") == [["3"]]


def test_making_views_again_renews_them(plane: Plane) -> None:
    make_tables("omnibus_dev", "lake", CONTRACTS, clock=plane.clock)
    make_tables("omnibus_dev", "lake", CONTRACTS, clock=plane.clock)

    assert query(plane, "SELECT count(*) FROM order_placed") == [["0"]]


def test_an_events_view_names_its_columns() -> None:
    sql = view_sql(contract(colour={"type": "string"}))

    assert sql.startswith('SELECT "event_id", "occurred_at",')
    assert '"colour" FROM (SELECT *,' in sql


def test_the_command_makes_the_tables_of_a_stage(plane: Plane) -> None:  # noqa: ARG001 - the account that it works on
    ssm = boto3.client("ssm")
    for name, value in {"bucket": "lake", "database": "omnibus_dev"}.items():
        ssm.put_parameter(Name=f"/omnibus/dev/lake/{name}", Value=value, Type="String")

    made = CliRunner().invoke(command, ["create"])

    assert "OrderPlaced.v1\tomnibus_dev.order_placed_v1" in made.output.splitlines()
    assert "(rejected)\tomnibus_dev.rejected_events" in made.output.splitlines()


def test_a_stage_without_a_lake_is_told_in_one_sentence(plane: Plane) -> None:  # noqa: ARG001 - as above
    lost = CliRunner().invoke(command, ["create", "--stage", "nowhere"])

    assert lost.exit_code == 1
    assert lost.output == (
        "Error: there is no lake of the stage nowhere here: deploy services/analytics first, or name another stage\n"
    )


def test_a_lake_without_its_database_is_told_in_one_sentence(plane: Plane) -> None:  # noqa: ARG001 - as above
    ssm = boto3.client("ssm")
    for name, value in {"bucket": "lake", "database": "lost"}.items():
        ssm.put_parameter(Name=f"/omnibus/dev/lake/{name}", Value=value, Type="String")

    lost = CliRunner().invoke(command, ["create"])

    assert lost.exit_code == 1
    assert len(lost.output.splitlines()) == 1
    assert "lost" in lost.output


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "there is no AWS region: set AWS_DEFAULT_REGION, or a region in the profile"),
        (
            {"AWS_DEFAULT_REGION": "eu-central-1"},
            "there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        ),
        ({"AWS_PROFILE": "nobody"}, "The config profile (nobody) could not be found"),
    ],
)
def test_a_shell_without_an_account_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)

    refused = CliRunner().invoke(command, ["create"])

    assert (refused.exit_code, refused.output) == (1, f"Error: {sentence}\n")


def query(plane: Plane, sql: str) -> list[list[str | None]]:
    plane.open(AthenaRoom(plane))
    started = plane.call(
        "athena",
        "StartQueryExecution",
        QueryString=sql,
        QueryExecutionContext={"Database": "omnibus_dev"},
        ResultConfiguration={"OutputLocation": "s3://lake/results/"},
    )
    results = plane.call("athena", "GetQueryResults", QueryExecutionId=started["QueryExecutionId"])
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in results["ResultSet"]["Rows"]][1:]
