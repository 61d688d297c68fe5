"""How dead letters look: tables on a terminal, columns between tabs elsewhere."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bus.cli.amounts import instant, span
from bus.operating.dead_letters.letter import Letter
from bus.operating.dead_letters.source import Source
from bus.operating.queues import Queue


def queue_row(queue: Queue, oldest: float | None, sources: Sequence[Source]) -> dict[str, Any]:
    """A queue, for programs and for people."""
    return {
        "queue": queue.name,
        "arn": queue.arn,
        "messages": queue.visible,
        "in_flight": queue.in_flight,
        "delayed": queue.delayed,
        "oldest_seconds": oldest,
        "from": [str(source) for source in sources],
    }


def show_queues(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    """One line each."""
    if not console.is_terminal:
        for row in rows:
            counts = [str(row[name]) for name in ("messages", "in_flight", "delayed")]
            click.echo("\t".join((row["queue"], *counts, span(row["oldest_seconds"]), "; ".join(row["from"]))))
        return
    table = Table(box=None, header_style="bold", padding=(0, 3, 0, 0))
    table.add_column("Queue", overflow="fold")
    for name in ("Messages", "In flight", "Delayed", "Oldest"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Who sends there", overflow="fold")
    for row in rows:
        full = row["messages"] + row["in_flight"] + row["delayed"]
        counts = [f"{row[name]:,}" for name in ("messages", "in_flight", "delayed")]
        style = "bold red" if full else ""
        cells = (Text(row["queue"], style or "cyan"), *(Text(count, style) for count in counts))
        table.add_row(*cells, span(row["oldest_seconds"]), Text("\n".join(row["from"])))
    console.print(table)


def show_letters(console: Console, letters: Iterable[Letter], *, full: bool) -> int:
    """One after the other, as they come; how many there were."""
    count = 0
    for letter in letters:
        count += 1
        if console.is_terminal:
            _show(console, letter, full=full)
        else:
            click.echo("\t".join(_columns(letter)))
            if full:
                click.echo(_whole(letter))
    return count


def _columns(letter: Letter) -> tuple[str, ...]:
    facts = letter.facts
    names = ("type", "source", "event_id", "correlation_id", "kind", "from", "reason")
    told = [" ".join(facts.get(name, "-").split()) for name in names]
    return (instant(letter.message.sent_at), *told)


def _show(console: Console, letter: Letter, *, full: bool) -> None:
    facts = letter.facts
    head = Text.assemble((instant(letter.message.sent_at), "dim"), "  ", (_subject(letter), "bold cyan"))
    if source := facts.get("source"):
        head.append(f"  {source}", "dim")
    console.print(head, soft_wrap=True)
    told = {
        "why": Text(facts["reason"], "red"),
        "from": Text(_origin(letter)),
        "event": Text(facts.get("event_id", "")),
        "correlation": Text(facts.get("correlation_id", "")),
        "records": Text(_records(letter)),
    }
    for name, value in told.items():
        if value:
            console.print(Text.assemble((f"  {name:<12}", "dim"), value), soft_wrap=True)
    if full:
        console.print_json(_whole(letter), indent=2)
    console.print()


def _subject(letter: Letter) -> str:
    first = letter.facts.get("type") or f"message {letter.message.id}"
    more = len(letter.events) - 1
    return f"{first} and {more} more" if more > 0 else first


def _origin(letter: Letter) -> str:
    facts = letter.facts
    to = f" to {facts['to']}" if facts.get("to") and facts.get("to") != facts.get("from") else ""
    return f"{facts['kind']} {facts.get('from', '(which one the message does not say)')}{to}"


def _records(letter: Letter) -> str:
    if letter.batch is None:
        return ""
    kept = "gone from the stream" if letter.records is None or letter.records.expired else "still in the stream"
    return f"{letter.batch}, {kept}"


def _whole(letter: Letter) -> str:
    return json.dumps(letter.as_json(full=True), default=str)
