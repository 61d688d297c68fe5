"""Recursive loop detection: how often a function was invoked on behalf of one first event.

Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite loops". Of what AWS follows an event
through (Lambda, SQS, S3, SNS), the plane follows functions that invoke functions.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bus.local.errors import AwsError

MOST = 16  # invocations "in the same chain of requests"; AWS says "approximately"
Chain = Mapping[str, int]


class Lineage:
    """The chains of the functions that run now, the innermost last: invocations by the name of each function."""

    def __init__(self) -> None:
        self._running: list[Chain] = []

    @property
    def present(self) -> Chain:
        """What has led here; empty outside of functions."""
        return self._running[-1] if self._running else {}

    @contextmanager
    def invoking(self, name: str, chain: Chain, *, terminates: bool) -> Iterator[None]:
        """Run a function at the end of a chain. Raises RecursiveInvocationException when `terminates` is asked for."""
        count = chain.get(name, 0)
        if terminates and count >= MOST:
            raise AwsError(
                "RecursiveInvocationException",
                "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services"
                " resources and stopped your function's invocation.",
                Type="User",
            )
        self._running.append({**chain, name: count + 1})
        try:
            yield
        finally:
            self._running.pop()
