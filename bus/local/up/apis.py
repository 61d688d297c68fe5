"""Each HTTP API at an address of its own."""

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
    """A server for each API, beginning at a port; an API keeps its port for as long as it is there."""

    def __init__(self, visit: Callable[[str, HttpRequest], Later[HttpResponse]], first_port: int) -> None:
        self._visit, self._next_port = visit, first_port
        self._servers: dict[str, tuple[Address, Server]] = {}

    @property
    def addresses(self) -> list[Address]:
        """Every API, in the order in which they came."""
        return [address for address, _ in self._servers.values()]

    async def settle(self, apis: Mapping[str, str]) -> None:
        """Serve exactly these: the stack of each API, by its id. Raises PortTakenError when no port is found."""
        for gone in [api for api in self._servers if api not in apis]:
            _, server = self._servers.pop(gone)
            await server.stop(0)
        for api_id, stack in apis.items():
            if api_id not in self._servers:
                server = await self._started(api_id)
                self._servers[api_id] = Address(stack, api_id, server.port), server

    async def stop(self) -> None:
        await self.settle({})

    async def _started(self, api_id: str) -> Server:
        server = Server(HttpApiAnswerer(self._visit, api_id).answer)
        for port in self._candidates():
            try:
                await server.start(HOST, port)
            except PortTakenError:
                continue
            self._next_port = port + 1
            return server
        raise PortTakenError(self._next_port, HOST)

    def _candidates(self) -> Iterable[int]:
        return range(self._next_port, self._next_port + _TRIES) if self._next_port else (0,)
