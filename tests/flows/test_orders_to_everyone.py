"""An order's way through every branch: the bus, the customer, the lake."""

from uuid import uuid4


def test_a_placed_order_reaches_the_customer_and_the_bus_hears_that_it_did(shop, platform):
    shop.prefer(email="ada@customers.example")

    order = shop.place()
    platform.run_until_idle()

    [mail] = platform.outside.mails
    assert mail.to == ("ada@customers.example",)
    assert order in mail.subject
    assert [hop.outcome for hop in platform.ledger.find("events", "PutEvents")] == ["ok", "ok"]


def test_each_channel_tells_only_what_its_filter_policy_lets_through(shop, platform):
    shop.prefer(email="ada@customers.example", sms="+15550000900")

    order = shop.place()
    shop.ask("orders", "POST", f"/orders/{order}/payment", {"payment_reference": "card-1"})
    shop.ask("orders", "POST", f"/orders/{order}/shipment", {"carrier": "Parcel Post", "tracking_number": "PP1"})
    platform.run_until_idle()

    assert len(platform.outside.mails) == 3
    [text] = platform.outside.texts
    assert "tracking number PP1" in text.body


def test_an_event_is_a_row_of_its_contracts_table_within_a_minute(shop, platform, lake):
    order = shop.place()
    platform.run_until_idle()

    assert lake.query("SELECT order_id, total.amount FROM order_placed") == [[order, 996]]


def test_what_the_state_change_commits_is_what_the_bus_carries_in_order_of_sequence(shop, platform, lake):
    order = shop.place()
    shop.ask("orders", "POST", f"/orders/{order}/payment", {"payment_reference": "card-1"})
    shop.ask("orders", "POST", f"/orders/{order}/cancellation", {"reason": "a change of mind"})
    platform.run_until_idle()

    sequences = [
        lake.query("SELECT subject, sequence FROM order_placed"),
        lake.query("SELECT subject, sequence FROM order_paid"),
        lake.query("SELECT subject, sequence FROM order_cancelled"),
    ]
    assert sequences == [[[order, 1]], [[order, 2]], [[order, 3]]]


def test_a_correlation_id_goes_along_from_the_request_to_the_last_event(shop, platform, lake):
    correlation = str(uuid4())
    shop.prefer(email="ada@customers.example")

    shop.place(x_correlation_id=correlation)
    platform.run_until_idle()

    [[cause]] = lake.query("SELECT event_id FROM order_placed")
    assert lake.query("SELECT correlation_id FROM order_placed") == [[correlation]]
    assert lake.query("SELECT correlation_id, causation_id FROM notification_sent") == [[correlation, cause]]


def test_one_seed_gives_one_ledger_and_another_seed_another(shop_of_seed):
    first, again, other = (shop_of_seed(seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other
