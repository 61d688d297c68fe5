"""What is said while letters go: a bar on a terminal, a line each elsewhere."""

from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from bus.cli.amounts import letters
from bus.operating.dead_letters.tally import Tally


class Telling:
    """`total` is how many letters there may be; `word` what is done with them ("redriven"). A terminal is told of
    `each` where that is what somebody wants to know.
    """

    def __init__(
        self, console: Console, word: str, total: int | None, *, quiet: bool = False, each: bool = False
    ) -> None:
        self._console, self._word, self._quiet, self._each = console, word, quiet, each
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task = self._bar.add_task(word, total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def done(self, what: str, total: int) -> None:
        self._bar.update(self._task, completed=total)
        if self._quiet:
            return
        if not self._console.is_terminal:
            click.echo(f"{self._word} {what}")
        elif self._each:
            self._bar.console.print(what, soft_wrap=True)

    def refused(self, what: str, why: str) -> None:
        if self._quiet:
            return
        if self._console.is_terminal:
            self._bar.console.print(Text.assemble(("✗ ", "bold red"), f"{what}: {why}"), soft_wrap=True)
        else:
            click.echo(f"refused {what}: {why}")


def summary(tally: Tally, word: str) -> list[str]:
    """What was done, in sentences."""
    said = [f"{letters(tally.done)} {word}."]
    for why, count in tally.refused.most_common():
        said.append(f"{letters(count)} stayed: {why}")
    if tally.stopped:
        said.append(f"Stopped: {tally.stopped}; what was not {word} is where it was.")
    return said
