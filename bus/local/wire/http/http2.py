"""HTTP/2 on a connection that begins with its preface (RFC 9113, 3.3): nothing of it has to be negotiated.

The AWS SDKs for JavaScript and Java speak nothing else with Kinesis, to an http:// address too. Requests of one
connection are answered at the same time.
"""

import asyncio
import logging

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RequestReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError

from bus.local.later import Later
from bus.local.wire.http.crowd import Crowd, Waiting
from bus.local.wire.http.exchange import FAILED, Answer, Answerer, Waiter
from bus.local.wire.http.http2_exchange import Exchange
from bus.local.wire.http.outgoing import fields, has_body
from bus.local.wire.messages import Response, Stream

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_LOG = logging.getLogger(__name__)
_TOO_LARGE = Response(413, {"content-type": "text/plain"}, b"Request entity too large\n")


class Http2(asyncio.Protocol):
    """The rest of a connection's life, in HTTP/2; see `Connection` for what its methods do."""

    def __init__(
        self, answer: Answerer, crowd: Crowd, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport
    ) -> None:
        self._answer, self._crowd, self._loop, self._transport = answer, crowd, loop, transport
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding="latin-1"))
        self._h2.initiate_connection()
        self._exchanges: dict[int, Exchange] = {}
        self._waits: Waiting | None = None
        self._retiring = False

    def data_received(self, data: bytes) -> None:
        try:
            for event in self._h2.receive_data(data):
                self._happened(event)
        except ProtocolError:  # of which the client is told by what is flushed
            self._retiring = True
            self._exchanges_left()
        self._go_on()

    def eof_received(self) -> None:
        self._exchanges_left()
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why makes no difference
        self._wait(None)
        self._crowd.leave(self)
        self._exchanges_left()

    def overdue(self) -> None:
        self._waits = None
        self.cut_off()

    def cut_off(self) -> None:
        self._transport.abort()

    def retire(self) -> None:
        self._retiring = True
        for number, exchange in [*self._exchanges.items()]:
            if exchange.stream is not None:
                exchange.stream.cut()
                self._end(number)
        self._go_on()

    def _happened(self, event: Event) -> None:
        match event:
            case RequestReceived(stream_id=int(number), headers=headers):
                told = [(str(name), str(value)) for name, value in headers or ()]
                self._exchanges[number] = Exchange.of(told)
            case DataReceived(stream_id=int(number), data=data, flow_controlled_length=int(length)):
                self._h2.acknowledge_received_data(length, number)
                self._take(number, data or b"")
            case StreamEnded(stream_id=int(number)) if number in self._exchanges:
                self._run(number)
            case StreamReset(stream_id=int(number)) if number in self._exchanges:
                self._exchanges.pop(number).leave()
            case WindowUpdated():
                self._wait(None)  # who takes some of an answer may take longer for the rest
            case ConnectionTerminated():
                self._retiring = True

    def _take(self, number: int, data: bytes) -> None:
        exchange = self._exchanges.get(number)
        if exchange is None or exchange.later is not None:
            return
        exchange.body += data
        if len(exchange.body) > self._crowd.limits.body:
            exchange.body.clear()
            self._settle(number, Later.of(_TOO_LARGE))

    def _run(self, number: int) -> None:
        exchange = self._exchanges[number]
        if exchange.later is not None:
            return
        try:
            exchange.later = self._answer(exchange.request())
        except Exception:  # noqa: BLE001 - one request's failure, whatever it is, must not end the others'
            _LOG.exception("%s could not be answered", exchange.headers.get(":path"))
            exchange.later = Later.of(FAILED)
        exchange.later.then(Waiter(lambda later: self._settled(number, later)))

    def _settled(self, number: int, later: Answer) -> None:
        self._settle(number, later)
        self._go_on()

    def _settle(self, number: int, later: Answer) -> None:
        exchange = self._exchanges.get(number)
        if exchange is None:
            return
        exchange.later = later
        try:
            answer: Response | Stream = later.result()
            headers = [(":status", str(answer.status)), *fields(answer.headers)]
        except Exception:  # noqa: BLE001 - as in `_run`
            _LOG.exception("%s could not be answered", exchange.headers.get(":path"))
            answer, headers = FAILED, [(":status", str(FAILED.status)), *fields(FAILED.headers)]
        self._h2.send_headers(number, headers)
        if isinstance(answer, Stream):
            exchange.stream = answer
            answer.attach(_Sink(self, number))
        else:
            if exchange.method != "HEAD" and has_body(answer.status):
                exchange.rest += answer.body
            exchange.whole = True

    def push(self, number: int, chunk: bytes) -> None:
        """A piece of the stream that is an answer."""
        exchange = self._exchanges.get(number)
        if exchange is None:
            return
        exchange.rest += chunk
        if len(exchange.rest) > self._crowd.limits.unread:
            self.cut_off()
        else:
            self._go_on()

    def finish(self, number: int) -> None:
        """That stream has ended."""
        self._end(number)
        self._go_on()

    def _end(self, number: int) -> None:
        exchange = self._exchanges.get(number)
        if exchange is not None:
            exchange.stream, exchange.whole = None, True

    def _go_on(self) -> None:
        """Send what the client has room for, and wait for what comes next."""
        for number, exchange in [*self._exchanges.items()]:
            self._send(number, exchange)
        self._transport.write(self._h2.data_to_send())
        if self._retiring and not self._exchanges:
            self._transport.close()
        else:
            self._wait(self._next())

    def _send(self, number: int, exchange: Exchange) -> None:
        while exchange.rest or exchange.whole:
            room = min(self._h2.local_flow_control_window(number), self._h2.max_outbound_frame_size)
            if room <= 0 and exchange.rest:
                return
            piece = bytes(exchange.rest[:room])
            del exchange.rest[:room]
            over = exchange.whole and not exchange.rest
            self._h2.send_data(number, piece, end_stream=over)
            if over:
                del self._exchanges[number]
                return

    def _next(self) -> Waiting | None:
        if any(exchange.rest for exchange in self._exchanges.values()):
            return self._crowd.stalled
        if any(exchange.later is None for exchange in self._exchanges.values()):
            return self._crowd.bodies
        return None if self._exchanges else self._crowd.idle

    def _wait(self, waits: Waiting | None) -> None:
        if waits is self._waits and waits is not self._crowd.idle:
            return
        if self._waits is not None:
            self._waits.leave(self)
        self._waits = waits
        if waits is not None:
            waits.enter(self, self._loop.time())

    def _exchanges_left(self) -> None:
        exchanges, self._exchanges = self._exchanges, {}
        for exchange in exchanges.values():
            exchange.leave()


class _Sink:
    """Where a stream goes out."""

    def __init__(self, connection: Http2, number: int) -> None:
        self._connection, self._number = connection, number

    def send(self, chunk: bytes) -> None:
        self._connection.push(self._number, chunk)

    def end(self) -> None:
        self._connection.finish(self._number)
