"""How `bus up` looks: where everything is, and what happens."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bus.cli.up.flow import FlowLines
from bus.local.ledger import Hop
from bus.local.up.serving import Up, Watcher


class Display(Watcher):
    """Writes to a console: colours and a table in a terminal, plain lines elsewhere."""

    def __init__(self, console: Console, *, follow: bool) -> None:
        self._console, self._follow = console, follow
        self._ready = False
        self._lines = FlowLines()
        self._outcomes: dict[str, str] = {}

    def ready(self, up: Up, seconds: float) -> None:
        """Say where everything is."""
        self._ready = True
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        table.add_row("AWS endpoint", Text(up.endpoint, "bold cyan"), f"AWS_ENDPOINT_URL={up.endpoint}")
        for address in up.addresses:
            table.add_row(f"{address.stack} API", Text(address.url, "bold cyan"), f"bus token {address.stack}")
        for stack, outcome in self._outcomes.items():
            table.add_row(f"stack {stack}", Text(outcome, "dim" if outcome == "unchanged" else "green"), "")
        if up.recovered.machine is not None:
            found = f"{up.recovered.inputs:,} inputs replayed in {up.recovered.seconds:.2f} s"
            table.add_row("state", Text("recovered", "green"), found)
        self._console.print(table)
        self._say("bold", f"Ready in {seconds:.1f} s. Ctrl-C stops it; nothing that was acknowledged is lost.")

    def stopping(self) -> None:
        """It has been told to stop."""
        self._say("dim", "Stopping ...")

    def stopped(self) -> None:
        """It is at its end."""
        self._say("dim", "Stopped; bus up goes on from here.")

    def hops(self, hops: Sequence[Hop]) -> None:
        if self._follow and self._ready:
            for hop in hops:
                self._console.print(self._lines.line(hop))

    def logged(self, function: str, request_id: str, line: str) -> None:  # noqa: ARG002 - the lines name it themselves
        if self._follow and self._ready and not line.startswith(("START ", "END ", "REPORT ", "INIT_START ")):
            self._console.print(Text.assemble((f"{'':12}  {_short(function)} | ", "dim"), (line.rstrip(), "dim")))

    def code_changed(self, function: str, files: Sequence[Path]) -> None:
        named = ", ".join(file.name for file in files[:3])
        self._say("yellow", f"{_short(function)} runs new code: {named} changed")

    def deployed(self, stack: str, outcome: str) -> None:
        self._outcomes[stack] = outcome
        if self._ready and outcome != "unchanged":
            self._say("yellow", f"stack {stack} {outcome}")

    def refused(self, stack: str, error: Exception) -> None:
        self._outcomes[stack] = "refused"
        self._say("bold red", f"stack {stack} is as before: {error}")

    def _say(self, style: str, text: str) -> None:
        self._console.print(Text(text, style))


def _short(function: str) -> str:
    """A generated name without its random end."""
    return function.rpartition("-")[0] or function
