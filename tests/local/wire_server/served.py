"""A server on a thread of its own, and a client that speaks to it byte by byte."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from bus.local.later import Later
from bus.local.wire.messages import Request, Response
from bus.local.wire.server import Answerer, Limits, Server

PATIENCE = 10  # seconds; what takes longer is broken

_T = TypeVar("_T")


@dataclass(frozen=True)
class Answered:
    """An answer off the wire; `headers` in lower case, those that came more than once joined by newlines."""

    status: int
    headers: dict[str, str]
    body: bytes


class Served:
    """`answer` behind a server on `port`; its loop runs in a thread."""

    def __init__(self, answer: Answerer, limits: Limits, make_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
        self._loop = make_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.server = Server(answer, limits=limits)
        self.wait(self.server.start("127.0.0.1", 0))
        self._stopped = False
        self._clients: list[Client] = []

    def wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run `work` on the server's loop to its end."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def on_loop(self, do: Callable[[], _T]) -> _T:
        """Run `do` on the server's thread, after all that its loop has to do already."""

        async def doing() -> _T:
            return do()

        return self.wait(doing())

    def soon(self, do: Callable[[], object]) -> None:
        """Run `do` on the server's thread a little later."""
        self._loop.call_soon_threadsafe(self._loop.call_later, 0.05, do)

    def stop(self, grace: float = 5) -> None:
        if not self._stopped:
            self._stopped = True
            self.wait(self.server.stop(grace))

    def connect(self) -> "Client":
        client = Client(self.server.port)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self.stop(grace=0)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._read = self._socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def ask(self, data: bytes, *, head: bool = False) -> Answered:
        self.send(data)
        return self.answer(head=head)

    def get(self, path: str = "/") -> Answered:
        return self.ask(f"GET {path} HTTP/1.1\r\nhost: here\r\n\r\n".encode())

    def answer(self, *, head: bool = False) -> Answered:
        status = int(self._read.readline().split()[1])
        headers: dict[str, str] = {}
        while line := self._read.readline().strip():
            name, _, value = line.decode("latin-1").partition(": ")
            headers[name.lower()] = f"{headers[name.lower()]}\n{value}" if name.lower() in headers else value
        if head or status in {100, 204, 304}:
            return Answered(status, headers, b"")
        if headers.get("transfer-encoding") == "chunked":
            return Answered(status, headers, b"".join(iter(self.chunk, b"")))
        length = headers.get("content-length")
        return Answered(status, headers, self._read.read() if length is None else self._read.read(int(length)))

    def start_of_answer(self) -> int:
        """The status of an answer whose body is still to come."""
        status = int(self._read.readline().split()[1])
        while self._read.readline().strip():
            pass
        return status

    def chunk(self) -> bytes:
        """The next piece of a chunked body; empty at its end."""
        data = self._read.read(int(self._read.readline(), 16))
        assert self._read.readline() == b"\r\n"
        return data

    def line(self) -> bytes:
        return self._read.readline()

    def rest(self) -> bytes:
        """All that comes until the server closes."""
        try:
            return self._read.read()
        except ConnectionResetError:
            return b""

    def hang_up(self) -> None:
        """Send no more, but read on."""
        self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._read.close()
        self._socket.close()


def echo(request: Request) -> Later[Response]:
    """Answers with the request's own body, and says what it was asked."""
    asked = f"{request.method} {request.path}?{request.query}"
    return Later.of(Response(200, {"content-type": "text/plain", "asked": asked}, request.body))
