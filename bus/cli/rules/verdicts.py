"""What came of events that were tried, for people and for programs."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bus.patterns.explanation import Explanation, Mismatch

_MOST_BRANCHES = 3


@dataclass(frozen=True)
class Verdict:
    """One event, the how manieth it was, and what came of it."""

    number: int
    event: Mapping[str, Any]
    explanation: Explanation

    @property
    def label(self) -> str:
        """`event 3, OrderPlaced.v1, 7bf73129-…`: what an EventBridge event is known by."""
        known = (self.event.get(key) for key in ("detail-type", "id"))
        return ", ".join(
            [f"event {self.number}", *(each for each in known if isinstance(each, str) and each.isprintable())]
        )


def show_as_json(verdicts: Iterable[Verdict]) -> bool:
    """One object: whether all match, how many of how many do, and what of each. Returns whether all match."""
    results = [{"event": verdict.number, **verdict.explanation.as_dict()} for verdict in verdicts]
    matched = sum(result["matches"] for result in results)
    all_match = bool(matched == len(results))
    summary = {"matches": all_match, "events": len(results), "matched": matched}
    click.echo(json.dumps({**summary, "results": results}, indent=2))
    return all_match


def show_verdicts(console: Console, verdicts: Iterator[Verdict]) -> bool:
    """A verdict without more ado for one event; for several which is which, each as it comes, and a summary.

    Returns whether all match.
    """
    first = list(islice(verdicts, 2))
    several = len(first) > 1
    events = matched = 0
    for verdict in chain(first, verdicts):
        _show(console, verdict, f"{verdict.label} " if several else "")
        events, matched = events + 1, matched + verdict.explanation.matches
    if several:
        console.print(f"{matched:,} of {events:,} events match")
    return matched == events


def _show(console: Console, verdict: Verdict, label: str) -> None:
    explanation = verdict.explanation
    if not console.is_terminal:
        click.echo(f"{label}{explanation}")
        return
    style, mark = ("green", "✓") if explanation.matches else ("red", "✗")
    says = "matches" if explanation.matches else "does not match"
    console.print(Text.assemble((f"{mark} ", style), label, (says, style)))
    if not explanation.matches:
        console.print(_table(explanation.nearest[:_MOST_BRANCHES]))
    if more := len(explanation.nearest[_MOST_BRANCHES:]):
        console.print(Text(f"  or {more:,} other ways that come as near", style="dim"))


def _table(branches: Sequence[Sequence[Mismatch]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=True, padding=(0, 2))
    for name in ("Field", "Expected", "Found"):
        table.add_column(name, overflow="fold")
    for row in _rows(branches):
        table.add_row(*row)
    return table


def _rows(branches: Sequence[Sequence[Mismatch]]) -> Iterator[tuple[Text, ...]]:
    for index, branch in enumerate(branches):
        if index:
            yield (Text("or", style="dim"),)
        for mismatch in branch:
            yield Text(mismatch.path or "the event", "cyan"), Text(mismatch.expected), Text(mismatch.found, "yellow")
