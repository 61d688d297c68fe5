"""EventBridge user guide, "API destinations"."""

import json
from base64 import b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.exceptions import ClientError

from bus.local.outside import Answer, Outside
from bus.local.plane import Plane
from tests.local.api_destinations.cases import KEY, connect, dead, publish, route


def test_an_event_is_sent_with_the_documented_headers(plane: Plane, events: Any, outside: Outside):
    route(events, connect(plane, events))

    publish(events)
    plane.engine.run_until_idle()

    [call] = outside.calls
    assert (call.method, call.url) == ("POST", "https://api.example/orders")
    assert json.loads(call.body)["detail"]["n"] == 1
    assert call.headers == {
        "authorization": "Basic " + b64encode(b"ada:secret").decode(),
        "user-agent": "Amazon/EventBridge/ApiDestinations",
        "content-type": "application/json; charset=utf-8",
        "range": "bytes=0-1048575",
        "accept-encoding": "gzip,deflate",
        "connection": "close",
    }
    assert [hop.outcome for hop in plane.ledger.find("events", "deliver")] == ["ok"]


def test_an_api_key_is_a_header_of_its_own(plane: Plane, events: Any, outside: Outside):
    route(events, connect(plane, events, KEY, "API_KEY"))

    publish(events)
    plane.engine.run_until_idle()

    assert outside.calls[0].headers["x-api-key"] == "secret"
    assert "authorization" not in outside.calls[0].headers


def test_parameters_of_the_target_may_be_read_from_the_event_and_those_of_the_connection_win(
    plane: Plane, events: Any, outside: Outside
):
    invocation = {
        "HeaderParameters": [{"Key": "X-From", "Value": "connection"}],
        "QueryStringParameters": [{"Key": "from", "Value": "connection"}],
        "BodyParameters": [{"Key": "tenant", "Value": "omnibus"}],
    }
    parameters = {
        "PathParameterValues": ["$.detail.shop", "fixed"],
        "HeaderParameters": {"X-From": "target", "X-Number": "$.detail.n", "Host": "evil.example", "user-agent": "me"},
        "QueryStringParameters": {"from": "target", "id": "$.id"},
    }
    route(
        events,
        connect(plane, events, {**KEY, "InvocationHttpParameters": invocation}, "API_KEY"),
        target={"HttpParameters": parameters},
        InvocationEndpoint="https://api.example/shops/*/orders/*?v=1",
    )

    publish(events, 7)
    plane.engine.run_until_idle()

    [call] = outside.calls
    split, body = urlsplit(call.url), json.loads(call.body)
    assert split.path == "/shops/a%2Fb/orders/fixed"
    assert dict(parse_qsl(split.query)) == {"v": "1", "from": "connection", "id": body["id"]}
    assert (call.headers["x-from"], call.headers["x-number"]) == ("connection", "7")
    assert call.headers["user-agent"] == "Amazon/EventBridge/ApiDestinations"
    assert "host" not in call.headers
    assert body["tenant"] == "omnibus"


def test_a_path_that_the_event_does_not_have_sends_it_to_the_dead_letter_queue(
    plane: Plane, events: Any, outside: Outside
):
    route(events, connect(plane, events), target={"HttpParameters": {"HeaderParameters": {"X-No": "$.detail.nothing"}}})

    publish(events)
    plane.engine.run_until_idle()

    assert outside.calls == []
    assert [each["ERROR_CODE"] for each in dead(plane)] == ["INVALID_PARAMETER"]


@pytest.mark.parametrize("status", [401, 407, 409, 429, 500, 503])
def test_these_statuses_are_tried_again(plane: Plane, events: Any, outside: Outside, status: int):
    answers = iter([status, status, 200])
    outside.answer("api.example", lambda _: next(answers))
    route(events, connect(plane, events))

    publish(events)
    plane.engine.run_until_idle()

    assert [call.status for call in outside.calls] == [status, status, 200]
    assert [hop.outcome for hop in plane.ledger.find("events", "deliver")] == ["retry", "retry", "ok"]


@pytest.mark.parametrize("status", [301, 400, 403, 404])
def test_these_statuses_are_not_tried_again(plane: Plane, events: Any, outside: Outside, status: int):
    outside.answer("api.example", lambda _: Answer(status, b"no"))
    route(events, connect(plane, events))

    publish(events)
    plane.engine.run_until_idle()

    [letter] = dead(plane)
    assert len(outside.calls) == 1
    assert (letter["ERROR_CODE"], letter["RETRY_ATTEMPTS"]) == ("ERROR_FROM_TARGET", "0")
    assert letter["ERROR_MESSAGE"].endswith(f'answered {status}: "no"')
    assert "EXHAUSTED_RETRY_CONDITION" not in letter


@pytest.mark.parametrize("said", ["120", "Thu, 01 Jan 2026 00:02:00 GMT"])
def test_retry_after_holds_the_next_attempt_back(plane: Plane, events: Any, outside: Outside, said: str):
    answers = iter([Answer(429, headers={"Retry-After": said}), Answer(200)])
    outside.answer("api.example", lambda _: next(answers))
    route(events, connect(plane, events))

    publish(events)
    plane.engine.advance(timedelta(seconds=119))
    assert len(outside.calls) == 1
    plane.engine.advance(timedelta(seconds=1))

    assert len(outside.calls) == 2


def test_a_negative_retry_after_stops_the_retries(plane: Plane, events: Any, outside: Outside):
    outside.answer("api.example", lambda _: Answer(503, headers={"retry-after": "-1"}))
    route(events, connect(plane, events))

    publish(events)
    plane.engine.run_until_idle()

    assert len(outside.calls) == len(dead(plane)) == 1


def test_an_endpoint_that_takes_more_than_five_seconds_is_tried_again(plane: Plane, events: Any, outside: Outside):
    answers = iter([Answer(200, seconds=5.1), Answer(200, seconds=5)])
    outside.answer("api.example", lambda _: next(answers))
    route(events, connect(plane, events))

    publish(events)
    plane.engine.run_until_idle()

    hops = plane.ledger.find("events", "deliver")
    assert [(hop.outcome, hop.note) for hop in hops] == [("retry", "TIMEOUT"), ("ok", "orders")]
    assert hops[1].at >= 5


def test_a_host_that_cannot_be_resolved_is_not_tried_again(plane: Plane, events: Any):
    route(events, connect(plane, events), InvocationEndpoint="https://nowhere.example/")

    publish(events)
    plane.engine.run_until_idle()

    assert [each["ERROR_CODE"] for each in dead(plane)] == ["CONNECTION_FAILURE"]


def test_the_invocation_rate_delays_what_comes_faster(plane: Plane, events: Any, outside: Outside):
    route(events, connect(plane, events), InvocationRateLimitPerSecond=2)

    publish(events, 1, 2, 3, 4, 5)
    plane.engine.run_until_idle()

    start = outside.calls[0].at
    assert [call.at - start for call in outside.calls] == [0, 0.5, 1, 1.5, 2]
    assert [json.loads(call.body)["detail"]["n"] for call in outside.calls] == [1, 2, 3, 4, 5]
    assert {hop.attempt for hop in plane.ledger.find("events", "deliver")} == {1}


def test_what_the_rate_leaves_no_time_for_goes_to_the_dead_letter_queue(plane: Plane, events: Any, outside: Outside):
    route(
        events,
        connect(plane, events),
        target={"RetryPolicy": {"MaximumEventAgeInSeconds": 60}},
        InvocationRateLimitPerSecond=1,
    )

    publish(events, *range(65))
    plane.engine.run_until_idle()

    assert len(outside.calls) == 61
    assert {each["EXHAUSTED_RETRY_CONDITION"] for each in dead(plane)} == {"MaximumEventAgeInSeconds"}


def test_an_update_of_an_api_destination_is_followed_from_then_on(plane: Plane, events: Any, outside: Outside):
    route(events, connect(plane, events))

    events.update_api_destination(Name="shop", InvocationEndpoint="https://api.example/v2", HttpMethod="PUT")
    publish(events)
    plane.engine.run_until_idle()

    assert [(call.method, call.url) for call in outside.calls] == [("PUT", "https://api.example/v2")]
    [shown] = events.list_api_destinations(NamePrefix="sh")["ApiDestinations"]
    assert (shown["InvocationEndpoint"], shown["ApiDestinationState"]) == ("https://api.example/v2", "ACTIVE")
    events.delete_api_destination(Name="shop")
    with pytest.raises(ClientError, match="An api-destination 'shop' does not exist"):
        events.describe_api_destination(Name="shop")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"InvocationEndpoint": "http://api.example"}, "must use HTTPS"),
        ({"HttpMethod": "TRACE"}, "enum value set"),
        ({"InvocationRateLimitPerSecond": 0}, "greater than or equal to 1|valid min value"),
        ({"ConnectionArn": "arn:aws:events:us-east-1:123456789012:connection/a/b"}, "does not exist"),
    ],
)
def test_an_api_destination_that_cannot_be_is_refused(plane: Plane, events: Any, given: dict[str, Any], said: str):
    connection = connect(plane, events)
    wanted = {"ConnectionArn": connection, "InvocationEndpoint": "https://api.example", "HttpMethod": "POST"}

    with pytest.raises(Exception, match=said):
        events.create_api_destination(Name="shop", **wanted | given)
