"""The demo's verdict can be wrong: what is lost, or done twice, is counted."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bus.cli.demo.baskets import read_baskets
from bus.cli.demo.expected import expect
from bus.cli.demo.queries import open_lake
from bus.cli.demo.run import Driver
from bus.cli.demo.script import write_script
from bus.cli.demo.summary import Summary, take_stock
from bus.local.platform import LocalPlatform

PROJECT = Path(__file__).parents[2]
SEED, ORDERS = 32, 4  # one of its customers has a webhook that is down, and all have mail


class Run:
    """A small run of the demo that a test may tamper with before and after."""

    def __init__(self, platform: LocalPlatform) -> None:
        self.platform = platform
        self.lake = open_lake(platform)
        self._stories, self._customers = write_script(read_baskets(ORDERS, SEED), SEED)

        self._driver = Driver(platform, lambda _: None)

    def play(self) -> None:
        self._driver.introduce(self._customers)
        self._driver.play(self._stories)

    def verdict(self) -> Summary:
        expected = expect(self._stories, self._customers)
        stock = take_stock(self.platform, self.lake, expected, self._driver.order_ids)
        return Summary(seconds=0, orders_per_second=0, **stock)


@pytest.fixture
def run() -> Iterator[Run]:
    with LocalPlatform.of_project(PROJECT, seed=SEED) as platform:
        yield Run(platform)


@pytest.fixture
def tamper(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`tamper("sqs", "SendMessage", instead)`: lets `instead(do, params)` answer one call, the first that it wants."""

    def arrange(service: str, operation: str, instead) -> None:
        operations = run.platform.plane.operations
        real, done = operations.call, []

        def call(called, name, params):
            if (called, name) == (service, operation) and not done:
                answer = instead(lambda changed: real(called, name, changed), params)
                if answer is not None:
                    done.append(answer)
                    return answer
            return real(called, name, params)

        monkeypatch.setattr(operations, "call", call)

    return arrange


def test_a_message_that_a_queue_swallows_is_lost(run, tamper):
    def swallow(_do, params):
        return {"MessageId": "none"} if "EmailQueue" in params["QueueUrl"] else None

    tamper("sqs", "SendMessage", swallow)
    run.play()

    verdict = run.verdict()
    assert (verdict.lost, verdict.duplicates, verdict.is_right) == (1, 0, False)


def test_a_mail_that_was_announced_and_never_left_is_lost(run, tamper):
    tamper("sesv2", "SendEmail", lambda _do, _params: {"MessageId": "none"})
    run.play()

    verdict = run.verdict()
    assert (verdict.lost, verdict.duplicates) == (1, 0)


def test_an_honest_run_is_right_until_its_dead_letters_disappear(run):
    run.play()
    honest = run.verdict()
    assert honest.is_right

    run.platform.client("sqs").purge_queue(QueueUrl=run.platform.find("WebhookDeadLetters"))

    assert run.verdict().lost == honest.dead_letters_by_queue["WebhookDeadLetters"]


def test_a_notification_that_is_announced_under_two_ids_is_a_duplicate(run, tamper):
    def twice(do, params):
        [entry, *_] = params["Entries"]
        if entry["DetailType"] != "NotificationSent.v1":
            return None
        detail = json.loads(entry["Detail"])
        detail["metadata"]["event_id"] = "0195d2a4-0000-7000-8000-000000000001"
        do({"Entries": [{**entry, "Detail": json.dumps(detail)}]})
        return do(params)

    tamper("events", "PutEvents", twice)
    run.play()

    verdict = run.verdict()
    assert (verdict.lost, verdict.duplicates, verdict.is_right) == (0, 1, False)


def test_a_mail_that_leaves_twice_is_a_duplicate(run, tamper):
    tamper("sesv2", "SendEmail", lambda do, params: do(params) and do(params))
    run.play()

    verdict = run.verdict()
    assert (verdict.lost, verdict.duplicates) == (0, 1)


def test_a_loss_is_not_made_up_for_by_a_duplicate_of_its_kind(run, tamper):
    def another(do, params):
        [entry, *_] = params["Entries"]
        if entry["DetailType"] != "OrderPaid.v1":
            return None
        detail = json.loads(entry["Detail"])
        detail["metadata"]["event_id"] = "0195d2a4-0000-7000-8000-000000000001"
        detail["data"]["order_id"] = "0195d2a4-0000-7000-8000-00000000000a"
        return do({"Entries": [{**entry, "Detail": json.dumps(detail)}, *params["Entries"][1:]]})

    tamper("events", "PutEvents", another)
    run.play()

    verdict = run.verdict()
    assert (verdict.lost, verdict.duplicates) == (2, 2)  # the event, and what its customer was told of it


def test_a_wrong_figure_in_the_lake_is_a_wrong_answer(run, tamper):
    def cheaper(do, params):
        [entry, *_] = params["Entries"]
        detail = json.loads(entry["Detail"])
        if entry["DetailType"] != "OrderPaid.v1":
            return None
        detail["data"]["amount"]["amount"] -= 1
        return do({"Entries": [{**entry, "Detail": json.dumps(detail)}, *params["Entries"][1:]]})

    tamper("events", "PutEvents", cheaper)
    run.play()

    verdict = run.verdict()
    assert not verdict.queries["revenue_by_day"].agrees
    assert verdict.queries["top_products"].agrees
