"""Each HTTP API at an address of its own."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bus.local.http_api import HttpRequest, HttpResponse
from bus.local.later import Later
from bus.local.wire.http_api import HttpApiAnswerer
from bus.local.wire.server import PortTakenError, Server

HOST = "127.0.0.1"
_TRIES = 50  # ports that may be taken by others, one after the other


@dataclass(frozen=True)
class Address:
    """Where an API is."""

    stack: str
    api_id: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


class Apis:
    """A server for each API, beginning at a port (0: at any free ones), which it keeps for as long as it is there."""

    def __init__(self, visit: Callable[[str, HttpRequest], Later[HttpResponse]], first_port: int) -> None:
        self._visit, self._next_port = visit, first_port
        self._servers: dict[str, tuple[Address, Server]] = {}

    @property
    def addresses(self) -> list[Address]:
        """Every API, in the order in which they came."""
        return [address for address, _ in self._servers.values()]

    async def settle(self, apis: Mapping[str, str]) -> tuple[list[Address], list[Address]]:
        """Serve exactly these: the stack of each API, by its id. What came, and what went.

        Raises PortTakenError when no port is found.
        """
        gone = [api for api in self._servers if api not in apis]
        left = [await self._stopped(api) for api in gone]
        come = [await self._started(api, stack) for api, stack in apis.items() if api not in self._servers]
        return come, left

    async def stop(self, grace: float = 0) -> None:
        """Serve none; answers under way have `grace` seconds to go out."""
        servers = [server for _, server in self._servers.values()]
        self._servers.clear()
        await asyncio.gather(*(server.stop(grace) for server in servers))

    async def _stopped(self, api_id: str) -> Address:
        address, server = self._servers.pop(api_id)
        await server.stop(0)
        return address

    async def _started(self, api_id: str, stack: str) -> Address:
        server = Server(HttpApiAnswerer(self._visit, api_id).answer)
        for port in self._candidates():
            try:
                await server.start(HOST, port)
            except PortTakenError:
                continue
            if port:
                self._next_port = port + 1
            address = Address(stack, api_id, server.port)
            self._servers[api_id] = address, server
            return address
        raise PortTakenError(self._next_port, HOST)

    def _candidates(self) -> Iterable[int]:
        return range(self._next_port, self._next_port + _TRIES) if self._next_port else (0,)
