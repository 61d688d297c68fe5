"""A client that costs next to nothing: sockets, requests that are mostly written once, and generators that ask."""

import json
import selectors
import socket
from collections.abc import Generator, Iterable, Mapping
from time import perf_counter
from typing import Any

_TARGETS = {
    "events": ("AWSEvents", "1.1"),
    "sqs": ("AmazonSQS", "1.0"),
    "dynamodb": ("DynamoDB_20120810", "1.0"),
}
# Yields a request, and is sent the body of its answer.
Worker = Generator[bytes, bytes, None]


class Connection:
    """One kept-alive connection, made again when the server ends it with an answer; one request at a time."""

    def __init__(self, port: int) -> None:
        self._port, self._read = port, b""
        self.socket = self._connected()

    def _connected(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def ask(self, request: bytes) -> bytes:
        """The body of the answer. Raises RuntimeError for any status but 2xx."""
        self.send(request)
        return self.receive()

    def call(self, request: bytes) -> dict[str, Any]:
        """The answer, which is a JSON object or nothing."""
        answer: dict[str, Any] = json.loads(self.ask(request) or b"{}")
        return answer

    def send(self, request: bytes) -> None:
        """Write it; `receive` before the next."""
        self.socket.sendall(request)

    def receive(self) -> bytes:
        """Wait for the whole answer."""
        while b"\r\n\r\n" not in self._read:
            self._more()
        head, _, rest = self._read.partition(b"\r\n\r\n")
        self._read = rest
        lower = head.lower()
        body = self._chunks() if b"chunked" in lower else self._whole(_length(lower))
        if b"\r\nconnection: close" in lower:
            self.socket.close()
            self.socket = self._connected()
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(head.decode() + body.decode(errors="replace"))
        return body

    def _whole(self, length: int) -> bytes:
        while len(self._read) < length:
            self._more()
        body, self._read = self._read[:length], self._read[length:]
        return body

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self._read:
                self._more()
            size, _, self._read = self._read.partition(b"\r\n")
            piece = self._whole(int(size, 16) + 2)[:-2]
            if not piece:
                return body
            body += piece

    def _more(self) -> None:
        chunk = self.socket.recv(262_144)
        if not chunk:
            message = "the server hung up"
            raise RuntimeError(message)
        self._read += chunk


def request(service: str, operation: str, params: Mapping[str, Any]) -> bytes:
    """A JSON request, with a signature that nobody checks."""
    target, version = _TARGETS[service]
    return _http(
        f"POST / HTTP/1.1\r\nX-Amz-Target: {target}.{operation}\r\nContent-Type: application/x-amz-json-{version}\r\n",
        service,
        json.dumps(params).encode(),
    )


def invocation(function: str, payload: bytes) -> bytes:
    """A request to Lambda's Invoke."""
    return _http(f"POST /2015-03-31/functions/{function}/invocations HTTP/1.1\r\n", "lambda", payload)


def _http(head: str, service: str, body: bytes) -> bytes:
    scope = f"Credential=test/20261124/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    rest = f"Host: 127.0.0.1\r\nAuthorization: AWS4-HMAC-SHA256 {scope}\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + rest).encode() + body


def _length(head: bytes) -> int:
    _, found, rest = head.partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def drive(port: int, workers: Iterable[Worker]) -> float:
    """Seconds until every worker is at its end, each over a connection of its own, with one request under way."""
    ready = selectors.DefaultSelector()
    for worker in workers:
        connection = Connection(port)
        ready.register(connection.socket, selectors.EVENT_READ, (connection, worker))
    began = perf_counter()
    for key in tuple(ready.get_map().values()):
        connection, worker = key.data
        connection.send(next(worker))
    while ready.get_map():
        for key, _ in ready.select():
            connection, worker = key.data
            answer = connection.receive()
            if connection.socket is not key.fileobj:
                ready.unregister(key.fileobj)
                ready.register(connection.socket, selectors.EVENT_READ, key.data)
            try:
                connection.send(worker.send(answer))
            except StopIteration:
                ready.unregister(connection.socket)
                connection.socket.close()
    return perf_counter() - began
