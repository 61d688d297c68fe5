"""Who is told what a running platform does."""

from collections.abc import Sequence
from pathlib import Path

from bus.local.ledger import Hop
from bus.local.up.apis import Address


class Watcher:
    """Is told what happens, on the loop's thread. A display overrides what it shows."""

    def hops(self, hops: Sequence[Hop]) -> None:
        """Events moved."""

    def logged(self, function: str, request_id: str, line: str) -> None:
        """A function wrote a line."""

    def code_changed(self, function: str, files: Sequence[Path]) -> None:
        """The next invocation runs new code."""

    def deployed(self, stack: str, outcome: str) -> None:
        """A stack was "created" or "updated", or is "unchanged"."""

    def refused(self, stack: str, error: Exception) -> None:
        """A template could not be deployed; the stack is as before."""

    def template_gone(self, stack: str) -> None:
        """A template was deleted; the stack is as before."""

    def addresses(self, come: Sequence[Address], gone: Sequence[Address]) -> None:
        """HTTP APIs have addresses, or have them no longer."""
