"""How the demo looks: the progress while it runs, and the summary at its end."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bus.cli.demo.expected import Expected
from bus.cli.demo.script import Customer, Story
from bus.cli.demo.summary import Summary

_LABELS = {
    "introduce": "Customers say how they want to hear",
    "place": "Orders placed",
    "pay": "Orders paid",
    "ship": "Orders shipped",
    "cancel": "Orders cancelled",
}


class LiveProgress:
    """One bar per step of the script; silent when the console is not a terminal."""

    def __init__(self, console: Console, stories: Sequence[Story], customers: Mapping[str, Customer]) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        totals = {
            "introduce": len(customers),
            "place": len(stories),
            "pay": sum(story.is_paid for story in stories),
            "cancel": sum(story.is_cancelled for story in stories),
            "ship": sum(story.fate == "shipped" for story in stories),
        }
        self._tasks = {step: self._progress.add_task(_LABELS[step], total=total) for step, total in totals.items()}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, step: str) -> None:
        """One more of `step` is done."""
        self._progress.advance(self._tasks[step])


def show(console: Console, summary: Summary, expected: Expected) -> None:
    """Print the summary: what happened, whether anything is missing, and the answers."""
    console.print()
    _show_counts(console, "Orders", summary.orders_by_state)
    _show_counts(console, "Events on the bus", summary.events_by_type)
    _show_notifications(console, summary)
    _show_counts(console, "Rows in the lake", summary.lake_rows)
    _show_queries(console, summary)
    _show_verdict(console, summary, expected)


def _show_counts(console: Console, title: str, counts: Mapping[str, int]) -> None:
    table = _table(title, "", "count")
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    console.print(table)


def _show_notifications(console: Console, summary: Summary) -> None:
    table = _table("Notifications", "channel", "sent", "failed", "dead letters")
    for channel, counts in summary.notifications_by_channel.items():
        table.add_row(channel, *(f"{counts[outcome]:,}" for outcome in ("sent", "failed", "dead")))
    console.print(table)


def _show_queries(console: Console, summary: Summary) -> None:
    queries = summary.queries
    revenue = _table("Revenue by day (SQL over the lake)", "day", "orders paid", "revenue", "")
    most = max((row[2] for row in queries["revenue_by_day"].rows), default=0)
    for day, orders, cents in queries["revenue_by_day"].rows:
        revenue.add_row(day, f"{orders:,}", _dollars(cents), Text("█" * round(24 * cents / (most or 1)), style="green"))
    console.print(revenue)

    products = _table("Top ten products (SQL over the lake)", "product", "sold", "revenue")
    for product_id, name, sold, cents in queries["top_products"].rows:
        products.add_row(f"{name} ({product_id})", f"{sold:,}", _dollars(cents))
    console.print(products)

    success = _table("Notification success by channel (SQL over the lake)", "channel", "sent", "failed", "success")
    for channel, sent, failed in queries["notification_success"].rows:
        success.add_row(channel, f"{sent:,}", f"{failed:,}", f"{sent / (sent + failed):.1%}")
    console.print(success)


def _show_verdict(console: Console, summary: Summary, expected: Expected) -> None:
    agree = sum(answer.agrees for answer in summary.queries.values())
    console.print(
        _mark(summary.lost == 0), f"lost {summary.lost}", f"of {sum(expected.events_by_type.values()):,} events"
    )
    console.print(_mark(summary.duplicates == 0), f"duplicate effects {summary.duplicates}")
    console.print(
        _mark(agree == len(summary.queries)),
        f"{agree} of {len(summary.queries)} answers agree exactly with the figures computed from the input",
    )
    for queue, count in summary.dead_letters_by_queue.items():
        console.print(Text("•", style="yellow"), f"{count} dead letters wait in {queue}: a partner's webhook is down")
    orders = sum(summary.orders_by_state.values())
    console.print(
        f"\n{orders:,} orders in {summary.seconds:.1f} s, {summary.orders_per_second:.0f} orders/s; "
        f"{summary.hops:,} hops in the ledger (sha256 {summary.ledger[:12]})"
    )


def _table(title: str, first: str, *figures: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, show_edge=False)
    table.add_column(first)
    for name in figures:
        table.add_column(name, justify="left" if name == "" else "right")
    return table


def _mark(good: bool) -> Text:  # noqa: FBT001 - the one thing it says
    return Text("✓", style="green") if good else Text("✗", style="bold red")


def _dollars(cents: Any) -> str:
    return f"${cents / 100:,.2f}"
