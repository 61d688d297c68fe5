"""Requests as clients may send them, and what is handed on of them."""

from collections.abc import Callable

import pytest

from bus.local.later import Later
from bus.local.wire.messages import Request, Response
from tests.local.wire_server.served import Served

OK = Later.of(Response(200))


class Recording:
    """Keeps what it is asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Later[Response]:
        self.requests.append(request)
        return Later.of(Response(200, {}, str(len(self.requests)).encode()))


@pytest.fixture
def asked():
    return Recording()


def test_a_request_is_handed_on_whole(serve: Callable[..., Served], asked: Recording):
    client = serve(asked).connect()

    client.ask(b"POST /a%20b/c?x=1&y=%2F#there HTTP/1.1\r\nHost: here\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhello")

    assert asked.requests == [
        Request("POST", "/a%20b/c", "x=1&y=%2F", {"host": "here", "x-one": "1", "content-length": "5"}, b"hello")
    ]


def test_a_connection_serves_many_requests(serve: Callable[..., Served], asked: Recording):
    client = serve(asked).connect()

    answers = [client.get(f"/{number}").body for number in range(100)]

    assert answers == [str(number).encode() for number in range(1, 101)]


def test_the_head_and_the_body_may_arrive_byte_by_byte(serve: Callable[..., Served], asked: Recording):
    client = serve(asked).connect()

    for (
        byte
    ) in b"PUT /slow?q HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n":
        client.send(bytes([byte]))

    assert client.answer().status == 200
    assert asked.requests[0].path == "/slow"
    assert asked.requests[0].headers["host"] == "here"
    assert asked.requests[0].body == b"abcde"


def test_trailers_are_not_taken_for_headers_of_this_request_or_the_next(serve: Callable[..., Served], asked: Recording):
    client = serve(asked).connect()

    client.send(
        b"PUT /1 HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
        b"0\r\nx-sum: 1\r\nx-end: 2\r\n\r\n"
        b"GET /2 HTTP/1.1\r\nHost: here\r\n\r\n"
    )

    assert [client.answer().status, client.answer().status] == [200, 200]
    assert [request.body for request in asked.requests] == [b"a", b""]
    assert asked.requests[0].headers == {"host": "here", "transfer-encoding": "chunked"}
    assert asked.requests[1].headers == {"host": "here"}


def test_headers_that_come_more_than_once_are_joined(serve: Callable[..., Served], asked: Recording):
    client = serve(asked).connect()

    client.ask(b"GET / HTTP/1.1\r\nHost: here\r\nAccept: a\r\nCookie: x=1\r\nACCEPT: b\r\nCookie: y=2\r\n\r\n")

    assert asked.requests[0].headers == {"host": "here", "accept": "a,b", "cookie": "x=1; y=2"}


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"http://here/a?b=c", "/a", "b=c"),
        (b"HTTP://here", "/", ""),
        (b"http://here?b=/c", "/", "b=/c"),
        (b"*", "*", ""),
        (b"//a//b", "//a//b", ""),
        (b"/a?b?c", "/a", "b?c"),
    ],
)
def test_every_form_of_a_target_is_a_path_and_a_query(
    serve: Callable[..., Served], asked: Recording, target: bytes, path: str, query: str
):
    client = serve(asked).connect()

    client.ask(b"OPTIONS %b HTTP/1.1\r\nHost: here\r\n\r\n" % target)

    assert (asked.requests[0].path, asked.requests[0].query) == (path, query)


def test_a_client_that_waits_for_leave_to_send_its_body_gets_it(serve: Callable[..., Served], asked: Recording):
    client = serve(asked).connect()

    leave = client.ask(b"PUT / HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    answer = client.ask(b"ok")

    assert (leave.status, leave.headers, answer.status) == (100, {}, 200)
    assert asked.requests[0].body == b"ok"


def test_leave_to_send_a_body_comes_after_the_answer_before_it(serve: Callable[..., Served]):
    first: Later[Response] = Later()
    served = serve(lambda request: first if request.path == "/first" else OK)
    client = served.connect()

    client.send(
        b"GET /first HTTP/1.1\r\nHost: here\r\n\r\n"
        b"PUT /second HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    )
    served.on_loop(lambda: first.settle(Response(201)))

    assert [client.answer().status, client.answer().status] == [201, 100]
    assert client.ask(b"ok").status == 200


def test_an_expectation_that_nobody_knows_is_refused(serve: Callable[..., Served], asked: Recording):
    client = serve(asked).connect()

    answer = client.ask(b"PUT / HTTP/1.1\r\nHost: here\r\nExpect: miracles\r\nContent-Length: 2\r\n\r\n")

    assert (answer.status, answer.body) == (417, b"Expectation failed: miracles\n")
    assert asked.requests == []


@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_an_offer_to_upgrade_the_connection_is_ignored(serve: Callable[..., Served], asked: Recording, method: bytes):
    client = serve(asked).connect()

    client.send(
        b"%b /a HTTP/1.1\r\nHost: here\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        b"HTTP2-Settings: AAMAAABkAAQCAAAA\r\nContent-Length: 4\r\n\r\nbodyGET /b HTTP/1.1\r\nHost: here\r\n\r\n"
        % method
    )

    assert [client.answer().status, client.answer().status] == [200, 200]
    assert [(request.path, request.body) for request in asked.requests] == [("/a", b"body"), ("/b", b"")]


def test_a_request_that_breaks_off_is_not_handed_on(serve: Callable[..., Served], asked: Recording):
    served = serve(asked)
    for start in (b"PUT / HTT", b"PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf"):
        client = served.connect()

        client.send(start)
        client.hang_up()

        assert client.rest() == b""
    assert asked.requests == []


@pytest.mark.parametrize(
    "nonsense",
    [
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a TLS client
        b"GET /\xc3\xa9 HTTP/1.1\r\nHost: here\r\n\r\n",
        b"GET nowhere HTTP/1.1\r\nHost: here\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: here\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: here\r\nName : x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"CONNECT here:443 HTTP/1.1\r\nHost: here\r\n\r\n",
    ],
)
def test_a_malformed_request_is_told_so_and_the_connection_closed(
    serve: Callable[..., Served], asked: Recording, nonsense: bytes
):
    client = serve(asked).connect()

    answer = client.ask(nonsense)

    assert answer.status == 400
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["connection"] == "close"
    assert answer.body.startswith(b"Bad request")
    assert client.rest() == b""
    assert asked.requests == []


def test_what_came_before_a_malformed_request_is_answered_first(serve: Callable[..., Served]):
    client = serve().connect()

    client.send(b"GET /good HTTP/1.1\r\nHost: here\r\n\r\nnonsense\r\n\r\nGET /after HTTP/1.1\r\nHost: here\r\n\r\n")

    assert client.answer().headers["asked"] == "GET /good?"
    assert client.answer().status == 400
    assert client.rest() == b""


def test_a_transfer_encoding_that_nobody_undoes_is_refused(serve: Callable[..., Served]):
    client = serve().connect()

    answer = client.ask(b"PUT / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")

    assert (answer.status, client.rest()) == (501, b"")


def test_a_version_of_http_that_nobody_speaks_is_refused(serve: Callable[..., Served]):
    client = serve().connect()

    answer = client.ask(b"GET / HTTP/2.0\r\nHost: here\r\n\r\n")

    assert (answer.status, client.rest()) == (505, b"")
