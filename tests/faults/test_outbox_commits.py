"""An order and the events that tell of it are committed together, or not at all."""

import time

import pytest

from bus.local.errors import AwsError


@pytest.fixture
def kept(platform):
    """What the orders table holds, by kind."""

    def count() -> dict[str, int]:
        items = platform.client("dynamodb").scan(TableName=platform.find("Table"))["Items"]
        kinds = [item["kind"]["S"] for item in items]
        return {kind: kinds.count(kind) for kind in set(kinds)}

    return count


def test_a_transaction_that_is_refused_leaves_neither_the_order_nor_its_event(shop, platform, faults, kept, events_of):
    def refuse(_params):
        raise AwsError("ProvisionedThroughputExceededException", "Too much at once", status=400)

    faults.before("dynamodb", "TransactWriteItems", refuse)
    status, _ = shop.ask("orders", "POST", "/orders", shop.order_of("900"), idempotency_key="till-1")
    platform.run_until_idle()

    assert status == 500
    assert (kept(), events_of()) == ({}, [])


def test_an_event_that_cannot_be_written_takes_the_state_change_back(shop, platform, kept, events_of):
    order = shop.place()
    taken = {"pk": {"S": f"OUTBOX#{order}"}, "sk": {"S": "0000000002"}, "kind": {"S": "note"}}
    platform.client("dynamodb").put_item(TableName=platform.find("Table"), Item=taken)

    status, _ = shop.pay(order)
    platform.run_until_idle()

    assert status == 409
    assert shop.ask("orders", "GET", f"/orders/{order}")[1]["status"] == "PLACED"
    assert kept() == {"order": 1, "outbox": 1, "note": 1}
    assert len(events_of()) == 1


def test_a_refused_order_may_be_placed_again_under_its_key(shop, platform, faults, kept):
    def refuse(_params):
        raise AwsError("InternalServerError", "Not now", status=500)

    faults.before("dynamodb", "TransactWriteItems", refuse)
    refused, _ = shop.ask("orders", "POST", "/orders", shop.order_of("900"), idempotency_key="till-1")
    faults.repair("dynamodb", "TransactWriteItems")
    placed, _ = shop.ask("orders", "POST", "/orders", shop.order_of("900"), idempotency_key="till-1")
    platform.run_until_idle()

    assert (refused, placed) == (500, 201)
    assert kept() == {"order": 1, "outbox": 1, "idempotency": 1}


def test_an_answer_that_is_lost_after_the_commit_is_given_again_and_nothing_happens_twice(
    shop, platform, faults, kept, events_of
):
    def hang(_response):
        time.sleep(11)

    faults.after("dynamodb", "TransactWriteItems", hang)
    lost, _ = shop.ask("orders", "POST", "/orders", shop.order_of("900"), idempotency_key="till-1")
    faults.repair("dynamodb", "TransactWriteItems")
    given, order = shop.ask("orders", "POST", "/orders", shop.order_of("900"), idempotency_key="till-1")
    platform.run_until_idle()

    assert (lost, given) == (500, 201)
    assert order["status"] == "PLACED"
    assert kept() == {"order": 1, "outbox": 1, "idempotency": 1}
    assert len(events_of()) == 1
