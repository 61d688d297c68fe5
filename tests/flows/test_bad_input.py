"""What is wrong is said, kept, and holds nothing else up."""

import json


def test_a_malformed_order_is_answered_with_every_fault_and_its_path(shop):
    order = shop.order_of("900")
    order["lines"][0]["quantity"] = 0
    del order["lines"][1]["name"]
    order["customer_id"] = 7

    status, problem = shop.ask("orders", "POST", "/orders", order)

    assert status == 400
    assert {error["path"] for error in problem["errors"]} == {"/customer_id", "/lines/0/quantity", "/lines/1/name"}


def test_a_body_that_is_not_json_is_answered_with_a_problem(shop):
    status, problem = shop.ask("orders", "POST", "/orders", '{"customer_id": ')

    assert (status, problem["status"]) == (400, 400)


def test_a_caller_without_a_token_is_turned_away_before_any_function_runs(shop, platform):
    status, _ = shop.ask("orders", "POST", "/orders", shop.order_of("900"), authorization="")

    assert status == 401
    assert platform.ledger.find("lambda", "Invoke") == []


def test_an_unknown_order_is_not_found(shop):
    status, problem = shop.ask("orders", "GET", "/orders/0195d2a4-0000-7000-8000-00000000000a")

    assert (status, problem["status"]) == (404, 404)


def test_a_forbidden_transition_is_a_conflict(shop):
    order = shop.place()

    status, problem = shop.ask(
        "orders", "POST", f"/orders/{order}/shipment", {"carrier": "Parcel Post", "tracking_number": "PP1"}
    )

    assert (status, problem["status"]) == (409, 409)
    assert order in problem["detail"]


def test_the_same_idempotency_key_places_one_order_and_gives_one_answer(shop, platform):
    first = shop.ask("orders", "POST", "/orders", shop.order_of("900"), idempotency_key="till-1")
    again = shop.ask("orders", "POST", "/orders", shop.order_of("900"), idempotency_key="till-1")
    other = shop.ask("orders", "POST", "/orders", shop.order_of("901"), idempotency_key="till-1")
    platform.run_until_idle()

    assert first == again
    assert first[0] == 201
    assert other[0] == 422
    assert len(platform.ledger.find("events", "PutEvents")) == 1


def test_an_unknown_event_on_a_queue_becomes_a_dead_letter_and_its_neighbours_go_through(shop, platform):
    shop.prefer(email="ada@customers.example")
    stranger = json.dumps({"source": "omnibus.strangers", "detail-type": "Unheard.v1", "detail": {}})

    platform.client("sqs").send_message(QueueUrl=platform.find("EmailQueue"), MessageBody=stranger)
    shop.place()
    platform.run_until_idle()

    assert [message["Body"] for message in shop.dead_letters("EmailDeadLetters")] == [stranger]
    assert len(platform.outside.mails) == 1


def test_an_event_that_breaks_its_contract_fails_alone(shop, platform):
    shop.prefer(email="ada@customers.example")
    bus = platform.find("Bus")

    platform.publish(bus, "omnibus.orders", "OrderPaid.v1", {"metadata": {"event_id": "broken"}, "data": {}})
    shop.place()
    platform.run_until_idle()

    [dead] = shop.dead_letters("EmailDeadLetters")
    assert "broken" in dead["Body"]
    assert len(platform.outside.mails) == 1


def test_an_unavailable_webhook_is_tried_again_and_in_the_end_kept(shop, platform):
    shop.prefer(webhook="https://down.partners.example/orders")
    answers = iter([503, 503, 204])
    platform.outside.answer("https://flaky.partners.example", lambda _: next(answers))
    platform.outside.answer("https://down.partners.example", lambda _: 503)
    shop.prefer("901", webhook="https://flaky.partners.example/orders")

    shop.place("900")
    shop.place("901")
    platform.run_until_idle()

    assert len(shop.dead_letters("WebhookDeadLetters")) == 1
    statuses = [call.status for call in platform.outside.calls if "flaky" in call.url]
    assert statuses == [503, 503, 204]
