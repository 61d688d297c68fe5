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


@dataclass(frozen=True)
class Up:
    """A running platform."""

    live: Live
    server: Server
    apis: Apis
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

    Raises RunningAlreadyError, PortTakenError, DamagedJournalError and UnreadableStateError.
    """
    async with AsyncExitStack() as exits:
        exits.enter_context(Lock(places))
        exits.enter_context(mock_aws())
        os.environ["AWS_DEFAULT_REGION"] = Plane.region
        state = State(places.state)
        recovered = state.recover()
        machine = recovered.machine or _begun(state)
        up = await _served(places, options, watcher, exits, machine, state, recovered)
        yield up


async def _served(
    places: Places,
    options: Options,
    watcher: Watcher,
    exits: AsyncExitStack,
    machine: Machine,
    state: State,
    recovered: Recovered,
) -> Up:
    plane = machine.plane
    feed = Feed(plane.ledger)
    exits.callback(feed.watch(watcher.hops))
    processes = Processes(
        places.root,
        places.own,
        lambda work: credentials.environment(work),  # noqa: PLW0108 - there are none before there is a platform
        logged=watcher.logged,
        changed=watcher.code_changed,
    )
    exits.push_async_callback(processes.close)
    live = Live(machine, state, unsaved=recovered.replaying, run_function=processes.start, changed=feed.look)
    credentials = Credentials(live.call, lambda: f"http://{HOST}:{server.port}")
    server = Server(Admin(plane, feed, Endpoint(live).answer).answer)
    await server.start(HOST, options.port)
    exits.callback(live.stop)
    exits.push_async_callback(server.stop)
    live.start()
    apis = Apis(live.visit, server.port + 1 if options.port else 0)
    exits.push_async_callback(apis.stop)
    up = Up(live, server, apis, recovered)
    templates = Templates(places.root)
    await _deploy(up, templates, watcher)
    looking = asyncio.create_task(_keep_deployed(up, templates, watcher, places))
    exits.push_async_callback(_ended, looking)
    _announce(places, up)
    return up


def _begun(state: State) -> Machine:
    machine = begun(time.time(), secrets.randbits(64))
    state.begin(machine)
    return machine


async def _deploy(up: Up, templates: Templates, watcher: Watcher) -> bool:
    """Deploy what is new or changed of the project's templates; whether there was anything."""
    sources = list(templates.changed())
    for source in sources:
        _deploy_one(up, source, watcher)
        await asyncio.sleep(0)  # whoever waits gets an answer between two stacks
    if sources:
        await up.apis.settle(api_ids(up.live.plane))
    return bool(sources)


def _deploy_one(up: Up, source: Source, watcher: Watcher) -> None:
    try:
        outcome = up.live.deploy(source.stack, source.body, str(source.path), {})
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a template being written, the rest goes on
        watcher.refused(source.stack, error)
    else:
        watcher.deployed(source.stack, outcome)


async def _keep_deployed(up: Up, templates: Templates, watcher: Watcher, places: Places) -> None:
    while True:
        await asyncio.sleep(_LOOK)
        if await _deploy(up, templates, watcher) or api_ids(up.live.plane).keys() != {
            address.api_id for address in up.addresses
        }:
            await up.apis.settle(api_ids(up.live.plane))
            _announce(places, up)


def _announce(places: Places, up: Up) -> None:
    places.announce(
        {
            "pid": os.getpid(),
            "endpoint": up.endpoint,
            "region": Plane.region,
            "account": Plane.account,
            "apis": {address.stack: address.url for address in up.addresses},
        }
    )


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])
