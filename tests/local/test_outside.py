"""HTTP calls of handlers never touch a socket: they are answered, or refused, in process."""

from collections.abc import Callable

import pytest
import requests
import urllib3

from bus.local.outside import Answer, Outside, Text
from bus.local.plane import Plane


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(Outside)


@pytest.fixture
def outside(plane: Plane):
    return Outside.of(plane)


def test_a_call_is_answered_by_whoever_is_registered_for_its_host(plane: Plane, outside: Outside):
    outside.answer("api.example", lambda request: Answer(201, request.body.upper(), {"x-answered-by": "us"}))

    with outside.intercepting(), plane.ledger.following("event-1"):
        answer = urllib3.PoolManager().request(
            "POST", "https://api.example/hooks?a=1", body="hello", headers={"X-Id": "7"}
        )

    assert (answer.status, answer.data, answer.headers["x-answered-by"]) == (201, b"HELLO", "us")
    [call] = outside.calls
    assert (call.method, call.url, call.body, call.status) == ("POST", "https://api.example/hooks?a=1", b"hello", 201)
    assert call.headers["x-id"] == "7"
    assert [hop.resource for hop in plane.ledger.of("event-1")] == ["https://api.example/hooks?a=1"]


def test_requests_gets_its_answers_the_same_way(outside: Outside):
    outside.answer("https://api.example", lambda _: Answer(200, b'{"ok": true}', {"content-type": "application/json"}))

    with outside.intercepting():
        answer = requests.get("https://api.example/", timeout=1)

    assert answer.json() == {"ok": True}


def test_the_longest_prefix_answers_and_a_prefix_ends_at_a_border(outside: Outside):
    outside.answer("https://api.example", lambda _: 200)
    outside.answer("https://api.example/v2", lambda _: 202)

    with outside.intercepting():
        pool = urllib3.PoolManager()
        statuses = [pool.request("GET", f"https://api.example{path}").status for path in ("/v1", "/v2/x", "/v22")]
        with pytest.raises(urllib3.exceptions.HTTPError):
            pool.request("GET", "https://api.example.org/")

    assert statuses == [200, 202, 200]


def test_a_host_that_nobody_answers_for_is_unreachable(plane: Plane, outside: Outside):
    with outside.intercepting():
        with pytest.raises(urllib3.exceptions.NewConnectionError):
            urllib3.PoolManager().request("GET", "http://nowhere.example:8080/x", retries=False)
        with pytest.raises(requests.ConnectionError):
            requests.get("http://nowhere.example/y", timeout=1)

    assert [request.url for request in outside.unreachable] == [
        "http://nowhere.example:8080/x",
        "http://nowhere.example/y",
    ]
    assert {hop.outcome for hop in plane.ledger} == {"failed"}


def test_urllib3_retries_the_statuses_that_it_was_told_to(outside: Outside):
    answers = iter([503, 503, 200])
    outside.answer("api.example", lambda _: next(answers))

    with outside.intercepting():
        retries = urllib3.Retry(3, status_forcelist=[503])
        status = urllib3.PoolManager(retries=retries).request("GET", "https://api.example/").status

    assert status == 200
    assert [call.status for call in outside.calls] == [503, 503, 200]


def test_a_redirect_is_followed(outside: Outside):
    outside.answer("old.example", lambda _: Answer(302, headers={"location": "https://new.example/"}))
    outside.answer("new.example", lambda _: 200)

    with outside.intercepting():
        answer = urllib3.PoolManager().request("GET", "https://old.example/")

    assert (answer.status, len(outside.calls)) == (200, 2)


def test_afterwards_urllib3_is_as_it_was(outside: Outside):
    before = urllib3.HTTPConnectionPool.urlopen

    with outside.intercepting(), outside.intercepting():
        assert urllib3.HTTPConnectionPool.urlopen is not before

    assert urllib3.HTTPConnectionPool.urlopen is before


def test_a_number_that_opted_out_gets_no_text_message(plane: Plane, outside: Outside):
    outside.opted_out.add("+15550000900")

    outside.text(Text(plane.clock.time(), "1", "+15550000900", "hello"))

    assert outside.texts == []
    assert [hop.outcome for hop in plane.ledger.find("outside", "text")] == ["dropped"]
