"""HTTP as the servers and the protocols of the wire hand it to one another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, whole: `path` and `query` as they were sent, percent-encoded; names of headers in lower case.

    Headers that came more than once are joined by "," (of cookies, by "; ").
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """Its answer. Content-Length, Date and Connection are the server's to add.

    `headers` may hold a list where one name has several values, as Set-Cookie does.
    """

    status: int
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)
    body: bytes = b""


class Sink(Protocol):
    """The connection that a stream goes out on."""

    def send(self, chunk: bytes) -> None:
        """Write a piece."""

    def end(self) -> None:
        """Nothing more comes."""


class Stream:
    """An answer that goes on, such as lines of server-sent events: what is pushed goes out at once, as a chunk.

    `on_closed` is called once when the other side ends it: the client hung up or read too slowly, or the server stops.
    """

    def __init__(self, status: int, headers: Mapping[str, str | list[str]]) -> None:
        self.status, self.headers = status, headers
        self.on_closed: Callable[[], None] | None = None
        self.closed = False
        self._sink: Sink | None = None
        self._early: list[bytes] = []

    def push(self, chunk: bytes) -> None:
        """Send on; nothing happens once it is closed."""
        if self.closed or not chunk:
            return
        if self._sink is None:
            self._early.append(chunk)
        else:
            self._sink.send(chunk)

    def close(self) -> None:
        """That was all."""
        if not self.closed:
            self.closed = True
            if self._sink is not None:
                self._sink.end()

    def attach(self, sink: Sink) -> None:
        """Let it go out on `sink`, beginning with what was pushed before; for the server."""
        self._sink = sink
        early, self._early = self._early, []
        for chunk in early:
            sink.send(chunk)
        if self.closed:
            sink.end()

    def cut(self) -> None:
        """The other side ended it; for the server."""
        if not self.closed:
            self.closed = True
            if self.on_closed is not None:
                self.on_closed()
