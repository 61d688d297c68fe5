import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from bus.sdk import ContractViolationError, EventBus, EventTooLargeError, Outgoing, PublishError, following
from bus.sdk.entries import MOST_BYTES, entry_size
from schemas.orders import OrderPaidV1

Paid = Callable[..., OrderPaidV1]


def throttled() -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "PutEvents")


def many(paid: Paid, count: int) -> list[Outgoing]:
    return [Outgoing(paid(payment_reference=f"pay-{n}"), "order", n) for n in range(count)]


def test_an_event_is_published_with_its_metadata_beside_its_data(bus: EventBus, events: Any, paid: Paid):
    with following("story", "cause"):
        event_id = bus.publish(paid(), subject="order-1", sequence=3)

    (entry,) = events.calls[0]
    detail = json.loads(entry["Detail"])
    occurred_at = detail["metadata"].pop("occurred_at")
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == (
        "omnibus",
        "omnibus.orders",
        "OrderPaid.v1",
    )
    assert detail["metadata"] == {
        "event_id": event_id,
        "producer": "orders",
        "subject": "order-1",
        "sequence": 3,
        "correlation_id": "story",
        "causation_id": "cause",
    }
    assert detail["data"]["amount"] == {"amount": 456, "currency": "USD"}
    assert occurred_at.endswith("Z")


def test_an_event_that_follows_nothing_begins_a_story_that_bears_its_id(bus: EventBus, events: Any, paid: Paid):
    event_id = bus.publish(paid(), subject="order-1")

    assert json.loads(events.calls[0][0]["Detail"])["metadata"]["correlation_id"] == event_id


def test_an_event_keeps_the_id_that_it_is_given(bus: EventBus, paid: Paid):
    assert bus.publish(paid(), subject="order-1", event_id="known") == "known"


def test_a_request_holds_ten_entries_at_most(bus: EventBus, events: Any, paid: Paid):
    bus.publish_all(many(paid, 23))

    assert [len(call) for call in events.calls] == [10, 10, 3]


def test_a_request_stays_below_one_megabyte(bus: EventBus, events: Any, large: Callable[[], Any]):
    bus.publish_all(Outgoing(large(), "order") for _ in range(7))

    sizes = [sum(map(entry_size, call)) for call in events.calls]
    assert len(sizes) > 1
    assert max(sizes) <= MOST_BYTES
    assert sum(map(len, events.calls)) == 7


def test_only_the_entries_that_were_refused_are_sent_again(bus: EventBus, events: Any, paid: Paid, slept: list[float]):
    events.script = [[None, "ThrottlingException", None, "InternalFailure"]]

    bus.publish_all(many(paid, 4))

    first, second = events.calls
    assert second == [first[1], first[3]]
    assert len(slept) == 1
    assert 0 <= slept[0] <= 0.1


def test_publishing_gives_up_after_a_bounded_number_of_attempts(
    bus: EventBus, events: Any, paid: Paid, slept: list[float]
):
    events.script = [[None, "ThrottlingException"], ["ThrottlingException"], ["ThrottlingException"]]
    kept, lost = many(paid, 2)

    with pytest.raises(PublishError) as raised:
        bus.publish_all([kept, lost])

    assert len(events.calls) == 3
    assert len(slept) == 2
    assert [one.event for one in raised.value.accepted] == [kept.event]
    ((outgoing, code, message),) = raised.value.refused
    assert (outgoing.event, code, message) == (lost.event, "ThrottlingException", "no")
    assert outgoing.event_id == json.loads(events.calls[0][1]["Detail"])["metadata"]["event_id"]
    assert "omnibus refused 1 of 2 events (OrderPaid.v1: ThrottlingException: no)" in str(raised.value)


def test_what_may_not_be_retried_is_not(bus: EventBus, events: Any, paid: Paid, slept: list[float]):
    events.script = [["NotAuthorizedForSourceException"]]

    with pytest.raises(PublishError, match="NotAuthorizedForSourceException"):
        bus.publish(paid(), subject="order-1")

    assert len(events.calls) == 1
    assert slept == []


@pytest.mark.parametrize("failure", [throttled(), ConnectTimeoutError(endpoint_url="https://events")])
def test_a_call_that_fails_as_a_whole_is_tried_again(bus: EventBus, events: Any, paid: Paid, failure: Exception):
    events.script = [failure]

    bus.publish(paid(), subject="order-1")

    assert len(events.calls) == 2


def test_a_call_that_keeps_failing_ends_in_a_publish_error(bus: EventBus, events: Any, paid: Paid):
    events.script = [throttled(), throttled(), throttled()]

    with pytest.raises(PublishError) as raised:
        bus.publish_all(many(paid, 2))

    assert [one.code for one in raised.value.refused] == ["ThrottlingException"] * 2
    assert raised.value.accepted == ()


def test_nothing_is_published_when_one_event_breaks_its_contract(bus: EventBus, events: Any, paid: Paid):
    wrong = paid().model_copy(update={"payment_reference": "", "customer_id": "secret" * 20})

    with pytest.raises(ContractViolationError) as raised:
        bus.publish_all([Outgoing(paid(), "order"), Outgoing(wrong, "order")])

    assert events.calls == []
    assert {fault.path for fault in raised.value.faults} == {"data.payment_reference", "data.customer_id"}
    assert "secret" not in str(raised.value)


def test_an_event_past_the_limit_is_an_error_that_names_the_setting(events: Any, large: Callable[[], Any]):
    bus = EventBus(events, "omnibus", producer="orders", largest=200_000)

    with pytest.raises(EventTooLargeError, match=r"of at most 200,000 bytes; set CLAIM_CHECK_BUCKET") as raised:
        bus.publish(large(), subject="order-1")

    assert raised.value.size > raised.value.limit
    assert events.calls == []


def test_the_trace_of_the_invocation_goes_along(
    bus: EventBus, events: Any, paid: Paid, monkeypatch: pytest.MonkeyPatch
):
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)

    bus.publish(paid(), subject="order-1")

    (entry,) = events.calls[0]
    assert entry["TraceHeader"] == header
    traceparent = json.loads(entry["Detail"])["metadata"]["traceparent"]
    assert traceparent == "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"


def test_an_entry_is_as_large_as_its_utf8():
    request = {"Time": 1, "Source": "ä", "DetailType": "b", "Detail": "€", "Resources": ["x", "ü"]}

    assert entry_size(request) == 14 + 2 + 1 + 3 + 1 + 2
