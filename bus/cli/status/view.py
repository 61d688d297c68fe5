"""How the status looks: tables one above the other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bus.cli.amounts import instant, span
from bus.cli.names import shown
from bus.operating.status.rows import FunctionRow, PipeRow, QueueRow, ReaderRow, RuleRow, Status

_SLOW = 60.0  # seconds behind, from which on a reader is marked
Cells = Sequence[str | Text]


def tables(status: Status) -> Iterator[tuple[str, Sequence[str], list[Cells]]]:
    """Title, columns and lines of each table that has any line."""
    over = span(status.window)
    everything: tuple[tuple[str, Sequence[str], Iterable[Any], Callable[[Any], Cells]], ...] = (
        ("Alarms", ("Alarm", "Since", "Why"), status.alarms, _alarm),
        ("Queues", ("Queue", "Messages", "In flight", "Delayed", "Oldest"), _full_first(status.queues), _queue),
        ("Streams", ("Stream", "State", "Behind"), status.streams, lambda row: (row.name, row.state, _lag(row.lag))),
        ("Readers", ("Function", "Reads", "State", "Last result", "Behind"), status.readers, _reader),
        (
            f"Functions, last {over}",
            ("Function", "Invocations", "Errors", "Throttles", "p50", "p99"),
            status.functions,
            _function,
        ),
        (f"Rules, last {over}", ("Rule", "Bus", "State", "Invocations", "Failed"), status.rules, _rule),
        (
            f"Pipes, last {over}",
            ("Pipe", "Reads", "State", "Executions", "Failed", "Behind", "Why"),
            status.pipes,
            _pipe,
        ),
        ("Schedules", ("Schedule", "State", "Expression", "Next"), status.schedules, _schedule),
    )
    for title, columns, rows, cells in everything:
        if lines := [cells(row) for row in rows]:
            yield title, columns, lines


def picture(status: Status) -> RenderableType:
    """For a terminal."""
    whose = f"stacks {', '.join(status.stacks)}" if status.stacks else "the whole account"
    parts: list[RenderableType] = [Text(f"{instant(status.at)}  {whose}", "dim"), Text()]
    parts += [Padding(_table(*each), (0, 0, 1, 0), expand=False) for each in tables(status)]
    parts += [Text(f"{what}: {why}", "yellow") for what, why in status.unasked.items()]
    return Group(*parts)


def _table(title: str, columns: Sequence[str], lines: Sequence[Cells]) -> Table:
    """Without columns in which nothing is."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    told = [at for at in range(len(columns)) if any(str(line[at]) for line in lines)]
    for at in told:
        name, numeric = columns[at], columns[at] in _NUMERIC
        justify: Literal["left", "right"] = "right" if numeric else "left"
        table.add_column(name, justify=justify, header_style="dim", no_wrap=numeric, overflow="fold")
    for line in lines:
        table.add_row(*(_shown(line[at]) if columns[at] in _NAMES else line[at] for at in told))
    return table


def _shown(cell: str | Text) -> Text:
    return Text(shown(cell.plain), cell.style) if isinstance(cell, Text) else Text(shown(cell))


_NAMES = frozenset({"Queue", "Stream", "Function", "Reads", "Rule", "Pipe", "Schedule"})
_NUMERIC = frozenset(
    {
        "Messages",
        "In flight",
        "Delayed",
        "Oldest",
        "Behind",
        "Invocations",
        "Errors",
        "Throttles",
        "Executions",
        "p50",
        "p99",
        "Failed",
    }
)


def lines(status: Status) -> Iterator[str]:
    """For a pipe: what it is, and its columns between tabs."""
    for title, _, rows in tables(status):
        kind = title.partition(",")[0].lower()
        for row in rows:
            yield "\t".join((kind, *(cell.plain if isinstance(cell, Text) else cell for cell in row)))


def _full_first(queues: Iterable[QueueRow]) -> list[QueueRow]:
    """Dead letters that are any, then the other queues."""
    return sorted(queues, key=lambda row: (not (row.dead_letters and _size(row)), row.dead_letters, row.name))


def _size(row: QueueRow) -> int:
    return row.messages + row.in_flight + row.delayed


def _queue(row: QueueRow) -> Cells:
    style = "bold red" if row.dead_letters and _size(row) else "dim" if row.dead_letters else ""
    counts = (f"{count:,}" for count in (row.messages, row.in_flight, row.delayed))
    return [Text(cell, style) for cell in (row.name, *counts, span(row.oldest))]


def _reader(row: ReaderRow) -> Cells:
    failed = row.last_result.startswith("PROBLEM")
    return row.function, row.source, _state(row.state), Text(row.last_result, "red" if failed else ""), _lag(row.lag)


def _function(row: FunctionRow) -> Cells:
    errors, throttles = (Text(f"{count:,}", "bold red" if count else "") for count in (row.errors, row.throttles))
    return row.name, f"{row.invocations:,}", errors, throttles, span(row.p50), span(row.p99)


def _rule(row: RuleRow) -> Cells:
    name = f"{row.name} {row.schedule}".strip()
    failed = Text(f"{row.failed:,}", "bold red" if row.failed else "")
    return name, row.bus, _state(row.state), f"{row.invocations:,}", failed


def _pipe(row: PipeRow) -> Cells:
    failed = Text(f"{row.failed:,}", "bold red" if row.failed else "")
    return row.name, row.source, _state(row.state), f"{row.executions:,}", failed, _lag(row.lag), row.reason


def _schedule(row: Any) -> Cells:
    return row.name, _state(row.state), row.expression, instant(row.next) if row.next else "-"


def _alarm(row: Any) -> Cells:
    return Text(row.name, "bold red"), instant(row.since), row.reason


def _state(state: str) -> Text:
    good = state in ("RUNNING", "ENABLED", "Enabled", "ACTIVE")
    return Text(state, "green" if good else "red" if "FAILED" in state else "yellow")


def _lag(seconds: float | None) -> Text:
    return Text(span(seconds), "red" if seconds is not None and seconds > _SLOW else "")
