"""Answers as clients get them."""

import pickle
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import cloudpickle
import pytest

from bus.local.later import Later
from bus.local.wire.messages import Request, Response, Stream
from tests.local.wire_server.served import Served, echo

ASK = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n"


def answering(*answers: Response) -> Callable[[Request], Later[Response]]:
    left = list(answers)
    return lambda _: Later.of(left.pop(0))


def test_an_answer_carries_its_length_and_the_date(serve: Callable[..., Served]):
    client = serve(answering(Response(201, {"X-Made": "yes"}, b"made"))).connect()

    answer = client.ask(ASK)

    assert (answer.status, answer.body) == (201, b"made")
    assert parsedate_to_datetime(answer.headers.pop("date")).year >= 2024
    assert answer.headers == {"x-made": "yes", "content-length": "4"}


def test_a_header_may_have_several_values(serve: Callable[..., Served]):
    client = serve(answering(Response(200, {"Set-Cookie": ["a=1", "b=2"]}))).connect()

    assert client.ask(ASK).headers["set-cookie"] == "a=1\nb=2"


def test_what_an_answer_says_of_the_connection_is_the_servers_to_say(serve: Callable[..., Served]):
    lying = {"Content-Length": "1", "Transfer-Encoding": "chunked", "Connection": "close", "Date": "Tue, 24 Nov 2026"}
    client = serve(answering(Response(200, lying, b"body"), Response(200))).connect()

    answer = client.ask(ASK)

    assert (answer.headers, answer.body) == ({"content-length": "4", "date": "Tue, 24 Nov 2026"}, b"body")
    assert client.ask(ASK).status == 200


def test_a_status_without_body_has_no_length(serve: Callable[..., Served]):
    client = serve(answering(Response(204, {}, b"ignored"), Response(304), Response(200))).connect()

    answers = [client.ask(ASK) for _ in range(3)]

    assert [answer.status for answer in answers] == [204, 304, 200]
    assert ["content-length" in answer.headers for answer in answers] == [False, False, True]


def test_head_gets_the_length_but_not_the_body(serve: Callable[..., Served]):
    told = Response(200, {"Content-Length": "123456"})
    client = serve(answering(Response(200, {}, b"four"), told, Response(200))).connect()

    lengths = [client.ask(ASK.replace(b"GET", b"HEAD"), head=True).headers["content-length"] for _ in range(2)]

    assert lengths == ["4", "123456"]
    assert client.ask(ASK).status == 200


@pytest.mark.parametrize("headers", [{"x": "a\r\nset-cookie: b"}, {"x\n": "a"}, {"x": ["a", "b\r"]}])
def test_a_header_that_would_end_early_is_a_failure(serve: Callable[..., Served], headers: dict[str, str]):
    client = serve(answering(Response(200, headers), Response(200))).connect()

    assert client.ask(ASK).status == 500
    assert client.ask(ASK).status == 200


def test_an_answer_that_fails_is_a_500_and_the_connection_lives_on(
    serve: Callable[..., Served], caplog: pytest.LogCaptureFixture
):
    def answer(request: Request) -> Later[Response]:
        if request.path == "/raise":
            raise ValueError("broken")
        return Later.failed(KeyError("gone")) if request.path == "/fail" else echo(request)

    client = serve(answer).connect()

    answers = [client.get("/raise"), client.get("/fail"), client.get("/fine")]

    assert [answer.status for answer in answers] == [500, 500, 200]
    assert answers[0].body == b"Internal server error: the log says why\n"
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ValueError, KeyError]
    assert "/raise could not be answered" in caplog.text


def test_an_answer_may_come_later_and_holds_nobody_else_up(serve: Callable[..., Served]):
    later: Later[Response] = Later()
    served = serve(lambda request: later if request.path == "/later" else echo(request))
    waiting, other = served.connect(), served.connect()

    waiting.send(b"GET /later HTTP/1.1\r\nhost: here\r\n\r\n")
    meanwhile = other.get("/meanwhile")
    served.on_loop(lambda: later.settle(Response(202, {}, b"at last")))

    assert meanwhile.status == 200
    assert (waiting.answer().body, waiting.get("/again").status) == (b"at last", 200)


def test_pipelined_requests_are_answered_in_order(serve: Callable[..., Served]):
    first: Later[Response] = Later()
    served = serve(lambda request: first if request.path == "/0" else echo(request))
    client = served.connect()

    client.send(b"".join(b"GET /%d HTTP/1.1\r\nhost: here\r\n\r\n" % number for number in range(500)))
    served.on_loop(lambda: first.settle(Response(200, {"asked": "GET /0?"})))

    assert [client.answer().headers["asked"] for _ in range(500)] == [f"GET /{number}?" for number in range(500)]


def test_a_client_that_hangs_up_is_waited_for_no_more(serve: Callable[..., Served]):
    abandoned = []
    later: Later[Response] = Later()
    later.abandon = lambda: abandoned.append("yes")
    served = serve(lambda _: later)
    client = served.connect()

    client.send(ASK)
    served.on_loop(lambda: None)
    client.hang_up()

    assert client.rest() == b""
    assert abandoned == ["yes"]
    served.on_loop(lambda: later.settle(Response(200)))  # whoever worked on it may finish


def test_what_waits_for_an_answer_restores_from_a_snapshot_without_its_client(serve: Callable[..., Served]):
    later: Later[Response] = Later()
    served = serve(lambda _: later)
    client = served.connect()
    client.send(ASK)
    served.on_loop(lambda: None)

    restored: Later[Response] = pickle.loads(served.on_loop(lambda: cloudpickle.dumps(later)))  # noqa: S301 - our own
    restored.settle(Response(500))
    served.on_loop(lambda: later.settle(Response(200)))

    assert client.answer().status == 200


def test_http_1_0_is_answered_and_closed_unless_it_asks_otherwise(serve: Callable[..., Served]):
    served = serve()
    closing, keeping = served.connect(), served.connect()

    closed = closing.ask(b"GET / HTTP/1.0\r\n\r\n")
    kept = [keeping.ask(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") for _ in range(2)]

    assert (closed.headers["connection"], closing.rest()) == ("close", b"")
    assert [answer.headers["connection"] for answer in kept] == ["keep-alive", "keep-alive"]


def test_a_client_that_asks_to_close_is_closed(serve: Callable[..., Served]):
    client = serve().connect()

    client.send(b"GET /1 HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\nGET /2 HTTP/1.1\r\nhost: here\r\n\r\n")

    assert client.answer().headers["connection"] == "close"
    assert client.rest() == b""


def test_a_large_answer_arrives_whole_however_slowly_it_is_read(serve: Callable[..., Served]):
    body = bytes(range(256)) * 80_000
    client = serve(answering(Response(200, {}, body), Response(200))).connect()

    client.send(ASK + ASK)

    assert client.answer().body == body
    assert client.answer().status == 200


@pytest.fixture
def stream():
    return Stream(200, {"content-type": "text/event-stream"})


def test_a_stream_goes_out_as_it_is_pushed(serve: Callable[..., Served], stream: Stream):
    served = serve(lambda request: Later.of(stream) if request.path == "/" else echo(request))
    client = served.connect()
    stream.push(b"early")
    stream.push(b"")

    client.send(ASK)
    started, early = client.start_of_answer(), client.chunk()
    served.on_loop(lambda: stream.push(b"data: 1\n\n"))
    first = client.chunk()
    served.on_loop(stream.close)

    assert (started, early, first, client.chunk()) == (200, b"early", b"data: 1\n\n", b"")
    assert client.get("/next").status == 200


def test_a_stream_may_be_over_before_it_starts(serve: Callable[..., Served], stream: Stream):
    client = serve(lambda request: Later.of(stream) if request.path == "/" else echo(request)).connect()
    stream.push(b"all")
    stream.close()

    answer = client.ask(ASK)

    assert (answer.headers["transfer-encoding"], answer.body) == ("chunked", b"all")
    assert client.get("/next").status == 200


def test_a_stream_to_http_1_0_ends_with_the_connection(serve: Callable[..., Served], stream: Stream):
    served = serve(lambda _: Later.of(stream))
    client = served.connect()
    client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    served.on_loop(lambda: stream.push(b"one"))
    served.on_loop(lambda: stream.push(b"two"))
    served.on_loop(stream.close)

    answer = client.answer()

    assert (answer.headers["connection"], answer.body) == ("close", b"onetwo")


def test_head_of_a_stream_ends_it(serve: Callable[..., Served], stream: Stream):
    ended = []
    stream.on_closed = lambda: ended.append("yes")
    client = serve(lambda _: Later.of(stream)).connect()

    answer = client.ask(ASK.replace(b"GET", b"HEAD"), head=True)

    assert (answer.status, client.rest(), ended) == (200, b"", ["yes"])


def test_a_stream_hears_once_that_its_client_hung_up(serve: Callable[..., Served], stream: Stream):
    ended = []
    stream.on_closed = lambda: ended.append("yes")
    served = serve(lambda _: Later.of(stream))
    client = served.connect()
    client.send(ASK)
    client.start_of_answer()

    client.hang_up()

    assert client.rest() == b""
    served.on_loop(lambda: stream.push(b"late"))
    served.on_loop(stream.close)
    assert (ended, stream.closed) == (["yes"], True)


def test_a_stream_that_comes_after_its_client_left_hears_so(serve: Callable[..., Served], stream: Stream):
    ended = []
    stream.on_closed = lambda: ended.append("yes")
    later: Later[Stream] = Later()
    served = serve(lambda _: later)
    client = served.connect()
    client.send(ASK)
    served.on_loop(lambda: None)
    client.hang_up()
    client.rest()

    served.on_loop(lambda: later.settle(stream))

    assert ended == ["yes"]
