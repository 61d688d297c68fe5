"""An HTTP API, in process and on a socket."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import uvloop

from bus.local.http_api import HttpApiRoom
from bus.local.plane import Plane
from bus.local.wire.http_api import HttpApiAnswerer
from bus.local.wire.server import Limits
from tests.local.http_apis.site import LambdaRoom, Site, template
from tests.local.wire_server.served import Served


@pytest.fixture
def site_of(plane_with: Callable[..., Plane], tmp_path: Path) -> Callable[..., Site]:
    """`site_of(template)`: its API."""

    def build(text: str | None = None) -> Site:
        return Site(plane_with(LambdaRoom, HttpApiRoom), tmp_path / "template.yaml").deploy(text or template())

    return build


@pytest.fixture
def serve() -> Iterator[Callable[[Site], Served]]:
    """`serve(site)`: a server of its API on a port of its own."""
    with ExitStack() as stack:

        def start(site: Site) -> Served:
            answerer = HttpApiAnswerer(site.room.begin_request, site.id)
            return stack.enter_context(closing(Served(answerer.answer, Limits(), uvloop.new_event_loop)))

        yield start
