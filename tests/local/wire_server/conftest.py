"""A server in front of whatever a test lets it serve."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
import uvloop

from bus.local.wire.server import Answerer, Limits
from tests.local.wire_server.served import Served, echo

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.new_event_loop,
    "uvloop": uvloop.new_event_loop,
}


@pytest.fixture(params=LOOPS)
def serve(request: Any) -> Iterator[Callable[..., Served]]:
    """`serve(answer, limits)`: a server of it, on each kind of loop."""
    with ExitStack() as stack:

        def start(answer: Answerer = echo, limits: Limits | None = None) -> Served:
            return stack.enter_context(closing(Served(answer, limits or Limits(), LOOPS[request.param])))

        yield start
