"""How the demo looks: the progress while it runs, and the summary at its end."""

from collections.abc import Mapping, Sequence
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bus.cli.demo.dead_letters import DeadLetters
from bus.cli.demo.expected import Expected, Rows
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
    """Print the summary: what happened, the answers, and whether anything is missing."""
    counts = Table.grid(padding=(0, 6, 0, 0))
    counts.add_row(_counts("Orders", summary.orders_by_state), _notifications(summary))
    counts.add_row()
    counts.add_row(_counts("Events on the bus", summary.events_by_type), _counts("Rows in the lake", summary.lake_rows))
    console.print()
    console.print(counts, "")
    console.print(_revenue(summary.queries["revenue_by_day"].rows), "")
    console.print(_products(summary.queries["top_products"].rows), "")
    console.print(_success(summary.queries["notification_success"].rows), "")
    _show_verdict(console, summary, expected)


def _counts(title: str, counts: Mapping[str, int]) -> Table:
    table = _table(title, "", "count")
    for name, count in sorted(counts.items(), key=lambda item: _rank(item[0])):
        table.add_row(name, f"{count:,}")
    return table


def _notifications(summary: Summary) -> Table:
    table = _table("Notifications", "", "sent", "failed", "dead letters")
    for channel, counts in summary.notifications_by_channel.items():
        table.add_row(channel, *(f"{counts[outcome]:,}" for outcome in ("sent", "failed", "dead")))
    return table


def _revenue(rows: Rows) -> Table:
    table = _table("Revenue by day, asked of the lake in SQL", "day", "orders paid", "revenue", "")
    most = max((cents for _, _, cents in rows), default=0) or 1
    for day, orders, cents in rows:
        table.add_row(day, f"{orders:,}", _dollars(cents), Text("█" * round(24 * cents / most), style="green"))
    return table


def _products(rows: Rows) -> Table:
    table = _table("Top ten products", "product", "sold", "revenue")
    for product_id, name, sold, cents in rows:
        table.add_row(f"{name} ({product_id})", f"{sold:,}", _dollars(cents))
    return table


def _success(rows: Rows) -> Table:
    table = _table("Notification success", "channel", "sent", "failed", "success")
    for channel, sent, failed in rows:
        table.add_row(channel, f"{sent:,}", f"{failed:,}", f"{sent / (sent + failed):.1%}")
    return table


def _show_verdict(console: Console, summary: Summary, expected: Expected) -> None:
    agree = sum(answer.agrees for answer in summary.queries.values())
    events = sum(expected.events_by_type.values())
    console.print(_mark(summary.lost == 0), f"lost: {summary.lost} of {events:,} events")
    console.print(_mark(summary.duplicates == 0), f"duplicate effects: {summary.duplicates}")
    console.print(
        _mark(agree == len(summary.queries)),
        f"{agree} of {len(summary.queries)} answers agree exactly with the figures computed from the input",
    )
    for letters in summary.dead_letters:
        _show_dead_letters(console, letters)
    orders = sum(summary.orders_by_state.values())
    console.print(f"\n{orders:,} orders in {summary.seconds:.1f} s, {summary.orders_per_second:.0f} orders/s.")
    console.print(f"The ledger has {summary.hops:,} hops; its SHA-256 begins with {summary.ledger[:12]}.")


def _show_dead_letters(console: Console, letters: DeadLetters) -> None:
    if wanted := letters.count - letters.unexpected:
        console.print(Text("•", style="yellow"), f"{_dead_letters(wanted)} wait in {letters.queue}, to be sent again")
    if letters.unexpected:
        said = f"{_dead_letters(letters.unexpected, 'unexpected ')} in {letters.queue}: {letters.why}"
        # As Text, for a log may hold what rich takes for its markup; unbroken, for people search for such lines.
        console.print(_mark(good=False), Text(said), soft_wrap=True)


def _dead_letters(count: int, kind: str = "") -> str:
    return f"{count:,} {kind}dead letter{'' if count == 1 else 's'}"


def _rank(name: str) -> int:
    """In the order in which things happen to an order."""
    happenings = ("plac", "paid", "ship", "cancel", "sent", "fail")
    return next((place for place, part in enumerate(happenings) if part in name.lower()), len(happenings))


def _table(title: str, first: str, *figures: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, show_edge=False)
    table.add_column(first, header_style="dim", no_wrap=True)
    for name in figures:
        table.add_column(name, justify="left" if name == "" else "right", header_style="dim", no_wrap=True)
    return table


def _mark(good: bool) -> Text:  # noqa: FBT001 - the one thing it says
    return Text("✓", style="green") if good else Text("✗", style="bold red")


def _dollars(cents: int) -> str:
    return f"${cents / 100:,.2f}"
