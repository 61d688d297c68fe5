"""The whole of `bus up`: recovered or new, deployed, served, and stopped again."""

import asyncio
import logging
import os
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from moto import mock_aws

from bus.local.ledger import Hop
from bus.local.plane import Plane
from bus.local.processes import Processes
from bus.local.up.admin import Admin
from bus.local.up.apis import HOST, Address, Apis
from bus.local.up.beginning import begun
from bus.local.up.credentials import Credentials
from bus.local.up.feed import Feed
from bus.local.up.live import Live
from bus.local.up.machine import Machine
from bus.local.up.places import Lock, Places
from bus.local.up.stack_apis import api_ids
from bus.local.up.state import Recovered, State
from bus.local.up.templates import Source, Templates
from bus.local.wire.endpoint import Endpoint
from bus.local.wire.server import Server

_log = logging.getLogger(__name__)

_LOOK = 0.25  # seconds between two looks at the templates


@dataclass(frozen=True)
class Options:
    """How to serve: `port` 0 is any free one; `auth` checks signatures and policies."""

    port: int = 4566
    auth: bool = False


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
        """HTTP APIs have addresses now, or no longer."""


@dataclass(frozen=True)
class Up:
    """A running platform."""

    live: Live
    server: Server
    apis: Apis
    names: Names
    recovered: Recovered

    @property
    def endpoint(self) -> str:
        """The address of the AWS endpoint."""
        return f"http://{HOST}:{self.server.port}"

    @property
    def addresses(self) -> list[Address]:
        """Where each HTTP API is."""
        return self.apis.addresses


@asynccontextmanager
async def serving(places: Places, options: Options, watcher: Watcher) -> AsyncIterator[Up]:
    """Run the platform of a project within the block.

    Raises RunningAlreadyError, PortTakenError, DamagedJournalError and UnreadableStateError; then nothing was changed.
    """
    async with AsyncExitStack() as exits:
        exits.enter_context(Lock(places))
        door = Door()
        server = Server(door.answer)
        await server.start(HOST, options.port)
        exits.push_async_callback(server.stop)
        exits.enter_context(mock_aws())
        os.environ["AWS_DEFAULT_REGION"] = Plane.region
        state = State(places.state)
        recovered = state.recover()
        machine = recovered.machine or _begun(state)
        yield await _served(places, watcher, exits, machine, state, recovered, server, door)


async def _served(
    places: Places,
    watcher: Watcher,
    exits: AsyncExitStack,
    machine: Machine,
    state: State,
    recovered: Recovered,
    server: Server,
    door: Door,
) -> Up:
    plane = machine.plane
    names = Names(plane)
    feed = Feed(plane.ledger, names)
    exits.callback(feed.watch(watcher.hops))
    credentials = Credentials(lambda *asked: live.call(*asked), lambda: f"http://{HOST}:{server.port}")  # noqa: PLW0108 - there is none before there are functions
    processes = Processes(
        places.root, places.own, credentials.environment, logged=watcher.logged, changed=watcher.code_changed
    )
    exits.push_async_callback(processes.close)
    live = Live(machine, state, run_function=Functions(processes, credentials).run, changed=feed.look)
    exits.callback(live.stop)
    exits.push_async_callback(server.stop)
    live.start()
    door.open(Admin(plane, feed, Endpoint(live).answer).answer)
    apis = Apis(live.visit, server.port + 1 if options_port(server) else 0)
    return Up(live, server, apis, names, recovered)
