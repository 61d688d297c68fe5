"""How what listens looks: all in a table, or one by itself."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bus.cli.rules.listeners import Listener
from bus.patterns.description import describe

_PREPOSITIONS = {"rule": "on", "archive": "of", "pipe": "from", "event source mapping": "from", "subscription": "to"}


def show_list(console: Console, listeners: Sequence[Listener]) -> None:
    """A table on a terminal, columns between tabs elsewhere."""
    if not console.is_terminal:
        for listener in listeners:
            click.echo("\t".join((listener.name, _what(listener), _in_one_line(listener))))
        return
    table = Table("Name", "What it is", "What it receives", box=None, header_style="bold", padding=(0, 3, 0, 0))
    for listener in listeners:
        table.add_row(Text(listener.name, "cyan"), Text(_what(listener)), Text(_in_one_line(listener)))
    console.print(table)


def show_listener(console: Console, listener: Listener) -> None:
    """Everything about one. Raises UnusableError, before anything is shown."""
    targets = listener.targets()
    console.print(
        Text.assemble((listener.name, "bold cyan"), f", {_article(listener.kind)} {_what(listener)}"), soft_wrap=True
    )
    for fact in (listener.description, f"declared in {listener.declared}{_deployed(listener)}"):
        if fact:
            console.print(Text(fact, "dim"), soft_wrap=True)
    console.print(Text(f"\n{_english(listener)}"), soft_wrap=True)
    if targets:
        console.print(Text("\nThey go to:"))
    for target in targets:
        remarks = f" ({', '.join(target.remarks)})" if target.remarks else ""
        console.print(Text.assemble(f"  {target.what}", (remarks, "dim")), soft_wrap=True)


def _what(listener: Listener) -> str:
    """`rule on the event bus Bus`."""
    return f"{listener.kind} {_PREPOSITIONS[listener.kind]} {listener.origin}"


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def _deployed(listener: Listener) -> str:
    return f", deployed as {listener.deployed_as}" if listener.deployed_as else ""


def _english(listener: Listener) -> str:
    return describe(listener.pattern.branches, listener.pattern.dialect, listener.noun)


def _in_one_line(listener: Listener) -> str:
    first, *rest = _english(listener).splitlines()
    return f"{first} {'; '.join(line.strip() for line in rest)}" if rest else first
