"""A small HTTP/1.1 server: asyncio and httptools, and no task of its own for a connection or a request."""

import asyncio
import errno
import resource

from bus.local.errors import PlaneError
from bus.local.wire.http.connection import Connection
from bus.local.wire.http.crowd import Crowd
from bus.local.wire.http.exchange import Answer, Answerer
from bus.local.wire.http.limits import Limits

__all__ = ["Answer", "Answerer", "Limits", "PortTakenError", "Server"]

_BACKLOG = 1024
_SWEEPS = 4  # within the shortest of the limits


class PortTakenError(PlaneError):
    """Another program listens there."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.port, self.host = port, host
        super().__init__(f"port {port} of {host} is taken by another program; stop that program or choose another port")


class Server:
    """Serves `answer`, which is called on the loop's thread with each whole request and may answer later.

    What `answer` raises, or its answer fails with, is logged and a 500; the connection lives on. When a client hangs up
    before its answer is there, the answer's `abandon` is called. Requests of one connection are answered one after the
    other (pipelined ones wait).
    """

    def __init__(self, answer: Answerer, *, limits: Limits | None = None) -> None:
        self._answer, self._limits = answer, limits or Limits()
        self._port = 0
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens, once it has started."""
        return self._port

    async def start(self, host: str, port: int) -> None:
        """Listen; on any free port if `port` is 0. Raises PortTakenError."""
        loop = asyncio.get_running_loop()
        self._crowd = crowd = Crowd(self._limits, _most(self._limits))
        try:
            self._server = await loop.create_server(
                lambda: Connection(self._answer, crowd, loop), host, port, backlog=_BACKLOG
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortTakenError(port, host) from None
        self._port = self._server.sockets[0].getsockname()[1]
        self._interval = min(1.0, self._limits.shortest / _SWEEPS)
        self._sweep(loop)

    async def stop(self, grace: float = 5) -> None:
        """Take no more requests, let the answers under way go out for `grace` seconds, and close.

        Nothing happens when it does not listen.
        """
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for connection in self._crowd.everybody():
            connection.retire()
        try:
            await asyncio.wait_for(self._crowd.gone.wait(), grace)
        except TimeoutError:
            for connection in self._crowd.everybody():
                connection.cut_off()
            await self._crowd.gone.wait()
        self._timer.cancel()

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        self._crowd.sweep(loop.time())
        self._timer = loop.call_later(self._interval, self._sweep, loop)


def _most(limits: Limits) -> int:
    """How many connections there may be: half of the files that the process may open is for the rest of it."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return limits.connections if files == resource.RLIM_INFINITY else min(limits.connections, files // 2)
