"""API destinations, whose answers and whose tokens take real time."""

import json
from functools import partial
from typing import Any

import pytest

from bus.local.events import EventsRoom
from bus.local.later import Later
from bus.local.outside import Answer
from tests.local.api_destinations.cases import BASIC, OAUTH, MemorySecrets, dead
from tests.local.waits.queues import Queue
from tests.local.waits.world import Ground, ground

URL = "https://api.example/orders"
TOKEN = Answer(200, b'{"access_token": "t1", "token_type": "bearer", "expires_in": 3600}')
SECOND = Answer(200, b'{"access_token": "t2", "token_type": "bearer", "expires_in": 3600}')


@pytest.fixture
def real() -> Ground:
    real = ground(MemorySecrets, EventsRoom)
    Queue.made(real, "dead")
    return real


def connect(real: Ground, parameters: Any = BASIC, kind: str = "BASIC") -> str:
    given = {"Name": "shop", "AuthorizationType": kind, "AuthParameters": parameters}
    return str(real.call("events", "CreateConnection", **given)["ConnectionArn"])


def connect_by_token(real: Ground) -> str:
    """A connection whose endpoint has given the token t1."""
    arn = connect(real, OAUTH, "OAUTH_CLIENT_CREDENTIALS")
    real.world.answer(TOKEN)
    return arn


def route(real: Ground, connection: str, **target: Any) -> str:
    """Every event of "omnibus.orders" goes to the API destination of the ARN given back; dead letters to `dead`."""
    given = {"Name": "shop", "ConnectionArn": connection, "InvocationEndpoint": URL, "HttpMethod": "POST"}
    arn = str(real.call("events", "CreateApiDestination", **given)["ApiDestinationArn"])
    real.call("events", "PutRule", Name="orders", EventPattern='{"source": ["omnibus.orders"]}')
    letters = {"DeadLetterConfig": {"Arn": real.plane.arn("sqs", "dead")}}
    spec = {"Id": "shop", "Arn": arn, "RoleArn": "arn:aws:iam::123456789012:role/events", **letters, **target}
    assert real.call("events", "PutTargets", Rule="orders", Targets=[spec])["FailedEntryCount"] == 0
    return arn


def publish(real: Ground, number: int = 1) -> None:
    detail = json.dumps({"n": number, "metadata": {"event_id": f"event-{number}"}})
    entry = {"Source": "omnibus.orders", "DetailType": "T", "Detail": detail}
    real.call("events", "PutEvents", Entries=[entry])


def delivered(real: Ground) -> list[tuple[str, int, str]]:
    return [(hop.outcome, hop.attempt, hop.note) for hop in real.plane.ledger.find("events", "deliver")]


def state(real: Ground) -> str:
    return str(real.call("events", "DescribeConnection", Name="shop")["ConnectionState"])


def authorization(real: Ground, answer: Answer | int) -> str:
    """Answer the oldest call; how it was authorized."""
    return real.world.answer(answer).headers["authorization"]


def test_an_event_is_delivered_when_the_answer_is_there_and_in_flight_until_then(real: Ground):
    route(real, connect(real))
    publish(real)

    [place] = real.plane.rooms["events"].whereabouts("event-1")
    assert (place.state, place.until, delivered(real)) == ("in flight", None, [])
    assert real.world.out[0].timeout == 5.0
    real.pass_(1)
    request = real.world.answer(Answer(202, seconds=1))

    assert (request.url, json.loads(request.body)["detail"]["n"]) == (URL, 1)
    assert delivered(real) == [("ok", 1, "orders")]
    assert [hop.service for hop in real.plane.ledger.of("event-1")] == ["events", "events", "outside", "events"]
    assert list(real.plane.rooms["events"].whereabouts("event-1")) == []


def test_a_throttled_call_is_made_again_when_the_server_said_counted_from_its_answer(real: Ground):
    route(real, connect(real))
    publish(real)

    real.pass_(3)
    real.world.answer(Answer(429, headers={"Retry-After": "30"}, seconds=3))
    real.pass_(29.9)
    assert real.world.out == []
    real.pass_(0.1)
    real.world.answer(200)

    assert delivered(real) == [("retry", 1, "THROTTLING"), ("ok", 2, "orders")]
    assert {hop.event_id for hop in real.plane.ledger.find("events", "deliver")} == {"event-1"}


def test_a_server_that_takes_too_long_is_called_again_soon_for_the_time_has_passed(real: Ground):
    route(real, connect(real))
    publish(real)

    real.pass_(5)
    real.world.time_out()
    real.pass_(1)
    real.world.answer(200)

    assert delivered(real) == [("retry", 1, "TIMEOUT"), ("ok", 2, "orders")]


@pytest.mark.parametrize(
    ("policy", "answers", "exhausted", "retries"),
    [
        ({"MaximumRetryAttempts": 1}, [503, 503], "MaximumRetryAttempts", "1"),
        ({"MaximumEventAgeInSeconds": 60}, [503], "MaximumEventAgeInSeconds", "0"),
        ({}, [400], None, "0"),
        ({}, [None], None, "0"),
    ],
)
def test_an_event_is_given_up_by_the_retry_policy_whenever_the_answers_came(
    real: Ground, policy: dict[str, int], answers: list[int | None], exhausted: str | None, retries: str
):
    route(real, connect(real), RetryPolicy=policy)
    publish(real)

    for answer in answers:
        real.pass_(61)
        real.world.answer(answer)
    real.pass_(10)

    [letter] = dead(real.plane)
    assert (letter.get("EXHAUSTED_RETRY_CONDITION"), letter["RETRY_ATTEMPTS"]) == (exhausted, retries)
    assert real.world.out == []


def test_without_a_policy_an_event_is_tried_185_times_more_within_24_hours(real: Ground):
    route(real, connect(real))
    publish(real)
    start = real.plane.clock.time()

    attempts = 0
    while real.world.out:
        real.pass_(1)
        real.world.answer(503)
        attempts += 1
        real.pass_(480)

    [letter] = dead(real.plane)
    assert real.plane.clock.time() - start <= 86_400 + 480
    assert letter["RETRY_ATTEMPTS"] == str(attempts - 1)
    # Half a thousand seconds are let pass after every attempt here, so it is the age that ends it.
    assert (letter["EXHAUSTED_RETRY_CONDITION"], attempts > 170) == ("MaximumEventAgeInSeconds", True)


def test_a_connection_is_authorizing_until_its_endpoint_has_given_a_token(real: Ground):
    arn = connect(real, OAUTH, "OAUTH_CLIENT_CREDENTIALS")
    assert state(real) == "AUTHORIZING"

    real.pass_(2)
    request = real.world.answer(TOKEN)
    route(real, arn)
    publish(real)

    assert (request.url, state(real)) == ("https://login.example/token", "AUTHORIZED")
    assert b"grant_type=client_credentials" in request.body
    assert authorization(real, 200) == "Bearer t1"
    assert delivered(real) == [("ok", 1, "orders")]


@pytest.mark.parametrize("answer", [Answer(500), None, Answer(200, b"no JSON"), Answer(504, seconds=6)])
def test_a_connection_whose_endpoint_gives_no_token_is_deauthorized(real: Ground, answer: Answer | None):
    connect(real, OAUTH, "OAUTH_CLIENT_CREDENTIALS")

    real.world.answer(answer)

    shown = real.call("events", "DescribeConnection", Name="shop")
    assert (shown["ConnectionState"], "Failed to authorize" in shown["StateReason"]) == ("DEAUTHORIZED", True)


def test_a_token_that_ends_is_fetched_once_for_all_who_need_it(real: Ground):
    route(real, connect_by_token(real))
    real.pass_(3600)
    for number in range(3):
        publish(real, number)

    assert len(real.world.out) == 1
    real.pass_(1)
    real.world.answer(SECOND)

    assert [authorization(real, 200) for _ in range(3)] == ["Bearer t2"] * 3
    assert delivered(real) == [("ok", 1, "orders")] * 3
    assert [hop.event_id for hop in real.plane.ledger.find("events", "deliver")] == ["event-0", "event-1", "event-2"]


def test_a_token_that_cannot_be_fetched_fails_every_delivery_which_is_tried_again(real: Ground):
    route(real, connect_by_token(real))
    real.pass_(3600)
    publish(real, 1)
    publish(real, 2)
    real.pass_(0.1)  # the second had to wait for its turn: 300 a second

    real.world.answer(500)
    assert delivered(real) == [("retry", 1, "CONNECTION_FAILURE")] * 2
    real.pass_(1)
    real.world.answer(SECOND)

    assert [authorization(real, 200) for _ in range(2)] == ["Bearer t2"] * 2
    assert delivered(real)[2:] == [("ok", 2, "orders")] * 2


def test_after_a_401_the_call_is_made_once_more_with_a_new_token(real: Ground):
    route(real, connect_by_token(real))
    publish(real)

    assert authorization(real, 401) == "Bearer t1"
    assert real.world.answer(SECOND).url == "https://login.example/token"
    assert authorization(real, 200) == "Bearer t2"

    assert delivered(real) == [("ok", 1, "orders")]


def test_a_token_for_credentials_that_have_changed_since_is_not_kept(real: Ground):
    arn = connect(real, OAUTH, "OAUTH_CLIENT_CREDENTIALS")
    client = {**OAUTH["OAuthParameters"], "ClientParameters": {"ClientID": "other", "ClientSecret": "secret"}}

    real.call("events", "UpdateConnection", Name="shop", AuthParameters={"OAuthParameters": client})
    stale, fresh = real.world.answer(TOKEN), real.world.out[0].request
    assert state(real) == "AUTHORIZING"
    real.world.answer(SECOND)
    route(real, arn)
    publish(real)

    assert (b"client_id=me" in stale.body, b"client_id=other" in fresh.body) == (True, True)
    assert authorization(real, 200) == "Bearer t2"


def test_a_connection_that_is_deauthorized_stays_so_whatever_its_endpoint_answers(real: Ground):
    connect(real, OAUTH, "OAUTH_CLIENT_CREDENTIALS")

    real.call("events", "DeauthorizeConnection", Name="shop")
    real.world.answer(TOKEN)

    assert state(real) == "DEAUTHORIZED"


def test_a_connection_that_is_deauthorized_before_it_asks_does_not_ask(real: Ground):
    given = {"Name": "shop", "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS", "AuthParameters": OAUTH}
    real.plane.call("events", "CreateConnection", **given)

    real.call("events", "DeauthorizeConnection", Name="shop")

    assert (real.world.out, state(real)) == ([], "DEAUTHORIZED")


def test_what_a_pipe_sends_waits_for_its_turn_and_for_the_answer(real: Ground):
    arn = route(real, connect(real))
    real.call("events", "UpdateApiDestination", Name="shop", InvocationRateLimitPerSecond=2)
    call = partial(real.plane.rooms["events"].call_api_destination, arn, "{}", [], {}, {})
    called: list[Any] = [call() for _ in range(3)]
    assert all(isinstance(each, Later) for each in called)

    at = []
    for answer in (Answer(200, b"1"), Answer(500), Answer(200, b"3", seconds=0.4)):
        at.append(real.world.out[0].request.at)
        real.world.answer(answer)
        real.pass_(0.5)

    assert [each - at[0] for each in at] == [0, 0.5, 1]
    assert [each.result().body for each in called] == [b"1", b"", b"3"]
    assert [each.result().seconds for each in called] == [0, 0, 0]
    assert called[1].result().error.code == "ERROR_FROM_TARGET"


def test_what_a_pipe_sends_where_nothing_can_be_called_fails_at_once(real: Ground):
    arn = real.plane.arn("events", "api-destination/none/1")

    called = real.plane.rooms["events"].call_api_destination(arn, "{}", [], {}, {})

    assert called.error.code == "NO_RESOURCE"
