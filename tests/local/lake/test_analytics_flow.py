"""The analytics service as its template deploys it: from the bus to an answer in SQL."""

import base64
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
from bus.sdk import EventBus
from bus.sdk.claim_check import ClaimChecks
from schemas.orders import OrderPaidV1
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


def test_an_event_that_breaks_its_contract_is_kept_with_its_reason_and_its_neighbours_are_rows(
    platform: LocalPlatform, publish: Publish
) -> None:
    publish("OrderPaid.v1", "broken", amount="a lot")
    publish("OrderPaid.v1", "whole")

    platform.run_until_idle()

    [[event_id, reason, kept_in]] = ask(platform, "SELECT event_id, reason, kept_in FROM rejected_events")
    assert (event_id, reason) == ("broken", "data/amount breaks the contract's type")
    bucket, _, key = (kept_in or "").removeprefix("s3://").partition("/")
    kept = json.loads(platform.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    assert kept["errorMessage"] == reason
    assert json.loads(base64.b64decode(kept["rawData"]))["detail"]["data"]["amount"] == "a lot"
    assert ask(platform, "SELECT event_id FROM order_paid") == [["whole"]]


def test_an_event_whose_data_is_a_claim_check_is_a_row(platform: LocalPlatform) -> None:
    event = OrderPaidV1.model_validate(contract_for("OrderPaid.v1").schema["examples"][0])
    bus = EventBus(
        platform.client("events"),
        "omnibus-dev",
        producer="orders",
        claim_check_bucket=platform.find("ClaimChecks"),
        claim_checks=ClaimChecks(platform.client("s3")),
        largest=100,
    )
    kept, gone = (bus.publish(event, subject="s") for _ in range(2))
    platform.client("s3").delete_object(Bucket=platform.find("ClaimChecks"), Key=f"orders/OrderPaid.v1/{gone}.json")

    platform.run_until_idle()

    assert ask(platform, "SELECT event_id, payment_reference FROM order_paid") == [[kept, event.payment_reference]]
    [[rejected, reason]] = ask(platform, "SELECT event_id, reason FROM rejected_events")
    assert rejected == gone
    assert "NoSuchKey" in (reason or "")


def test_records_are_kept_under_the_errors_prefix_when_even_their_rejection_fails(
    platform: LocalPlatform, publish: Publish
) -> None:
    publish("OrderPaid.v1", "broken", amount="a lot")
    platform.client("glue").delete_table(DatabaseName="omnibus_dev", Name="rejected_events")

    platform.run_until_idle()

    assert [hop.outcome for hop in platform.ledger.of("broken") if hop.service == "firehose"] == ["iceberg-failed"]


def test_nobodys_address_is_in_the_lake(platform: LocalPlatform, publish: Publish) -> None:
    publish("NotificationSent.v1", "sent", recipient="ann@example.com")

    platform.run_until_idle()

    assert ask(platform, "SELECT recipient FROM notification_sent") == [["[masked]"]]
