"""How dead letters look: tables on a terminal, columns between tabs elsewhere."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bus.cli.amounts import instant, span
from bus.cli.names import shown
from bus.operating.dead_letters.letter import Letter
from bus.operating.dead_letters.source import KINDS, Source
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
    told = {name: title for name, title in _COUNTS.items() if name == "messages" or any(row[name] for row in rows)}
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("Queue", no_wrap=True)
    for title in (*told.values(), "Oldest"):
        table.add_column(title, justify="right", no_wrap=True)
    narrow = console.width < _WIDE
    table.add_column("Who sends there", overflow="fold")
    for row in sorted(rows, key=lambda row: (not _size(row), row["queue"])):
        style = "bold red" if _size(row) else "dim"
        cells = [shown(row["queue"]), *(f"{row[name]:,}" for name in told), span(row["oldest_seconds"])]
        senders = ", ".join(_kinds(row["from"])) if narrow else shown("\n".join(row["from"]))
        table.add_row(*(Text(cell, style) for cell in cells), Text(senders, "dim"))
    console.print(table)


_WIDE = 100  # columns from which on there is room for all that is to be said
_COUNTS = {"messages": "Messages", "in_flight": "In flight", "delayed": "Delayed"}


def _kinds(senders: Sequence[str]) -> list[str]:
    """What they are, without their names: "rule", "3 subscriptions"."""
    kinds = Counter(next(kind for kind in KINDS.values() if sender.startswith(kind)) for sender in senders)
    return [kind if count == 1 else f"{count} {kind}s" for kind, count in kinds.items()]


def _size(row: dict[str, Any]) -> int:
    return sum(int(row[name]) for name in _COUNTS)


def show_letters(console: Console, letters: Iterable[Letter], logs: str, *, full: bool) -> int:
    """One after the other, as they come; how many there were. `logs` is where logs are, with `{}` for a function."""
    count = 0
    for letter in letters:
        count += 1
        if console.is_terminal:
            _show(console, letter, logs, full=full)
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


def _show(console: Console, letter: Letter, logs: str, *, full: bool) -> None:
    facts = letter.facts
    head = Text.assemble((instant(letter.message.sent_at), "dim"), "  ", (_subject(letter), "bold cyan"))
    if source := facts.get("source"):
        head.append(f"  {source}", "dim")
    console.print(head, soft_wrap=True)
    told = {
        "why": Text(shown(facts["reason"]), "red"),
        "from": Text(shown(_origin(letter))),
        "log": Text("; ".join(logs.format(function) for function in letter.functions)),
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
