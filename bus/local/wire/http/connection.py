"""One client's connection: its requests are answered one after the other, as they came."""

import asyncio
from typing import cast

from bus.local.wire.http.crowd import Crowd, Waiting
from bus.local.wire.http.exchange import Answerer, Exchange
from bus.local.wire.http.http2 import PREFACE, Http2
from bus.local.wire.http.incoming import Incoming, RefusedError, Stage
from bus.local.wire.http.outgoing import head

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.Protocol):
    """Reads requests and lets `answer` answer them, one at a time; those behind it wait."""

    _transport: asyncio.Transport

    def __init__(self, answer: Answerer, crowd: Crowd, loop: asyncio.AbstractEventLoop) -> None:
        self._answer, self._crowd, self._loop = answer, crowd, loop
        self._incoming = Incoming(crowd.limits)
        self._exchange: Exchange | None = None
        self._waits: Waiting | None = None
        self._writable = self._reading = True
        self._unwritten = 0
        self._going_on = False
        self._ended = False  # it reads no more: it lingers until the client has taken what was written, or is closed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if self._crowd.admit(self):
            self._wait(self._crowd.idle)
        else:
            self._ended = True
            self._transport.write(_plain(RefusedError(503, "Service unavailable: too many connections")))
            self._transport.close()

    def eof_received(self) -> None:
        """The client hung up: nothing tells it from one that only sends no more."""
        self._close()
        self._leave()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why makes no difference
        self._ended = True
        self._wait(None)
        self._crowd.leave(self)
        self._leave()

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        if self._incoming.stage is Stage.NOTHING and data.startswith(PREFACE):
            self._hand_over(data)
            return
        self._incoming.feed(data)
        self._go_on()

    def _hand_over(self, data: bytes) -> None:
        """The client speaks HTTP/2 from here on."""
        self._ended = True
        self._wait(None)
        self._crowd.leave(self)
        successor = Http2(self._answer, self._crowd, self._loop, self._transport)
        self._crowd.admit(successor)
        self._transport.set_protocol(successor)
        successor.data_received(data)

    def pause_writing(self) -> None:
        self._writable = False
        if not self._ended:
            self._stall()

    def resume_writing(self) -> None:
        self._writable = True
        self._go_on()

    def overdue(self) -> None:
        """Tell the client of an unfinished request so; cut off one that does not read."""
        waited, self._waits = self._waits, None
        if waited is self._crowd.heads or waited is self._crowd.bodies:
            self._refuse(RefusedError(408, "Request timeout: the rest of the request did not arrive in time"))
        elif waited is self._crowd.idle:
            self._close()
        elif waited is self._crowd.stalled and self._transport.get_write_buffer_size() < self._unwritten:
            self._stall()
        else:
            self.cut_off()

    def cut_off(self) -> None:
        """Close at once, whatever is under way."""
        self._ended = True
        self._transport.abort()

    def retire(self) -> None:
        """The server stops: close, after the answer under way if there is one."""
        if self._exchange is not None:
            self._exchange.interrupt()
        elif not self._ended:
            self._close()

    def _go_on(self) -> None:
        """Answer what has arrived, as far as that goes now, and wait for the rest."""
        if self._going_on or self._ended:
            return
        self._going_on, fresh = True, False
        inbox = self._incoming.inbox
        while inbox and self._exchange is None and self._writable and not self._ended:
            fresh = True
            item = inbox.popleft()
            if isinstance(item, RefusedError):
                self._refuse(item)
            else:
                self._exchange = Exchange(item, self._transport, self._over, unread=self._crowd.limits.unread)
                self._exchange.run(self._answer)
        self._going_on = False
        if not self._ended:
            self._settle(fresh=fresh)

    def _leave(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.leave()

    def _over(self, persistent: bool) -> None:  # noqa: FBT001 - the one thing that an exchange has to say
        self._exchange = None
        if persistent and not self._transport.is_closing():
            self._go_on()
        else:
            self._close()

    def _settle(self, *, fresh: bool) -> None:
        """Wait for what comes next, reading no more than one request ahead."""
        incoming, crowd = self._incoming, self._crowd
        ahead = bool(incoming.inbox)
        if ahead is self._reading:
            self._reading = not ahead
            (self._transport.pause_reading if ahead else self._transport.resume_reading)()
        if not self._writable:
            waits: Waiting | None = crowd.stalled
        elif self._exchange is not None or ahead:
            waits = None
        elif incoming.stage is Stage.NOTHING:
            waits, fresh = crowd.idle, True
        else:
            waits = crowd.heads if incoming.stage is Stage.HEAD else crowd.bodies
            if incoming.continues:
                incoming.continues = False
                self._transport.write(_CONTINUE)
        if fresh or waits is not self._waits:
            self._wait(waits)

    def _wait(self, waits: Waiting | None) -> None:
        if self._waits is not None:
            self._waits.leave(self)
        self._waits = waits
        if waits is not None:
            waits.enter(self, self._loop.time())

    def _stall(self) -> None:
        """Wait for the client to read; it gets further time as long as it reads some."""
        self._unwritten = self._transport.get_write_buffer_size()
        self._wait(self._crowd.stalled)

    def _refuse(self, refused: RefusedError) -> None:
        """Answer in plain text, and linger: closed while the client still sends, it would not see the answer."""
        self._transport.write(_plain(refused))
        self._ended = True
        if not self._reading:
            self._transport.resume_reading()
        self._transport.write_eof()
        self._wait(self._crowd.lingering)

    def _close(self) -> None:
        """Close when what was written is out, for which the client has as long as for any answer."""
        self._ended = True
        self._stall()
        self._transport.close()


def _plain(refused: RefusedError) -> bytes:
    body = f"{refused.reason}\n".encode()
    framing = f"content-length: {len(body)}\r\nconnection: close\r\n"
    return head(refused.status, {"content-type": "text/plain"}, framing) + body
