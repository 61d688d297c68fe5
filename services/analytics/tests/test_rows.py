"""Events become rows: flat, typed, and without personal data."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from services.analytics.adapters.packaged_contracts import PackagedContracts
from services.analytics.domain import MASKED, RejectedEventError, columns_of, microseconds, row_of, table_of
from services.analytics.ports import Claims
from services.analytics.usecases import file_event

CONTRACTS = PackagedContracts()
PLACED = microseconds("2026-03-14T17:08:11Z")


def converted(field: dict[str, Any], value: Any, **definitions: Any) -> Any:
    schema = {"properties": {"field": field}, "$defs": definitions}
    event = {
        "time": "2026-03-14T17:08:12Z",
        "detail": {
            "metadata": {"event_id": "e", "occurred_at": "2026-03-14T17:08:11Z", "producer": "p", "subject": "s"},
            "data": {"field": value},
        },
    }
    return row_of(event, columns_of("Tested.v1", schema))["field"]


def test_a_row_holds_the_envelope_and_every_field_of_the_contract(event_of: Callable[..., Any], claims: Claims) -> None:
    event = event_of("OrderPlaced.v1")

    filed = file_event(event, CONTRACTS, claims)

    assert filed.table == "order_placed_v1"
    assert filed.row["event_id"] == event["detail"]["metadata"]["event_id"]
    assert filed.row["occurred_at"] == PLACED + 250_000
    assert filed.row["published_at"] == PLACED + 1_000_000
    assert filed.row["placed_at"] == PLACED
    assert filed.row["total"] == event["detail"]["data"]["total"]
    assert filed.row["lines"] == event["detail"]["data"]["lines"]


def test_personal_data_cannot_be_read_back(event_of: Callable[..., Any], claims: Claims) -> None:
    row = file_event(event_of("NotificationSent.v1", recipient="ann@example.com"), CONTRACTS, claims).row

    assert row["recipient"] == MASKED
    assert "ann@example.com" not in str(row)


def test_data_behind_a_claim_check_is_checked_and_becomes_a_row_as_any_other(
    event_of: Callable[..., Any], claims: Any
) -> None:
    event, whole, broken = event_of("OrderPaid.v1"), event_of("OrderPaid.v1"), event_of("OrderPaid.v1")
    claims.data = {"whole": whole["detail"].pop("data"), "broken": {}}
    whole["detail"]["claim_check"], broken["detail"]["claim_check"] = "whole", "broken"

    filed = file_event(whole, CONTRACTS, claims)

    assert filed == file_event(event, CONTRACTS, claims)
    with pytest.raises(RejectedEventError, match="data has no order_id"):
        file_event(broken, CONTRACTS, claims)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ({"type": "string", "x-pii": True}, "ann", MASKED),
        ({"type": "integer", "x-pii": True}, 1984, None),
        ({"type": "object", "x-pii": True, "properties": {"name": {"type": "string"}}}, {"name": "ann"}, None),
        ({"$ref": "#/$defs/Person"}, {"name": "ann", "age": 7}, {"name": MASKED, "age": 7}),
        ({"anyOf": [{"$ref": "#/$defs/Person"}, {"type": "null"}]}, {"name": "ann"}, {"name": MASKED}),
        ({"anyOf": [{"$ref": "#/$defs/Person"}, {"type": "null"}]}, None, None),
        ({"type": "array", "items": {"$ref": "#/$defs/Person"}}, [{"name": "ann"}], [{"name": MASKED}]),
        ({"type": "string", "format": "date-time"}, "2026-03-14T18:08:11+01:00", PLACED),
        ({"type": "array", "items": {"type": "string", "format": "date-time"}}, ["2026-03-14T17:08:11Z"], [PLACED]),
        ({"type": "string"}, "2026-03-14T17:08:11Z", "2026-03-14T17:08:11Z"),
    ],
)
def test_marks_and_times_are_found_wherever_the_contract_has_them(field: Any, value: Any, expected: Any) -> None:
    person = {"properties": {"name": {"type": "string", "x-pii": True}, "age": {"type": "integer"}}}

    assert converted(field, value, Person=person) == expected


def test_times_are_microseconds_since_the_epoch() -> None:
    assert (
        microseconds("2026-03-14T17:08:11.000001Z")
        == int(datetime(2026, 3, 14, 17, 8, 11, tzinfo=UTC).timestamp()) * 10**6 + 1
    )


@pytest.mark.parametrize("text", ["2026-03-14T17:08:11", "yesterday", None, 5])
def test_a_time_without_offset_or_sense_is_rejected(text: Any) -> None:
    with pytest.raises(RejectedEventError, match="RFC 3339"):
        microseconds(text)


@pytest.mark.parametrize(("detail_type", "table"), [("OrderPlaced.v1", "order_placed_v1"), ("Paid.v12", "paid_v12")])
def test_a_table_is_called_after_its_event(detail_type: str, table: str) -> None:
    assert table_of(detail_type) == table


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (lambda event: event.update({"detail-type": "Nobody.v1"}), "no contract describes Nobody.v1"),
        (lambda event: event.pop("detail-type"), "it has no detail-type"),
        (
            lambda event: event.update(source="omnibus.thief"),
            "belongs to omnibus.orders, not to omnibus.thief",
        ),
        (lambda event: event["detail"].pop("data"), "no metadata and data"),
        (lambda event: event["detail"].update(claim_check="nobody's"), "nothing is kept under that claim"),
        (lambda event: event["detail"]["metadata"].pop("subject"), "the envelope has no subject"),
        (lambda event: event["detail"]["data"].pop("total"), "data has no total"),
        (
            lambda event: event["detail"]["data"]["lines"][1].update(quantity="two"),
            "data/lines/1/quantity breaks the contract's type",
        ),
    ],
)
def test_an_event_that_can_have_no_row_says_why(
    event_of: Callable[..., Any], claims: Claims, break_it: Callable[[Any], Any], reason: str
) -> None:
    event = event_of("OrderPlaced.v1")
    break_it(event)

    with pytest.raises(RejectedEventError, match=reason):
        file_event(event, CONTRACTS, claims)


def test_reasons_repeat_no_value_which_might_be_personal(event_of: Callable[..., Any], claims: Claims) -> None:
    event = event_of("NotificationSent.v1", recipient=["ann@example.com"])

    with pytest.raises(RejectedEventError) as raised:
        file_event(event, CONTRACTS, claims)

    assert raised.value.reasons == ("data/recipient breaks the contract's type",)
