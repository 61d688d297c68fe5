"""The command: read the baskets, run the platform, show what came of it."""

import json
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console

from bus.cli.demo.baskets import read_baskets
from bus.cli.demo.expected import Expected, expect
from bus.cli.demo.queries import QueryFailedError, open_lake
from bus.cli.demo.run import Driver, RefusedRequestError
from bus.cli.demo.script import Customer, Story, write_script
from bus.cli.demo.summary import Summary, take_stock
from bus.cli.demo.view import LiveProgress, show
from bus.cli.examples import examples
from bus.local.errors import PlaneError
from bus.local.platform import LocalPlatform
from bus.topology import TopologyError

PROJECT = Path(__file__).parents[3]


def _writable(_context: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
    """Before anything runs: whoever wants the hops should not hear at the end that they cannot be kept."""
    if path is not None:
        try:
            path.open("a").close()
        except OSError as error:
            raise click.BadParameter(f"{path} cannot be written: {error.strerror}") from error
    return path


@click.command(
    epilog=examples(
        "bus demo",
        "bus demo --orders 200 --seed 7",
        "bus demo --json | jq .queries.revenue_by_day.rows",
        "bus demo --ledger hops.jsonl",
    )
)
@click.option("--orders", default=1000, show_default=True, type=click.IntRange(min=1), help="Baskets to place.")
@click.option("--seed", default=1, show_default=True, help="Picks the baskets and everything random.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option(
    "--ledger",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_writable,
    help="Write every hop to this file.",
)
@click.option(
    "--project",
    default=PROJECT,
    show_default="this one",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Whose templates to run: bus/infra/template.yaml and services/*/template.yaml below this directory.",
)
def demo(orders: int, seed: int, ledger: Path | None, project: Path, *, as_json: bool) -> None:
    """Run real retail orders through the whole platform.

    Each basket of the data set becomes an order of its household: placed through the orders API,
    paid, shipped or cancelled, told to the customer, and counted in the lake. Exits with 1 when
    anything is lost, done twice, left as a dead letter that the input does not explain, or answered
    otherwise than the input says.
    """
    console = Console(stderr=as_json, highlight=False)
    stories, customers = write_script(read_baskets(orders, seed), seed)
    days = f"{stories[0].basket.bought_at:%-d %B} to {stories[-1].basket.bought_at:%-d %B %Y}"
    console.print(f"{orders:,} real baskets of {len(customers):,} households, {days}; seed {seed}")
    expected = expect(stories, customers)
    try:
        summary = _run(console, stories, customers, expected, seed, ledger, project)
    except (PlaneError, TopologyError, RefusedRequestError, QueryFailedError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(summary.as_json(), indent=2))
    else:
        show(console, summary, expected)
    sys.exit(0 if summary.is_right else 1)


def _run(
    console: Console,
    stories: list[Story],
    customers: dict[str, Customer],
    expected: Expected,
    seed: int,
    ledger: Path | None,
    project: Path,
) -> Summary:
    started = perf_counter()
    # Orders reach the platform when the tills come online again, a minute after the last sale.
    start = max(story.basket.bought_at for story in stories) + timedelta(minutes=1)
    with ExitStack() as stack:
        with console.status("Deploying the stacks"):
            platform = stack.enter_context(LocalPlatform.of_project(project, seed=seed, start=start))
            lake = open_lake(platform)
        with LiveProgress(console, stories, customers) as live:
            driver = Driver(platform, live.tell)
            driver.introduce(customers)
            first_order = perf_counter()
            driver.play(stories)
            rest = perf_counter()
        with console.status("Asking the lake"):
            stock = take_stock(platform, lake, expected, driver.order_ids)
        if ledger is not None:
            ledger.write_text("".join(f"{line}\n" for line in platform.ledger.lines()))
    return Summary(seconds=perf_counter() - started, orders_per_second=len(stories) / (rest - first_order), **stock)
