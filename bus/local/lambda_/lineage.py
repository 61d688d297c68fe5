"""Recursive loop detection: how often a function was invoked on behalf of one first event.

Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite loops". Of what AWS follows an event
through (Lambda, SQS, S3, SNS), the plane follows functions that invoke functions.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from bus.local.errors import AwsError
from bus.local.lambda_.trace_header import Chain, mark

MOST = 16  # invocations "in the same chain of requests"; AWS says "approximately"
_NOTHING = Chain()


class Lineage:
    """The chains of the functions that run now, the innermost last."""

    def __init__(self) -> None:
        self._running: list[Chain] = []

    @property
    def present(self) -> Chain:
        """What has led here; empty outside of functions."""
        return self._running[-1] if self._running else _NOTHING

    @contextmanager
    def told(self, header: str) -> Iterator[None]:
        """Within the block, what is done is done by a function in a process, as the X-Amzn-Trace-Id of its call says.

        A header that says nothing of functions, and an empty one, are somebody else's.
        """
        self._running.append(Chain.of_header(header) if header else _NOTHING)
        try:
            yield
        finally:
            self._running.pop()

    @contextmanager
    def invoking(self, name: str, chain: Chain, *, terminates: bool) -> Iterator[None]:
        """Run a function at the end of a chain. Raises RecursiveInvocationException when `terminates` is asked for."""
        function = mark(name)
        count = chain.counts.get(function, 0)
        if terminates and count >= MOST:
            raise AwsError(
                "RecursiveInvocationException",
                "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services"
                " resources and stopped your function's invocation.",
                Type="User",
            )
        self._running.append(Chain({**chain.counts, function: count + 1}, chain.root))
        try:
            yield
        finally:
            self._running.pop()
