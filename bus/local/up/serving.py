"""The whole of `bus up`: recovered or new, deployed, served, and stopped again."""

import asyncio
import logging
import os
import resource
import secrets
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from moto import mock_aws

from bus.local.access import Gate
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.processes import Processes
from bus.local.up import moto_state
from bus.local.up.admin import Admin
from bus.local.up.apis import HOST, Address, Apis
from bus.local.up.beginning import begun
from bus.local.up.credentials import Credentials
from bus.local.up.deploying import Deploying
from bus.local.up.feed import Feed
from bus.local.up.functions import Functions, prepare
from bus.local.up.live import Live
from bus.local.up.machine import Machine
from bus.local.up.names import Names
from bus.local.up.places import Lock, Places
from bus.local.up.root import root_credentials
from bus.local.up.state import Recovered, State
from bus.local.up.watcher import Watcher
from bus.local.wire.endpoint import Endpoint
from bus.local.wire.messages import Request, Response
from bus.local.wire.server import Answerer, Server

_log = logging.getLogger(__name__)

_GRACE = 1.0  # seconds that answers under way have at the end; a long poll is not waited for


@dataclass(frozen=True)
class Options:
    """How to serve: `port` 0 is any free one; `auth` checks signatures and policies."""

    port: int = 4566
    auth: bool = False


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


class _Door:
    """Answers for the endpoint until that is there: the port is taken before anything is read or changed."""

    def __init__(self) -> None:
        self.answerer: Answerer = lambda _: Later.of(Response(503, {"retry-after": "1"}))

    def answer(self, request: Request) -> Any:
        return self.answerer(request)


@asynccontextmanager
async def serving(places: Places, options: Options, watcher: Watcher) -> AsyncIterator[Up]:
    """Run the platform of a project within the block.

    Raises RunningAlreadyError, PortTakenError, DamagedJournalError and UnreadableStateError, and has changed nothing
    then.
    """
    _allow_many_files()
    async with AsyncExitStack() as exits:
        exits.enter_context(Lock(places))
        door = _Door()
        server = Server(door.answer)
        await server.start(HOST, options.port)
        exits.push_async_callback(server.stop, 0)
        exits.enter_context(mock_aws())
        os.environ["AWS_DEFAULT_REGION"] = Plane.region
        moto_state.settle()
        state = State(places.state)
        recovered = state.recover()
        machine = recovered.machine or _begun(state)
        names = Names(machine.plane)
        feed = Feed(machine.plane.ledger, names)
        exits.callback(feed.watch(watcher.hops))
        gate = Gate(machine.plane, root=root_credentials(places), enforce=options.auth)
        live, processes = _running(places, watcher, exits, machine, recovered.replaying, state, feed, server, gate)
        exits.push_async_callback(server.stop, _GRACE)
        live.start()
        endpoint = Endpoint(live, gate.admit if options.auth else None)
        door.answerer = Admin(machine.plane, names, feed, endpoint.answer).answer
        apis = Apis(live.visit, server.port + 1 if options.port else 0)
        exits.push_async_callback(apis.stop, _GRACE)
        up = Up(live, server, apis, names, recovered)
        deploying = Deploying(places.root, live, apis, watcher)
        await deploying.begin()
        names.forget()
        _announce(places, up)
        _in_background(exits, prepare(machine.plane, processes))
        _in_background(exits, deploying.keep(lambda: _changed(places, up)))
        yield up


def _running(
    places: Places,
    watcher: Watcher,
    exits: AsyncExitStack,
    machine: Machine,
    unsaved: float,
    state: State,
    feed: Feed,
    server: Server,
    gate: Gate,
) -> tuple[Live, Processes]:
    credentials = Credentials(gate, lambda: f"http://{HOST}:{server.port}")
    processes = Processes(
        places.root, places.own, credentials.environment, logged=watcher.logged, changed=watcher.code_changed
    )
    exits.push_async_callback(processes.close)
    run = Functions(processes).run
    live = Live(machine, state, unsaved=unsaved, run_function=run, changed=feed.look)
    exits.callback(live.stop)
    return live, processes


def _begun(state: State) -> Machine:
    machine = begun(time.time(), secrets.randbits(64))
    state.begin(machine)
    return machine


def _changed(places: Places, up: Up) -> None:
    up.names.forget()
    _announce(places, up)


def _announce(places: Places, up: Up) -> None:
    places.announce(
        {
            "pid": os.getpid(),
            "endpoint": up.endpoint,
            "region": Plane.region,
            "account": Plane.account,
            "apis": {address.stack: address.url for address in up.addresses},
            # They are this user's, as the file is.
            "credentials": dict(zip(("access_key", "secret_key"), root_credentials(places), strict=True)),
        }
    )


def _allow_many_files() -> None:
    """Each connection and each function's process takes some."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _in_background(exits: AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    """Until the platform stops; a failure of it is logged when it happens."""
    task = asyncio.create_task(work)
    task.add_done_callback(_tell_failure)
    exits.push_async_callback(_ended, task)


def _tell_failure(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("work in the background failed", exc_info=error)


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])
