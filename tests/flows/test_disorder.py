"""Events that arrive twice and out of order, as AWS may deliver them, have the effects of those that arrive once."""

from collections import Counter
from pathlib import Path

import pytest

from bus.cli.demo.queries import open_lake
from bus.local.anomalies import Anomalies
from bus.local.platform import LocalPlatform

PROJECT = Path(__file__).parents[2]


@pytest.mark.platform(twice=0.3, late=0.3)
def test_however_events_arrive_each_customer_hears_of_each_order_once(platform, shop):
    open_lake(platform)
    shop.prefer(email="ada@customers.example")
    orders = [shop.place() for _ in range(10)]
    platform.run_until_idle()
    for order in orders:
        shop.pay(order)
        shop.ship(order)

    platform.run_until_idle()

    told = Counter((mail.subject, mail.text) for mail in platform.sent("email"))
    assert set(told.values()) == {1}
    assert len(platform.queue("EmailDeadLetters")) == 0
    assert _given_twice(platform)


def _given_twice(platform: LocalPlatform) -> bool:
    """Whether some function was given something again: else the test above says nothing."""
    deliveries = Counter(
        (hop.resource, hop.event_id) for hop in platform.ledger if (hop.service, hop.action) == ("lambda", "Invoke")
    )
    return any(count > 1 for count in deliveries.values())


def test_disorder_of_one_seed_is_one_disorder(shop_of):
    def digest(seed: int) -> str:
        disorder = Anomalies(seed=seed, twice=0.3, late=0.3)
        with LocalPlatform.of_project(PROJECT, anomalies=disorder) as platform:
            open_lake(platform)
            shop_of(platform).place()
            platform.run_until_idle()
            return platform.ledger.digest()

    assert digest(1) == digest(1)
    assert digest(1) != digest(2)
