"""One request of a connection in HTTP/2, and its answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from bus.local.wire.http.exchange import Answer
from bus.local.wire.messages import Request, Stream


@dataclass
class Exchange:
    """A request that arrives; `later` is its answer once it was asked for.

    `rest` is what of the answer's body is still to be sent, all of it when `whole`; `stream` is an answer that goes on.
    """

    headers: dict[str, str]
    body: bytearray = field(default_factory=bytearray)
    later: Answer | None = None
    stream: Stream | None = None
    rest: bytearray = field(default_factory=bytearray)
    whole: bool = False

    @classmethod
    def of(cls, headers: Iterable[tuple[str, str]]) -> Self:
        """A new one; headers that came more than once are joined as `Request` has them."""
        joined: dict[str, str] = {}
        for name, value in headers:
            before = f"{joined[name]}{'; ' if name == 'cookie' else ','}" if name in joined else ""
            joined[name] = before + value
        return cls(joined)

    @property
    def method(self) -> str:
        """Such as "GET"."""
        return self.headers[":method"]

    def request(self) -> Request:
        """The request, when it is whole."""
        headers = {name: value for name, value in self.headers.items() if not name.startswith(":")}
        headers.setdefault("host", self.headers.get(":authority", ""))
        path, _, query = self.headers[":path"].partition("?")
        return Request(self.method, path, query, headers, bytes(self.body))

    def leave(self) -> None:
        """The client waits for it no more: whoever works on the answer is told."""
        if self.later is not None and self.later.abandon is not None:
            abandon, self.later.abandon = self.later.abandon, None
            abandon()
        if self.stream is not None:
            self.stream.cut()
