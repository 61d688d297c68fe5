"""An HTTP API on a socket, as curl and httpx see it."""

import base64
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import orjson
import pytest
import uvloop

from bus.local.http_api import HttpRequest, HttpResponse
from bus.local.http_api.room import UnknownApiError
from bus.local.later import Later
from bus.local.platform import LocalPlatform
from bus.local.wire.http_api import HttpApiAnswerer
from bus.local.wire.server import Answerer, Limits
from tests.local.http_apis.site import JWT, Site, template
from tests.local.wire_server.served import PATIENCE, Served

CORS = '      CorsConfiguration: {AllowOrigins: ["https://shop.example"], AllowMethods: ["*"], MaxAge: 60}\n'
ORDER = (
    '{"customer_id": "1228", "lines": [{"product_id": "1082185", "name": "BANANAS", "department": "PRODUCE",'
    ' "quantity": 3, "amount": {"amount": 177, "currency": "USD"}}]}'
)
REQUEST_ID = re.compile(r"[A-Za-z0-9+/]{15}=")


def curl(url: str, *arguments: str) -> tuple[int, dict[str, str], bytes]:
    """The status, headers and body that curl gets at last."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        ["/usr/bin/env", "curl", "-sS", "-i", "--noproxy", "*", "-m", str(PATIENCE), *arguments, url],
        capture_output=True,
        check=True,
    )
    head, _, body = (
        done.stdout.rpartition(b"\r\n\r\n") if done.stdout.endswith(b"\r\n\r\n") else _after_heads(done.stdout)
    )
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, body


def _after_heads(told: bytes) -> tuple[bytes, bytes, bytes]:
    head, end, body = told.partition(b"\r\n\r\n")
    return _after_heads(body) if head.startswith(b"HTTP/1.1 100") else (head, end, body)


@pytest.fixture
def site(site_of: Callable[..., Site]) -> Site:
    return site_of(template(api=CORS + JWT))


@pytest.fixture
def served(site: Site, serve: Callable[[Site], Served]) -> Served:
    return serve(site)


@pytest.fixture
def url(served: Served) -> str:
    return f"http://127.0.0.1:{served.server.port}"


@pytest.fixture
def http(url: str, site: Site) -> Iterator[httpx.Client]:
    token = site.room.issue_token(site.id)
    with httpx.Client(base_url=url, trust_env=False, headers={"authorization": f"Bearer {token}"}) as client:
        yield client


def test_curl_reaches_a_route_and_gets_the_function_s_answer(site: Site, url: str) -> None:
    site.functions.does = lambda event: {
        "statusCode": 201,
        "headers": {"location": "/orders/7", "Content-Type": "application/json"},
        "body": event["body"],
    }
    token = site.room.issue_token(site.id)

    status, headers, body = curl(
        f"{url}/orders?dry=1&tag=a&tag=b%20c",
        *("-H", f"authorization: Bearer {token}", "-H", "content-type: application/json", "-d", '{"lines":[]}'),
        *("-H", "x-tag: one", "-H", "x-tag: two", "-b", "a=1; b=2", "-A", "curl of a test"),
    )

    assert (status, body) == (201, b'{"lines":[]}')
    assert headers["location"] == "/orders/7"
    assert headers["content-type"] == "application/json"
    (event,) = site.functions.events
    assert event["routeKey"] == "POST /orders"
    assert event["rawQueryString"] == "dry=1&tag=a&tag=b%20c"
    assert event["queryStringParameters"] == {"dry": "1", "tag": "a,b c"}
    assert event["headers"]["x-tag"] == "one,two"
    assert event["headers"]["host"] == url.removeprefix("http://")
    assert event["headers"]["x-forwarded-proto"] == "http"
    assert event["headers"]["x-forwarded-port"] == url.rpartition(":")[2]
    assert event["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert event["headers"]["content-length"] == "12"
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    assert event["requestContext"]["http"]["userAgent"] == "curl of a test"
    assert event["requestContext"]["authorizer"]["jwt"]["claims"]["iss"] == "https://issuer.example"
    assert headers["apigw-requestid"] == event["requestContext"]["requestId"].lower()


def test_every_answer_has_a_request_id_of_its_own(http: httpx.Client) -> None:
    preflight = {"origin": "https://shop.example", "access-control-request-method": "GET"}
    answers = [
        http.get("/open"),
        http.get("/nowhere"),
        http.get("/nowhere"),
        http.get("/orders/1", headers={"authorization": "x"}),
        http.options("/open", headers=preflight),
    ]

    ids = [answer.headers["apigw-requestid"] for answer in answers]

    assert [answer.status_code for answer in answers] == [200, 404, 404, 401, 204]
    assert len(set(ids)) == len(ids)
    assert all(REQUEST_ID.fullmatch(id_) for id_ in ids)


def test_what_no_route_answers_is_not_found(url: str) -> None:
    status, headers, body = curl(f"{url}/nowhere")

    assert (status, body) == (404, b'{"message":"Not Found"}')
    assert headers["content-type"] == "application/json"


def test_a_caller_without_token_is_told_how_to_bring_one(url: str) -> None:
    missing = curl(f"{url}/orders/1")
    wrong = curl(f"{url}/orders/1", "-H", "authorization: Bearer nonsense")

    assert (missing[0], missing[1]["www-authenticate"], missing[2]) == (401, "bearer", b'{"message":"Unauthorized"}')
    assert (wrong[0], 'error="invalid_token"' in wrong[1]["www-authenticate"]) == (401, True)


def test_a_browser_s_preflight_needs_neither_token_nor_route(url: str) -> None:
    status, headers, body = curl(
        f"{url}/orders",
        *("-X", "OPTIONS", "-H", "origin: https://shop.example", "-H", "access-control-request-method: POST"),
    )

    assert (status, body) == (204, b"")
    assert "content-length" not in headers
    assert headers["access-control-allow-origin"] == "https://shop.example"
    assert headers["access-control-allow-methods"] == "*"
    assert headers["access-control-max-age"] == "60"


def test_one_request_too_many_is_told_so(site_of: Callable[..., Site], serve: Callable[[Site], Served]) -> None:
    site = site_of(template(api="      DefaultRouteSettings: {ThrottlingBurstLimit: 5, ThrottlingRateLimit: 1}\n"))
    port = serve(site).server.port

    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        answers = [client.get("/open") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json() == {"message": "Too Many Requests"}


def test_cookies_become_a_header_each(site: Site, http: httpx.Client) -> None:
    site.functions.does = lambda _: {
        "statusCode": 200,
        "headers": {"Set-Cookie": "own=0"},
        "cookies": ["a=1; HttpOnly", "b=2"],
    }

    assert http.get("/open").headers.get_list("set-cookie") == ["own=0", "a=1; HttpOnly", "b=2"]


def test_a_body_may_be_binary_both_ways(site: Site, http: httpx.Client) -> None:
    image = bytes(range(256)) * 100

    def back(event: dict[str, Any]) -> dict[str, Any]:
        assert event["isBase64Encoded"]
        return {
            "statusCode": 200,
            "headers": {"content-type": "image/png"},
            "body": event["body"],
            "isBase64Encoded": True,
        }

    site.functions.does = back

    answer = http.post("/orders", content=image, headers={"content-type": "image/png"})

    assert (answer.content, answer.headers["content-type"]) == (image, "image/png")
    assert base64.b64decode(site.functions.events[0]["body"]) == image


def test_head_gets_no_body(http: httpx.Client, url: str) -> None:
    answer = http.head("/any/thing")

    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "4", b"")
    assert curl(f"{url}/open", "-I")[0] == 404  # as on AWS, a GET route answers no HEAD


def test_a_body_of_chunks_arrives_whole_and_without_a_trace_of_them(site: Site, http: httpx.Client) -> None:
    http.post("/orders", content=iter([b'{"a":', b"1}"]), headers={"content-type": "application/json"})

    (event,) = site.functions.events
    assert event["body"] == '{"a":1}'
    assert "transfer-encoding" not in event["headers"]
    assert event["headers"]["content-length"] == "7"


def test_curl_may_wait_for_leave_to_send_a_large_body(site: Site, url: str, tmp_path: Path) -> None:
    token = site.room.issue_token(site.id)
    (tmp_path / "body").write_bytes(b"x" * 2_000_000)

    status, _, _ = curl(
        f"{url}/orders",
        *("-H", f"authorization: {token}", "-H", "expect: 100-continue", "-H", "content-type: text/plain"),
        *("--data-binary", f"@{tmp_path / 'body'}"),
    )

    assert (status, len(site.functions.events[0]["body"])) == (200, 2_000_000)
    assert "expect" not in site.functions.events[0]["headers"]


def test_a_body_of_more_than_ten_megabytes_is_too_large(site: Site, url: str, tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"x" * (10 * 1024 * 1024 + 1))

    status, _, body = curl(f"{url}/orders", "--data-binary", f"@{tmp_path / 'body'}")

    assert (status, body) == (413, b'{"message":"Request Entity Too Large"}')
    assert site.functions.events == []


def test_proxies_before_this_one_are_kept(site: Site, http: httpx.Client) -> None:
    http.get("/open", headers={"x-forwarded-for": "203.0.113.7", "x-amzn-trace-id": "Root=1-5e6b67ad-0"})

    headers = site.functions.events[0]["headers"]
    assert headers["x-forwarded-for"] == "203.0.113.7, 127.0.0.1"
    assert headers["x-amzn-trace-id"] == "Root=1-5e6b67ad-0"


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": 100},
        {"statusCode": 700},
        {"statusCode": 200, "headers": {"x": "a\r\nset-cookie: b=1"}},
        {"statusCode": 200, "headers": {"x: y\r\n": "a"}},
        {"statusCode": 200, "cookies": ["a=1\n"]},
    ],
)
def test_a_result_that_would_break_the_connection_is_an_internal_server_error(
    site: Site, http: httpx.Client, result: dict[str, Any]
) -> None:
    site.functions.does = lambda _: result

    answer = http.get("/open")

    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})
    assert http.get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /open HTTP/1.0\r\n\r\n", 200),
        (b"GET http://elsewhere.example/open?a=b HTTP/1.1\r\nhost: elsewhere.example\r\n\r\n", 200),
        (b"OPTIONS * HTTP/1.1\r\nhost: here\r\n\r\n", 404),
        (b"GET /op%65n HTTP/1.1\r\nhost: here\r\n\r\n", 200),
        (b"GET //open HTTP/1.1\r\nhost: here\r\n\r\n", 404),
        (b"BREW /open HTTP/1.1\r\nhost: here\r\n\r\n", 400),
        (b"GET /open?" + b"q" * 20_000 + b" HTTP/1.1\r\nhost: here\r\n\r\n", 414),
        (b"GET /open HTTP/1.1\r\nhost: here\r\nx: " + b"q" * 70_000 + b"\r\n\r\n", 431),
    ],
)
def test_odd_requests_get_an_answer_each(served: Served, request_: bytes, status: int) -> None:
    assert served.connect().ask(request_).status == status


@pytest.fixture
def serve_answer() -> Iterator[Callable[[Answerer], Served]]:
    started: list[Served] = []

    def start(answer: Answerer) -> Served:
        started.append(Served(answer, Limits(), uvloop.new_event_loop))
        return started[-1]

    yield start
    for served in started:
        served.close()


def test_an_answer_may_come_later(serve_answer: Callable[[Answerer], Served]) -> None:
    waiting, asked, later = Event(), list[tuple[str, HttpRequest]](), Later[HttpResponse]()

    def begin(api_id: str, request: HttpRequest) -> Later[HttpResponse]:
        asked.append((api_id, request))
        waiting.set()
        return later

    served = serve_answer(HttpApiAnswerer(begin, "abc").answer)
    client = served.connect()
    client.send(b"GET /slow HTTP/1.1\r\nhost: here\r\n\r\n")
    assert waiting.wait(PATIENCE)

    served.on_loop(lambda: later.settle(HttpResponse(200, {}, b"done", request_id="abc=")))

    answer = client.answer()
    assert (answer.body, answer.headers["apigw-requestid"]) == (b"done", "abc=")
    assert [(api_id, request.path) for api_id, request in asked] == [("abc", "/slow")]


def test_whoever_works_on_an_answer_hears_that_nobody_waits(serve_answer: Callable[[Answerer], Served]) -> None:
    waiting, left, later = Event(), Event(), Later[HttpResponse]()
    later.abandon = left.set

    def begin(_: str, __: HttpRequest) -> Later[HttpResponse]:
        waiting.set()
        return later

    client = serve_answer(HttpApiAnswerer(begin, "abc").answer).connect()
    client.send(b"GET /slow HTTP/1.1\r\nhost: here\r\n\r\n")
    assert waiting.wait(PATIENCE)

    client.hang_up()

    assert left.wait(PATIENCE)


def test_a_failure_behind_the_api_is_api_gateway_s_own(
    serve_answer: Callable[[Answerer], Served], caplog: pytest.LogCaptureFixture
) -> None:
    failed = Later[HttpResponse].failed(UnknownApiError("abc", []))
    client = serve_answer(HttpApiAnswerer(lambda *_: failed, "abc").answer).connect()

    answer = client.get("/")

    assert (answer.status, answer.body) == (500, b'{"message":"Internal Server Error"}')
    assert "there is no HTTP API abc" in caplog.text


@pytest.mark.platform(templates=["bus/infra/template.yaml", "services/orders/template.yaml"])
def test_an_order_is_placed_and_read_with_curl(
    platform: LocalPlatform, serve_answer: Callable[[Answerer], Served]
) -> None:
    [api] = [one for one in platform.stacks["orders"].resources.values() if one.type == "AWS::ApiGatewayV2::Api"]
    served = serve_answer(HttpApiAnswerer(platform.plane.rooms["apigatewayv2"].begin_request, api.ref).answer)
    url = f"http://127.0.0.1:{served.server.port}"
    token = ("-H", f"authorization: Bearer {platform.token('orders')}")

    placed, headers, told = curl(f"{url}/orders", *token, "-H", "content-type: application/json", "-d", ORDER)
    read, _, again = curl(f"{url}{headers['location']}", *token)

    assert (placed, read) == (201, 200), told
    assert orjson.loads(told) == orjson.loads(again)
    assert orjson.loads(again)["customer_id"] == "1228"
    assert curl(f"{url}{headers['location']}")[0] == 401
