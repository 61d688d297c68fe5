"""HTTP/2, by a client that begins with it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from bus.local.later import Later
from bus.local.wire.messages import Request, Response, Stream
from bus.local.wire.server import Limits
from tests.local.wire_server.served import PATIENCE, Served, echo

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


@pytest.fixture
def client() -> Iterator[Callable[[Served], httpx.Client]]:
    """`client(served)`: one that knows beforehand what the server speaks."""
    with ExitStack() as stack:

        def make(served: Served) -> httpx.Client:
            url = f"http://127.0.0.1:{served.server.port}"
            return stack.enter_context(httpx.Client(http1=False, http2=True, base_url=url, timeout=PATIENCE))

        yield make


def test_a_request_is_handed_on_and_its_answer_comes_back(serve: Any, client: Any):
    asked: list[Request] = []

    def answer(request: Request) -> Later[Response]:
        asked.append(request)
        return Later.of(Response(201, {"Content-Type": "text/plain", "Set-Cookie": ["a=1", "b=2"]}, b"made"))

    served = serve(answer)

    came = client(served).post("/a%20b?c=d", content=b"body", headers={"X-Target": "one"})

    assert (came.http_version, came.status_code, came.content) == ("HTTP/2", 201, b"made")
    assert came.headers.get_list("set-cookie") == ["a=1", "b=2"]
    [request] = asked
    assert (request.method, request.path, request.query, request.body) == ("POST", "/a%20b", "c=d", b"body")
    assert request.headers["x-target"] == "one"
    assert request.headers["host"] == f"127.0.0.1:{served.server.port}"


def test_a_body_of_many_windows_goes_both_ways(serve: Any, client: Any):
    body = bytes(range(256)) * 20_000  # 5 MB

    came = client(serve(echo)).put("/", content=body)

    assert came.content == body


def test_requests_of_one_connection_do_not_wait_for_each_other(serve: Any):
    first: Later[Response] = Later()

    def answer(request: Request) -> Later[Response]:
        if request.path == "/first":
            return first
        return Later.of(Response(200, {}, b"second"))

    served = serve(answer)

    async def ask() -> list[bytes]:
        url = f"http://127.0.0.1:{served.server.port}"
        async with httpx.AsyncClient(http1=False, http2=True, base_url=url, timeout=PATIENCE) as client:
            await client.get("/warm")  # the connection is there
            waiting = asyncio.create_task(client.get("/first"))
            second = await client.get("/second")
            assert not waiting.done()
            served.soon(lambda: first.settle(Response(200, {}, b"first")))
            return [(await waiting).content, second.content]

    assert asyncio.run(ask()) == [b"first", b"second"]


def test_what_cannot_be_answered_is_an_error_and_the_connection_lives_on(serve: Any, client: Any):
    def answer(request: Request) -> Later[Response]:
        return Later.of(Response(200)) if request.path == "/good" else Later.failed(ValueError("a bug"))

    http = client(serve(answer))

    assert [http.get(path).status_code for path in ("/bad", "/good")] == [500, 200]


def test_a_body_that_is_too_large_is_refused(serve: Any, client: Any):
    http = client(serve(echo, Limits(body=1000)))

    assert [http.put("/", content=b"x" * size).status_code for size in (1001, 1000)] == [413, 200]


def test_a_head_has_no_body_and_a_stream_goes_on(serve: Any, client: Any):
    def answer(request: Request) -> Later[Any]:
        if request.method == "HEAD":
            return Later.of(Response(200, {}, b"not sent"))
        stream = Stream(200, {})
        stream.push(b"one ")
        stream.push(b"two")
        stream.close()
        return Later.of(stream)

    http = client(serve(answer))

    assert http.head("/").content == b""
    assert http.get("/").content == b"one two"


def test_who_hangs_up_is_waited_for_no_longer(serve: Any, client: Any):
    abandoned = threading.Event()
    later: Later[Response] = Later()
    later.abandon = abandoned.set
    http = client(serve(lambda _: later))

    with pytest.raises(httpx.ReadTimeout):
        http.get("/", timeout=0.1)
    http.close()

    assert abandoned.wait(PATIENCE)


@pytest.mark.parametrize("rest", [b"\x00" * 100, b"\x00\x40\x01" + b"\x00" * 20_000], ids=["no-frame", "too-long"])
def test_what_is_no_http_2_ends_the_connection_alone(serve: Any, rest: bytes):
    served = serve(echo)
    client = served.connect()

    client.send(PREFACE + rest)

    assert b"HTTP/1.1" not in client.rest()
    assert served.connect().get().status == 200


def test_a_connection_on_which_nothing_happens_is_closed(serve: Any):
    client = serve(echo, Limits(idle_seconds=0.2)).connect()

    client.send(PREFACE + b"GET / HTTP/1.1\r\n\r\n")  # the beginning of a frame that would be too long

    assert b"HTTP/1.1" not in client.rest()
