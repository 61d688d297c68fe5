"""A function that does not start, hangs or talks nonsense costs retries, and in the end dead letters: no events."""

import base64
import json
import sys
from itertools import pairwise

import pytest

HANGS = """
import time

def handler(event, context):
    time.sleep(31)
"""

FAULTS = {
    "it does not start": "import a_package_that_the_bundle_lacks\n",
    "it times out": HANGS,
    "it raises": "def handler(event, context):\n    raise ValueError('no')\n",
    "it answers text": "def handler(event, context):\n    return 'fine'\n",
    "it names messages that it was not given": (
        "def handler(event, context):\n    return {'batchItemFailures': [{'itemIdentifier': 'another'}]}\n"
    ),
}


@pytest.mark.parametrize("code", FAULTS.values(), ids=FAULTS.keys())
def test_a_broken_consumer_is_tried_five_times_three_minutes_apart_and_its_messages_are_kept(
    shop, platform, faults, code
):
    faults.deploy("EmailFunction", code)
    shop.prefer(email="ada@customers.example")

    order = shop.place()
    platform.run_until_idle()

    [dead] = shop.dead_letters("EmailDeadLetters")
    tries = [hop for hop in platform.ledger.find("lambda", "Invoke", "failed") if "EmailFunction" in hop.resource]
    waits = [later.at - earlier.at for earlier, later in pairwise(tries)]
    assert order in dead["Body"]
    assert [hop.attempt for hop in tries] == [1, 2, 3, 4, 5]
    assert all(181 <= wait <= 182 for wait in waits)


def test_a_broken_consumer_holds_up_no_other_channel(shop, platform, faults):
    faults.deploy("EmailFunction", FAULTS["it does not start"])
    shop.prefer(email="ada@customers.example", webhook="https://partners.example/orders")
    platform.outside.answer("partners.example", lambda _: 204)

    shop.place()
    platform.run_until_idle()

    assert len(platform.outside.calls) == 1


def test_a_bundle_that_lacks_a_package_says_which_in_the_functions_log(shop, platform, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)

    shop.place()
    platform.run_until_idle()

    log = platform.plane.rooms["lambda"].logs(platform.find("EmailFunction"))
    assert any("Runtime.ImportModuleError" in line and "jinja2" in line for line in log)
    assert len(shop.dead_letters("EmailDeadLetters")) == 1


@pytest.mark.parametrize("code", [FAULTS["it does not start"], "def handler(event, context): return 3"])
def test_a_broken_relay_keeps_the_orders_and_names_each_of_their_events_in_a_dead_letter(
    shop, platform, faults, events_of, code
):
    faults.deploy("RelayFunction", code)

    orders = [shop.place("900"), shop.place("901")]
    platform.run_until_idle()

    dead = [json.loads(message["Body"]) for message in shop.dead_letters("OutboxDeadLetters")]
    assert sum(one["DDBStreamBatchInfo"]["batchSize"] for one in dead) == 2
    assert events_of() == []
    assert [shop.ask("orders", "GET", f"/orders/{order}")[0] for order in orders] == [200, 200]


def test_a_relay_that_is_repaired_in_time_lets_everything_through(shop, platform, faults, events_of):
    repair = faults.deploy("RelayFunction", FAULTS["it does not start"])
    platform.plane.engine.after(2, repair)

    shop.place("900")
    shop.place("901")
    platform.run_until_idle()

    assert len(set(events_of())) == 2
    assert shop.dead_letters("OutboxDeadLetters") == []


def test_an_api_function_that_does_not_start_answers_500_and_changes_nothing(shop, platform, faults):
    faults.deploy("ApiFunction", FAULTS["it does not start"])

    status, _ = shop.ask("orders", "POST", "/orders", shop.order_of("900"))

    assert status == 500
    assert platform.client("dynamodb").scan(TableName=platform.find("Table"))["Count"] == 0


def test_a_transform_that_is_broken_keeps_the_events_in_the_bucket_of_errors(shop, platform, faults, lake):
    faults.deploy("TransformFunction", FAULTS["it raises"])

    order = shop.place()
    platform.run_until_idle()

    s3, bucket = platform.client("s3"), platform.find("Bucket", "analytics")
    errors = s3.list_objects_v2(Bucket=bucket, Prefix="errors/").get("Contents", [])
    kept = b"".join(s3.get_object(Bucket=bucket, Key=error["Key"])["Body"].read() for error in errors)
    [line] = [json.loads(text) for text in kept.splitlines()]
    assert lake.query("SELECT order_id FROM order_placed") == []
    assert order in base64.b64decode(line["rawData"]).decode()
