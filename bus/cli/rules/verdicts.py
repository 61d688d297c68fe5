"""What came of events that were tried, for people and for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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


def as_json(verdicts: Sequence[Verdict]) -> str:
    """One object: whether all match, how many of how many do, and what of each."""
    results = [{"event": verdict.number, **verdict.explanation.as_dict()} for verdict in verdicts]
    matched = sum(verdict.explanation.matches for verdict in verdicts)
    summary = {"matches": matched == len(verdicts), "events": len(verdicts), "matched": matched}
    return json.dumps({**summary, "results": results}, indent=2)


def show_verdicts(console: Console, verdicts: Sequence[Verdict]) -> None:
    """A verdict without more ado for one event; for several which is which, and a summary."""
    several = len(verdicts) > 1
    for verdict in verdicts:
        _show(console, verdict, f"{verdict.label} " if several else "")
    if several:
        matched = sum(verdict.explanation.matches for verdict in verdicts)
        console.print(f"{matched:,} of {len(verdicts):,} events match")


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
