"""The analytics service as its template deploys it: from the bus to an answer in SQL."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bus.cli.lake import make_tables
from bus.contracts import registry
from bus.contracts.lake_views import view_name
from bus.local.platform import LocalPlatform
from schemas.registry import contract_for

PROJECT = Path(__file__).parents[3]
TEMPLATES = (PROJECT / "bus/infra/template.yaml", PROJECT / "services/analytics/template.yaml")

Publish = Callable[..., None]


@pytest.fixture
def platform() -> Iterator[LocalPlatform]:
    with LocalPlatform.from_templates(*TEMPLATES) as platform:
        database, bucket = platform.find("Database", "analytics"), platform.find("Bucket", "analytics")
        make_tables(database, bucket, registry.load().contracts, clock=platform.plane.clock)
        yield platform


@pytest.fixture
def publish(platform: LocalPlatform) -> Publish:
    """Put an event on the bus whose data is the contract's example, with changes."""

    def put(detail_type: str, event_id: str, **changes: Any) -> None:
        contract = contract_for(detail_type)
        now = platform.plane.clock.now().isoformat()
        metadata = {"event_id": event_id, "occurred_at": now, "producer": contract.owner, "subject": "s"}
        data = {**contract.schema["examples"][0], **changes}
        platform.publish("omnibus-dev", contract.source, detail_type, {"metadata": metadata, "data": data})

    return put


def ask(platform: LocalPlatform, sql: str) -> list[list[str | None]]:
    athena = platform.client("athena")
    started = athena.start_query_execution(
        QueryString=sql, WorkGroup="omnibus-dev", QueryExecutionContext={"Database": "omnibus_dev"}
    )
    results = athena.get_query_results(QueryExecutionId=started["QueryExecutionId"])
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in results["ResultSet"]["Rows"]][1:]


def test_every_kind_of_event_is_queryable_within_a_minute(platform: LocalPlatform, publish: Publish) -> None:
    contracts = registry.load().contracts
    for contract in contracts:
        publish(contract.detail_type, f"the {contract.name}")

    platform.advance(timedelta(seconds=60))

    for contract in contracts:
        sql = f"SELECT count(*), max(event_id) FROM {view_name(contract)}"  # noqa: S608 - a name of ours
        assert ask(platform, sql) == [["1", f"the {contract.name}"]]


def test_an_event_that_is_delivered_twice_is_two_rows_and_counts_once(
    platform: LocalPlatform, publish: Publish
) -> None:
    publish("OrderPaid.v1", "twice")
    publish("OrderPaid.v1", "twice")

    platform.run_until_idle()

    assert ask(platform, "SELECT count(*) FROM order_paid_v1") == [["2"]]
    assert ask(platform, "SELECT count(*) FROM order_paid") == [["1"]]


def test_an_event_that_breaks_its_contract_is_kept_with_the_errors_and_its_neighbours_are_rows(
    platform: LocalPlatform, publish: Publish
) -> None:
    publish("OrderPaid.v1", "broken", amount="a lot")
    publish("OrderPaid.v1", "whole")

    platform.run_until_idle()

    s3, bucket = platform.client("s3"), platform.find("Bucket", "analytics")
    [kept] = s3.list_objects_v2(Bucket=bucket, Prefix="errors/processing-failed/")["Contents"]
    error = json.loads(s3.get_object(Bucket=bucket, Key=kept["Key"])["Body"].read())
    assert error["errorCode"] == "Lambda.ProcessingFailedStatus"
    assert [hop.outcome for hop in platform.ledger.of("broken") if hop.service == "firehose"] == ["processing-failed"]
    assert ask(platform, "SELECT event_id FROM order_paid") == [["whole"]]


def test_nobodys_address_is_in_the_lake(platform: LocalPlatform, publish: Publish) -> None:
    publish("NotificationSent.v1", "sent", recipient="ann@example.com")

    platform.run_until_idle()

    assert ask(platform, "SELECT recipient FROM notification_sent") == [["[masked]"]]
