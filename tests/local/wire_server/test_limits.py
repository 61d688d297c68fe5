"""Clients that want too much, send too slowly, or read too little."""

import socket
from collections.abc import Callable
from threading import Semaphore

import pytest

from bus.local.later import Later
from bus.local.wire.messages import Request, Response, Stream
from bus.local.wire.server import Limits, PortTakenError, Server
from tests.local.wire_server.served import PATIENCE, Client, Served, echo

SMALL = Limits(target=1000, head=2000, body=3000)
SHORT = Limits(idle_seconds=0.1, head_seconds=0.1, body_seconds=0.1, stalled_seconds=0.1, lingering_seconds=0.1)


@pytest.mark.parametrize(
    ("request_", "status", "reason"),
    [
        (b"GET /%b HTTP/1.1\r\n\r\n" % (b"x" * 1000), 414, b"URI too long: more than 1000 bytes\n"),
        (b"GET / HTTP/1.1\r\nx: %b\r\n\r\n" % (b"x" * 2000), 431, b"Request header fields too large"),
        (b"GET / HTTP/1.1\r\n%b\r\n" % (b"x: 12345\r\n" * 200), 431, b"Request header fields too large"),
        (b"GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 3001\r\n\r\n", 413, b"Request entity too large"),
        (
            b"GET / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3001\r\n\r\n",
            413,
            b"Request entity too large: more than 3000 bytes\n",
        ),
        (
            b"PUT / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n" + b"3e8\r\n%b\r\n" % (b"x" * 1000) * 4,
            413,
            b"Request entity too large: more than 3000 bytes\n",
        ),
        (
            b"PUT / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n%b\r\n" % (b"x: 12345\r\n" * 200),
            431,
            b"Request header fields too large",
        ),
    ],
)
def test_what_is_too_large_is_refused(serve: Callable[..., Served], request_: bytes, status: int, reason: bytes):
    asked: list[Request] = []

    def answer(request: Request) -> Later[Response]:
        asked.append(request)
        return echo(request)

    client = serve(answer, SMALL).connect()

    refused = client.ask(request_)

    assert (refused.status, refused.body[: len(reason)]) == (status, reason)
    assert client.rest() == b""
    assert asked == []


def test_what_is_as_large_as_it_may_be_is_served(serve: Callable[..., Served]):
    client = serve(echo, SMALL).connect()

    answer = client.ask(b"PUT /%b HTTP/1.1\r\nhost: here\r\ncontent-length: 3000\r\n\r\n" % (b"x" * 999) + b"y" * 3000)

    assert (answer.status, answer.body) == (200, b"y" * 3000)


@pytest.mark.parametrize("start", [b"GET /", b"GET / HTTP/1.1\r\nhost: ", b"GET / HTTP/1.1\r\n"])
def test_a_head_that_never_ends_is_refused_though_no_line_of_it_is_whole(serve: Callable[..., Served], start: bytes):
    client = serve(echo, SMALL).connect()
    client.send(start)

    for _ in range(100):
        client.send(b"x" * 50)

    assert client.answer().status in {414, 431}


def test_a_client_that_still_sends_its_body_sees_why_it_is_refused(serve: Callable[..., Served]):
    client = serve(echo, SMALL).connect()

    client.send(b"PUT / HTTP/1.1\r\nhost: here\r\ncontent-length: 2000000\r\n\r\n")
    client.send(b"x" * 2_000_000)

    assert client.answer().status == 413


@pytest.mark.parametrize(
    "part", [b"GET / HTTP/1.1\r\nhos", b"PUT / HTTP/1.1\r\nhost: here\r\ncontent-length: 5\r\n\r\nhalf"]
)
def test_a_request_that_does_not_go_on_is_given_up(serve: Callable[..., Served], part: bytes):
    client = serve(echo, SHORT).connect()

    answer = client.ask(part)

    assert (answer.status, answer.headers["connection"]) == (408, "close")
    assert client.rest() == b""


def test_an_idle_connection_is_closed_without_a_word(serve: Callable[..., Served]):
    client = serve(echo, SHORT).connect()

    client.get()

    assert client.rest() == b""


def test_an_answer_may_take_longer_than_clients_may(serve: Callable[..., Served]):
    later: Later[Response] = Later()
    served = serve(lambda request: later if request.path == "/later" else echo(request), SHORT)
    client, idle = served.connect(), served.connect()

    client.send(b"GET /later HTTP/1.1\r\nhost: here\r\n\r\n")
    assert idle.rest() == b""  # by now an idle connection is closed
    served.on_loop(lambda: later.settle(Response(200)))

    assert client.answer().status == 200


def test_a_client_that_does_not_read_is_cut_off(serve: Callable[..., Served]):
    abandoned: list[str] = []
    stream = Stream(200, {})
    stream.on_closed = lambda: abandoned.append("closed")
    served = serve(lambda _: Later.of(stream), SHORT)
    client, idle = served.connect(), served.connect()
    client.send(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
    assert client.start_of_answer() == 200

    served.on_loop(lambda: stream.push(bytes(8_000_000)))
    while not abandoned and not stream.closed:
        idle.rest()

    assert abandoned == ["closed"]
    assert len(client.rest()) < 8_000_000


def test_a_client_that_lets_a_stream_pile_up_is_cut_off(serve: Callable[..., Served]):
    stream = Stream(200, {})
    served = serve(lambda _: Later.of(stream), Limits(unread=1_000_000))
    client = served.connect()
    client.send(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
    client.start_of_answer()

    for _ in range(100):
        served.on_loop(lambda: stream.push(bytes(1_000_000)))

    assert stream.closed


def test_the_connection_that_has_waited_longest_makes_room(serve: Callable[..., Served]):
    served = serve(echo, Limits(connections=3))
    first, second, third = (served.connect() for _ in range(3))
    for client in (first, second, third, first):
        client.get()

    fourth = served.connect()

    assert fourth.get().status == 200
    assert second.rest() == b""
    assert [first.get().status, third.get().status] == [200, 200]


def test_when_everybody_waits_for_an_answer_a_newcomer_is_sent_away(serve: Callable[..., Served]):
    under_way = Semaphore(0)

    def answer(_: Request) -> Later[Response]:
        under_way.release()
        return Later()

    served = serve(answer, Limits(connections=2))
    for _ in range(2):
        served.connect().send(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
        assert under_way.acquire(timeout=PATIENCE)

    assert b" 503 " in served.connect().line()


def test_a_thousand_slow_clients_hurt_nobody(serve: Callable[..., Served]):
    served = serve(echo, Limits(connections=600))
    slow: list[Client] = []
    client = served.connect()

    for number in range(1000):
        slow.append(served.connect())
        slow[-1].send(
            (b"", b"GET / HTTP/1.1\r\nhos", b"PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nx")[number % 3]
        )
        assert client.get().status == 200

    assert [served.connect().get().status for _ in range(50)] == [200] * 50


def test_answers_under_way_go_out_when_the_server_stops(serve: Callable[..., Served]):
    later: Later[Response] = Later()
    served = serve(lambda request: later if request.path == "/later" else echo(request))
    busy, idle, half = served.connect(), served.connect(), served.connect()
    half.send(b"GET / HTT")
    idle.get()
    busy.send(b"GET /later HTTP/1.1\r\nhost: here\r\n\r\n")
    served.on_loop(lambda: None)

    served.soon(lambda: later.settle(Response(200)))
    served.stop()

    answer = busy.answer()
    assert (answer.status, answer.headers["connection"], busy.rest()) == (200, "close", b"")
    assert (idle.rest(), half.rest()) == (b"", b"")
    with pytest.raises(ConnectionRefusedError):
        served.connect()


def test_stopping_waits_no_longer_than_it_may(serve: Callable[..., Served]):
    abandoned: list[str] = []
    later: Later[Response] = Later()
    later.abandon = lambda: abandoned.append("yes")
    served = serve(lambda _: later)
    client = served.connect()
    client.send(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
    served.on_loop(lambda: None)

    served.stop(grace=0.01)

    assert (client.rest(), abandoned) == (b"", ["yes"])


def test_stopping_what_does_not_listen_changes_nothing(serve: Callable[..., Served]):
    served = serve()

    served.wait(Server(echo).stop())
    served.wait(served.server.stop())
    served.wait(served.server.stop())

    with pytest.raises(ConnectionRefusedError):
        served.connect()


def test_a_stream_ends_properly_when_the_server_stops(serve: Callable[..., Served]):
    ended: list[str] = []
    stream = Stream(200, {})
    stream.on_closed = lambda: ended.append("yes")
    served = serve(lambda _: Later.of(stream))
    client = served.connect()
    client.send(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
    client.start_of_answer()

    served.stop()

    assert (client.chunk(), client.rest(), ended) == (b"", b"", ["yes"])


def test_a_taken_port_is_one_clear_sentence(serve: Callable[..., Served]):
    served = serve()
    port = served.server.port

    with pytest.raises(PortTakenError) as raised:
        served.wait(Server(echo).start("127.0.0.1", port))

    assert str(raised.value) == (
        f"port {port} of 127.0.0.1 is taken by another program; stop that program or choose another port"
    )
    assert raised.value.port == port


def test_only_the_address_that_it_was_given_is_bound(serve: Callable[..., Served]):
    port = serve().server.port

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), 1)
