"""One request and its answer, which may take time or go on for long."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeAlias

from bus.local.later import Later
from bus.local.wire.http.incoming import Whole
from bus.local.wire.http.outgoing import chunk, has_body, head
from bus.local.wire.messages import Request, Response, Stream

Answer: TypeAlias = Later[Response] | Later[Stream] | Later[Response | Stream]
Answerer: TypeAlias = Callable[[Request], Answer]

_LOG = logging.getLogger(__name__)
FAILED = Response(500, {"content-type": "text/plain"}, b"Internal server error: the log says why\n")
_COPIED = 64 * 1024  # bytes; a body up to this length goes out in one piece with its head


class Waiter:
    """Goes on when an answer is there. A snapshot that holds it knows no connections: restored, it does nothing."""

    def __init__(self, follow: Callable[[Answer], None]) -> None:
        self._follow = follow

    def __call__(self, later: Answer) -> None:
        self._follow(later)

    def __reduce__(self) -> tuple[object, ...]:
        return Waiter, (_ignore,)


def _ignore(later: Answer) -> None:
    """Its client is long gone."""


class Exchange:
    """Has a request answered and writes the answer.

    `over` is called once that is done, with whether the connection may be used further. A client that lets `unread`
    bytes of a stream pile up is cut off.
    """

    __slots__ = ("_later", "_left", "_over", "_stream", "_transport", "_unread", "_whole", "retiring")

    def __init__(
        self, whole: Whole, transport: asyncio.Transport, over: Callable[[bool], None], *, unread: int
    ) -> None:
        self._whole, self._transport, self._over, self._unread = whole, transport, over, unread
        self._later: Answer | None = None
        self._stream: Stream | None = None
        self._left = False
        self.retiring = False  # the connection is to be closed afterwards

    def run(self, answer: Answerer) -> None:
        """Ask for the answer, and write it now or when it is there."""
        try:
            later = answer(self._whole.request)
        except Exception:  # noqa: BLE001 - one request's failure, whatever it is, must not end the others'
            _LOG.exception("%s %s could not be answered", self._whole.request.method, self._whole.request.path)
            self._write(FAILED, self._head(FAILED))
            return
        if later.done:
            self._settled(later)
        else:
            self._later = later
            later.then(Waiter(self._settled))

    def leave(self) -> None:
        """The client hung up: whoever works on the answer is told."""
        self._left = True
        later, self._later = self._later, None
        if later is not None and later.abandon is not None:
            abandon, later.abandon = later.abandon, None
            abandon()
        if self._stream is not None:
            self._stream.cut()

    def interrupt(self) -> None:
        """The server stops: end a stream; any other answer goes out."""
        self.retiring = True
        if self._stream is not None:
            stream = self._stream
            self.end()
            stream.cut()

    def send(self, chunk_: bytes) -> None:
        """A piece of the stream that is the answer."""
        if self._left or self._whole.request.method == "HEAD":
            return
        self._transport.write(chunk_ if self._whole.old else chunk(chunk_))
        if self._transport.get_write_buffer_size() > self._unread:
            self._transport.abort()

    def end(self) -> None:
        """The stream has ended."""
        if self._left or self._stream is None:
            return
        self._stream = None
        if not self._whole.old and self._whole.request.method != "HEAD":
            self._transport.write(chunk(b""))
        self._finish(keeps=not self._whole.old)

    def _settled(self, later: Answer) -> None:
        self._later = None
        try:
            answer: Response | Stream = later.result()
            start = self._head(answer)
        except Exception:  # noqa: BLE001 - as in `run`
            _LOG.exception("%s %s could not be answered", self._whole.request.method, self._whole.request.path)
            answer, start = FAILED, self._head(FAILED)
        if isinstance(answer, Stream):
            self._start(answer, start)
        else:
            self._write(answer, start)

    def _head(self, answer: Response | Stream) -> bytes:
        if isinstance(answer, Stream):
            framing = "" if self._whole.old else "transfer-encoding: chunked\r\n"
        elif not has_body(answer.status):
            framing = ""
        else:
            length = _length(answer) if self._whole.request.method == "HEAD" else len(answer.body)
            framing = f"content-length: {length}\r\n"
        if self.retiring or not self._whole.persistent or (self._whole.old and isinstance(answer, Stream)):
            framing += "connection: close\r\n"
        elif self._whole.old:
            framing += "connection: keep-alive\r\n"
        return head(answer.status, answer.headers, framing)

    def _start(self, stream: Stream, start: bytes) -> None:
        if self._left:
            stream.cut()
            return
        self._transport.write(start)
        self._stream = stream
        stream.attach(self)
        if self._whole.request.method == "HEAD":
            self.interrupt()

    def _write(self, response: Response, start: bytes) -> None:
        if self._left:
            return
        if self._whole.request.method == "HEAD" or not has_body(response.status):
            self._transport.write(start)
        elif len(response.body) <= _COPIED:
            self._transport.write(start + response.body)
        else:
            self._transport.write(start)
            self._transport.write(response.body)
        self._finish(keeps=True)

    def _finish(self, *, keeps: bool) -> None:
        self._over(keeps and self._whole.persistent and not self.retiring)


def _length(response: Response) -> str:
    """Of the body that GET would have brought: as the answer says, if it does (RFC 9110, 8.6)."""
    for name, value in response.headers.items():
        if name.lower() == "content-length" and isinstance(value, str):
            return value
    return str(len(response.body))
