"""Orders per second through the whole platform in one process, and where the time goes.

    python tests/speed/orders.py [ORDERS]

Each share is exclusive: what a room spends in other rooms counts as theirs. The functions' share holds
everything that runs inside a Lambda, boto3's validation and serialisation included; "Iceberg commits" is pyiceberg and
moto's S3 and Glue. The plane's own share is the rest, without DynamoDB's tables, which stand for moto's. For
comparison the same run commits orders with moto holding the table, which is what the design's event plane replaced.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import boto3
from moto import mock_aws
from rich.console import Console
from rich.table import Table

from bus.cli.demo.baskets import Basket, read_baskets
from bus.cli.demo.queries import open_lake
from bus.cli.demo.run import Driver
from bus.cli.demo.script import write_script
from bus.local.firehose import iceberg
from bus.local.functions import Function
from bus.local.http_api import HttpApiRoom
from bus.local.platform import LocalPlatform
from bus.sdk import Outbox
from schemas.orders.order_placed_v1 import Line
from schemas.types import Money
from services.orders.adapters.dynamo_orders import DynamoOrders
from services.orders.usecases import place_order

PROJECT = Path(__file__).parents[2]
FUNCTION, COMMITS = "function", "Iceberg commits"


class Stopwatch:
    """Exclusive seconds and calls per name, over nested calls."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: defaultdict[str, int] = defaultdict(int)
        self._running: list[str] = []
        self._since = perf_counter()

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        self._charge()
        self._running.append(name)
        self.calls[name] += 1
        try:
            yield
        finally:
            self._charge()
            self._running.pop()

    def _charge(self) -> None:
        now = perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now

    def watch(self, function: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            with self.timing(name(*args)):
                return function(*args, **kwargs)

        return watched


def through_the_platform(orders: int, watch: Stopwatch) -> float:
    """Seconds for `orders` orders of the demo's script, from the first request until the platform rests."""
    stories, customers = write_script(read_baskets(orders, seed=1), seed=1)
    invoke, request, append = Function.invoke, HttpApiRoom.request, iceberg.append
    with LocalPlatform.of_project(PROJECT) as platform:
        open_lake(platform)
        driver = Driver(platform, lambda _: None)
        driver.introduce(customers)
        operations = platform.plane.operations
        operations.call = watch.watch(operations.call, lambda service, *_: service)  # type: ignore[method-assign]
        Function.invoke = watch.watch(invoke, lambda function, *_: f"{FUNCTION} {function.settings.handler}")  # type: ignore[method-assign]
        HttpApiRoom.request = watch.watch(request, lambda *_: "HTTP API")  # type: ignore[method-assign]
        iceberg.append = watch.watch(append, lambda *_: COMMITS)
        try:
            started = perf_counter()
            with watch.timing("everything else (deliveries, polling, the driver)"):
                driver.play(stories)
            return perf_counter() - started
        finally:
            Function.invoke, HttpApiRoom.request = invoke, request  # type: ignore[method-assign]
            iceberg.append = append


def commits_with_moto(baskets: list[Basket]) -> float:
    """Seconds to place the baskets' orders with moto's DynamoDB instead of the plane's."""
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        keys = ("pk", "sk", "gsi1pk", "gsi1sk")
        dynamodb.create_table(
            TableName="orders",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=_schema("pk", "sk"),
            GlobalSecondaryIndexes=[
                {"IndexName": "gsi1", "KeySchema": _schema("gsi1pk", "gsi1sk"), "Projection": {"ProjectionType": "ALL"}}
            ],
        )
        orders = DynamoOrders(dynamodb, "orders", Outbox("orders"))
        started = perf_counter()
        for basket in baskets:
            place_order(basket.household, _lines(basket), orders, placed_at=basket.bought_at, once=None)
        return perf_counter() - started


def _schema(hash_key: str, range_key: str) -> Any:
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]


def _lines(basket: Basket) -> tuple[Line, ...]:
    return tuple(
        Line(
            product_id=line.product_id,
            name=line.name,
            department=line.department,
            quantity=line.quantity,
            amount=Money(amount=line.amount, currency="USD"),
        )
        for line in basket.lines
    )


def main() -> None:
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    watch = Stopwatch()
    seconds = through_the_platform(orders, watch)
    few = read_baskets(50, seed=1)
    with_moto = commits_with_moto(few)

    console = Console()
    shares = Table(title=f"{orders} orders in {seconds:.1f} s: where the time goes", title_justify="left")
    for name in ("where", "calls", "seconds", "share"):
        shares.add_column(name, justify="left" if name == "where" else "right")
    for name, spent in sorted(watch.seconds.items(), key=lambda item: -item[1]):
        shares.add_row(name, f"{watch.calls[name]:,}", f"{spent:.2f}", f"{spent / seconds:.0%}")
    tables = watch.seconds["dynamodb"]
    own = sum(spent for name, spent in watch.seconds.items() if not name.startswith((FUNCTION, COMMITS))) - tables
    shares.add_section()
    shares.add_row("the plane's own share, its tables apart", "", f"{own:.2f}", f"{own / seconds:.0%}")
    console.print(shares)

    rates = Table(title="Orders per second", title_justify="left")
    rates.add_column("what")
    rates.add_column("orders/s", justify="right")
    rates.add_row("the whole platform: placed, paid, shipped, told, in the lake", f"{orders / seconds:.0f}")
    rates.add_row(
        f"moto's DynamoDB, committing the first {len(few)} orders and nothing else", f"{len(few) / with_moto:.0f}"
    )
    console.print(rates)


if __name__ == "__main__":
    main()
