"""What arrives on a connection, put together into whole requests."""

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser

from bus.local.errors import PlaneError
from bus.local.wire.http.limits import Limits
from bus.local.wire.messages import Request


class RefusedError(PlaneError):
    """A request that is answered `status` at once; nothing that follows it on the connection can be read."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Whole:
    """A request that arrived whole; `persistent` when the client wants the connection kept, `old` when HTTP/1.0."""

    request: Request
    persistent: bool
    old: bool


class Stage(Enum):
    """What of a request is there."""

    NOTHING = auto()
    HEAD = auto()  # of which a part is missing
    BODY = auto()  # after a whole head


class Incoming:
    """Reads requests: httptools' callbacks, which run within `feed`. After a refusal it reads no further.

    `inbox` holds what arrived and is to be answered, in order. `continues` is set while a client waits for "100
    Continue" with its body.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._parser = HttpRequestParser(self)
        self._begin()
        self.stage = Stage.NOTHING
        self.inbox: deque[Whole | RefusedError] = deque()

    def feed(self, data: bytes) -> None:
        """Read on."""
        heading = self.stage is Stage.HEAD
        try:
            self._parse(data)
            if heading and self.stage is Stage.HEAD:  # what the parser holds back of an unfinished line counts, too
                self._held += len(data)
                self._check_head()
        except RefusedError as error:
            self.inbox.append(error)

    def _parse(self, data: bytes) -> None:
        while True:
            try:
                self._parser.feed_data(data)
            except HttpParserUpgrade as upgrade:
                data = self._declined() + data[upgrade.args[0] :]
            except HttpParserCallbackError as error:
                raise error.__context__ or error from None
            except HttpParserError as error:
                raise RefusedError(400, f"Bad request: {error}") from None
            else:
                return

    def _declined(self) -> bytes:
        """The head again, without its wish to upgrade the connection: a server may ignore it (RFC 9110, 7.8)."""
        kept = {name: text for name, text in self._headers.items() if name not in {"upgrade", "connection"}}
        lines = "".join(f"{name}: {text}\r\n" for name, text in kept.items())
        method = self._parser.get_method()
        self._parser = HttpRequestParser(self)
        return b"%b %b HTTP/1.1\r\n%b\r\n" % (method, self._target, lines.encode("latin-1"))

    def _begin(self) -> None:
        self._target = b""
        self._headers: dict[str, str] = {}
        self._pieces: list[bytes] = []
        self._size = self._head = self._held = 0
        self._old = False
        self.continues = False

    def on_message_begin(self) -> None:
        self._begin()
        self.stage = Stage.HEAD

    def on_url(self, url: bytes) -> None:
        self._target += url
        self._head += len(url)
        self._check_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head += len(name) + len(value) + 4
        self._check_head()
        if self.stage is Stage.BODY:  # a trailer
            return
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        before = self._headers.get(key)
        if before is None:
            self._headers[key] = text
        elif key == "host":
            raise RefusedError(400, "Bad request: more than one Host header")
        else:
            self._headers[key] = f"{before}{'; ' if key == 'cookie' else ','}{text}"

    def on_headers_complete(self) -> None:
        version = self._parser.get_http_version()
        self._old = version == "1.0"
        if not self._old and version != "1.1":
            raise RefusedError(505, f"HTTP {version} is not spoken here; HTTP/1.1 is")
        if self._parser.get_method() == b"CONNECT":
            raise RefusedError(400, "Bad request: this is no proxy")
        if "host" not in self._headers and not self._old:
            raise RefusedError(400, "Bad request: no Host header")
        if self._headers.get("transfer-encoding", "chunked").lower() != "chunked":
            raise RefusedError(501, "Not implemented: a transfer encoding other than chunked")
        if int(self._headers.get("content-length", 0)) > self._limits.body:
            raise RefusedError(413, f"Request entity too large: more than {self._limits.body} bytes")
        if "expect" in self._headers and not self._old:
            self._expect(self._headers["expect"])
        self.stage = Stage.BODY

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > self._limits.body:
            raise RefusedError(413, f"Request entity too large: more than {self._limits.body} bytes")
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        if self._parser.should_upgrade():
            return
        pieces = self._pieces
        body = b"".join(pieces) if len(pieces) != 1 else pieces[0]
        path, _, query = _origin_form(self._target).partition("?")
        method = self._parser.get_method().decode()
        request = Request(method, path, query, self._headers, body)
        self.stage, self.continues, self._pieces = Stage.NOTHING, False, []
        self.inbox.append(Whole(request, self._parser.should_keep_alive(), self._old))

    def _expect(self, expectation: str) -> None:
        if expectation.lower() != "100-continue":
            raise RefusedError(417, f"Expectation failed: {expectation}")
        self.continues = True

    def _check_head(self) -> None:
        if len(self._target) > self._limits.target:
            raise RefusedError(414, f"URI too long: more than {self._limits.target} bytes")
        if max(self._head, self._held) > self._limits.head:
            raise RefusedError(431, f"Request header fields too large: more than {self._limits.head} bytes")


def _origin_form(target: bytes) -> str:
    """The target as path and query, whichever of its forms was sent (RFC 9112, 3.2); the parser takes ASCII alone."""
    text = target.decode("ascii")
    if not text.startswith("/") and text != "*":
        scheme, colon, rest = text.partition("://")
        if not colon or scheme.lower() not in {"http", "https"}:
            raise RefusedError(400, "Bad request: the target is neither a path nor an address")
        where = min(at for at in (rest.find("/"), rest.find("?"), len(rest)) if at >= 0)
        text = rest[where:]
        text = text if text.startswith("/") else f"/{text}"
    return text.partition("#")[0]
