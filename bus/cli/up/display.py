"""How `bus up` looks: where everything is, and what happens."""

from collections.abc import Sequence
from pathlib import Path

from bus.cli.up.flow import INDENT, FlowLines
from bus.cli.up.logs import readable
from bus.cli.up.painting import Paint
from bus.cli.up.writing import Lines
from bus.local.ledger import Hop
from bus.local.up.apis import Address
from bus.local.up.names import Names
from bus.local.up.places import Places
from bus.local.up.serving import Up
from bus.local.up.watcher import Watcher

_REFUSED = "not changed"


class Display(Watcher):
    """Writes lines; with `follow`, one for each hop and each line of a function's log too."""

    def __init__(self, places: Places, lines: Lines, paint: Paint, *, follow: bool) -> None:
        self._places, self._out, self._paint, self._follow = places, lines, paint, follow
        self._names: Names | None = None  # until it is ready
        self._flow = FlowLines(paint)
        self._outcomes: dict[str, str] = {}

    def ready(self, up: Up, seconds: float) -> None:
        """Say where everything is."""
        self._names = up.names
        rows = [("AWS endpoint", up.endpoint, f"export AWS_ENDPOINT_URL={up.endpoint}")]
        rows += [(f"{each.stack} API", each.url, f"bus token {each.stack}") for each in up.addresses]
        rows += [("stacks", ", ".join(names), outcome) for outcome, names in self._by_outcome().items()]
        if up.recovered.machine is not None:
            again = f"read in {up.recovered.seconds:.1f} s, {up.recovered.inputs:,} changes since its last snapshot"
            rows.append(("state", self._short(self._places.state), again))
        else:
            rows.append(("state", self._short(self._places.state), "new"))
        rows.append(("function logs", self._short(self._places.logs), ""))
        rows.append(("elsewhere", "bus tail", "bus status, bus publish --example OrderPlaced.v1, bus dlq list"))
        first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
        for name, what, more in rows:
            padded = self._paint(what, "address") + " " * (second - len(what))
            self._out.say(f"{name:{first}}  {padded}  {self._paint(more, 'faint')}".rstrip())
        self._say("strong", f"Ready in {seconds:.1f} s. Ctrl-C stops it; what was acknowledged is kept.")

    def stopping(self) -> None:
        """It has been told to stop."""
        self._say("faint", "Stopping ...")

    def stopped(self) -> None:
        """It is at its end."""
        self._say("faint", "Stopped. bus up goes on from here; bus down --clean forgets.")

    def cut_short(self) -> None:
        """It has been told to stop twice."""
        self._say("waiting", "Ended at once. What was acknowledged is kept.")
        self._out.end()

    def hops(self, hops: Sequence[Hop]) -> None:
        if self._follow and self._names is not None:
            for hop in hops:
                self._out.say(self._flow.line(self._names.told(hop)))

    def logged(self, function: str, request_id: str, line: str) -> None:  # noqa: ARG002 - hops tell which event it was
        found = readable(line) if self._follow else None
        if found is not None:
            text, colour = found
            for part in text.splitlines():
                self._out.say(f"{INDENT}{self._paint(f'{self._called(function)} | {part}', colour)}")

    def code_changed(self, function: str, files: Sequence[Path]) -> None:
        named = ", ".join(self._short(file) for file in files if file.suffix)
        self._say("waiting", f"{self._called(function)} runs new code: {named or 'files came or went'}")

    def deployed(self, stack: str, outcome: str) -> None:
        before, self._outcomes[stack] = self._outcomes.get(stack), outcome
        if self._names is None:
            return
        if outcome != "unchanged":
            self._say("waiting", f"stack {stack} {outcome}")
        elif before == _REFUSED:
            self._say("waiting", f"stack {stack} is as its template has it")

    def refused(self, stack: str, error: Exception) -> None:
        self._outcomes[stack] = _REFUSED
        self._say("bad", f"stack {stack} was not changed: {' '.join(str(error).split())}")

    def template_gone(self, stack: str) -> None:
        delete = f"aws cloudformation delete-stack --stack-name {stack}"
        self._say("waiting", f"the template of {stack} is gone; the stack stays until: {delete}")

    def addresses(self, come: Sequence[Address], gone: Sequence[Address]) -> None:
        if self._names is not None:
            for each in come:
                self._say("waiting", f"{each.stack} API is at {each.url}")
            for each in gone:
                self._say("waiting", f"{each.stack} API at {each.url} is gone")

    def _by_outcome(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for stack, outcome in self._outcomes.items():
            found.setdefault(outcome, []).append(stack)
        return found

    def _called(self, function: str) -> str:
        return function if self._names is None else self._names.short(function)

    def _short(self, path: Path) -> str:
        """Within the project, without it."""
        return str(path.relative_to(self._places.root)) if path.is_relative_to(self._places.root) else str(path)

    def _say(self, colour: str, text: str) -> None:
        self._out.say(self._paint(text, colour))
