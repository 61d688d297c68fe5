"""EventBridge user guide, "API destinations" and "Connections for endpoint targets"."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.events import EventsRoom
from bus.local.operations import Params, Response, operation
from bus.local.outside import Answer, Outside
from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from bus.local.sqs import SqsRoom

BASIC = {"BasicAuthParameters": {"Username": "ada", "Password": "secret"}}
KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Api-Key", "ApiKeyValue": "secret"}}
OAUTH = {
    "OAuthParameters": {
        "AuthorizationEndpoint": "https://login.example/token",
        "HttpMethod": "POST",
        "ClientParameters": {"ClientID": "me", "ClientSecret": "secret"},
        "OAuthHttpParameters": {"BodyParameters": [{"Key": "scope", "Value": "orders", "IsValueSecret": False}]},
    }
}
DEAD = "arn:aws:sqs:us-east-1:123456789012:dead"


class MemorySecrets:
    service = "secretsmanager"

    def __init__(self, _: Plane) -> None:
        self.values: dict[str, Any] = {}

    @operation("CreateSecret")
    def create_secret(self, params: Params) -> Response:
        arn = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{params['Name']}-abcdef"
        self.values[arn] = json.loads(params["SecretString"])
        return {"ARN": arn}

    @operation("PutSecretValue")
    def put_secret_value(self, params: Params) -> Response:
        self.values[params["SecretId"]] = json.loads(params["SecretString"])
        return {}

    @operation("DeleteSecret")
    def delete_secret(self, params: Params) -> Response:
        del self.values[params["SecretId"]]
        return {}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    plane = plane_with(Outside, MemorySecrets, SqsRoom, EventsRoom)
    plane.call("sqs", "CreateQueue", QueueName="dead")
    return plane


@pytest.fixture
def events(plane: Plane) -> Any:
    return boto3.client("events", region_name=plane.region)


@pytest.fixture
def outside(plane: Plane) -> Outside:
    outside = Outside.of(plane)
    outside.answer("api.example", lambda _: 200)
    return outside


def connect(plane: Plane, events: Any, parameters: Any = BASIC, kind: str = "BASIC", name: str = "shop") -> str:
    arn = events.create_connection(Name=name, AuthorizationType=kind, AuthParameters=parameters)["ConnectionArn"]
    plane.engine.run_until_idle()
    return str(arn)


def route(events: Any, connection: str, *, target: Any = None, **destination: Any) -> None:
    """Every event of "omnibus.orders" goes to an API destination; what it does not take to the queue `dead`."""
    given = {"InvocationEndpoint": "https://api.example/orders", "HttpMethod": "POST"} | destination
    arn = events.create_api_destination(Name="shop", ConnectionArn=connection, **given)["ApiDestinationArn"]
    events.put_rule(Name="orders", EventPattern='{"source": ["omnibus.orders"]}')
    role = "arn:aws:iam::123456789012:role/events"
    spec = {"Id": "shop", "Arn": arn, "RoleArn": role, "DeadLetterConfig": {"Arn": DEAD}, **(target or {})}
    assert events.put_targets(Rule="orders", Targets=[spec])["FailedEntryCount"] == 0


def publish(events: Any, *numbers: int) -> None:
    for number in numbers or (1,):
        detail = json.dumps({"n": number, "shop": "a/b", "path": ["x"]})
        events.put_events(Entries=[{"Source": "omnibus.orders", "DetailType": "T", "Detail": detail}])


def dead(plane: Plane) -> list[dict[str, str]]:
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/dead"
    answer = plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    messages = answer.get("Messages", ())
    return [{key: value["StringValue"] for key, value in each["MessageAttributes"].items()} for each in messages]


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


class Login:
    """An authorization endpoint that gives tokens of an hour, numbered."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: Any) -> Answer:
        self.asked.append(dict(parse_qsl(request.body.decode())))
        given = {"access_token": f"t{len(self.asked)}", "token_type": "bearer", "expires_in": 3600}
        return Answer(200, json.dumps(given).encode())


def test_a_token_is_fetched_when_the_connection_is_made_and_when_it_ends(plane: Plane, events: Any, outside: Outside):
    login = Login()
    outside.answer("login.example", login)
    made = events.create_connection(Name="shop", AuthorizationType="OAUTH_CLIENT_CREDENTIALS", AuthParameters=OAUTH)
    assert made["ConnectionState"] == "AUTHORIZING"
    plane.engine.run_until_idle()
    assert events.describe_connection(Name="shop")["ConnectionState"] == "AUTHORIZED"
    route(events, made["ConnectionArn"])

    for hours in (0, 0.5, 0.5):
        plane.engine.advance(timedelta(hours=hours))
        publish(events)
        plane.engine.run_until_idle()

    tokens = [call.headers["authorization"] for call in outside.calls if "api.example" in call.url]
    assert tokens == ["Bearer t1", "Bearer t1", "Bearer t2"]
    assert login.asked[0] == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": "secret",
        "scope": "orders",
    }


def test_a_token_that_the_endpoint_refuses_is_fetched_anew_at_once(plane: Plane, events: Any, outside: Outside):
    outside.answer("login.example", Login())
    outside.answer("api.example", lambda request: 401 if request.headers["authorization"] == "Bearer t1" else 200)
    route(events, connect(plane, events, OAUTH, "OAUTH_CLIENT_CREDENTIALS"))

    publish(events)
    plane.engine.run_until_idle()

    assert [hop.outcome for hop in plane.ledger.find("events", "deliver")] == ["ok"]


def test_a_connection_that_gets_no_token_is_deauthorized_and_says_why(plane: Plane, events: Any, outside: Outside):
    outside.answer("login.example", lambda _: 403)
    connection = connect(plane, events, OAUTH, "OAUTH_CLIENT_CREDENTIALS")
    route(events, connection)

    publish(events)
    plane.engine.run_until_idle()

    shown = events.describe_connection(Name="shop")
    assert shown["ConnectionState"] == "DEAUTHORIZED"
    assert "answered 403" in shown["StateReason"]
    assert events.describe_api_destination(Name="shop")["ApiDestinationState"] == "INACTIVE"
    assert [each["ERROR_CODE"] for each in dead(plane)] == ["NO_PERMISSIONS"]


def test_secrets_are_kept_in_secrets_manager_and_never_described(plane: Plane, events: Any):
    more = {"HeaderParameters": [{"Key": "A", "Value": "hidden"}, {"Key": "B", "Value": "b", "IsValueSecret": False}]}
    connect(plane, events, {**BASIC, "InvocationHttpParameters": more})

    shown = events.describe_connection(Name="shop")

    assert shown["AuthParameters"] == {
        "BasicAuthParameters": {"Username": "ada"},
        "InvocationHttpParameters": {
            "HeaderParameters": [
                {"Key": "A", "IsValueSecret": True},
                {"Key": "B", "Value": "b", "IsValueSecret": False},
            ]
        },
    }
    kept = plane.rooms["secretsmanager"].values[shown["SecretArn"]]
    assert kept["BasicAuthParameters"] == BASIC["BasicAuthParameters"]
    assert ":secret:events!connection/shop/" in shown["SecretArn"]


def test_a_connection_is_changed_deauthorized_and_deleted(plane: Plane, events: Any, outside: Outside):
    route(events, connect(plane, events))
    events.update_connection(Name="shop", AuthorizationType="API_KEY", AuthParameters=KEY)
    publish(events)
    plane.engine.run_until_idle()
    assert outside.calls[-1].headers["x-api-key"] == "secret"

    assert events.deauthorize_connection(Name="shop")["ConnectionState"] == "DEAUTHORIZING"
    assert events.list_connections(ConnectionState="DEAUTHORIZED")["Connections"][0]["Name"] == "shop"
    assert events.delete_connection(Name="shop")["ConnectionState"] == "DELETING"
    publish(events)
    plane.engine.run_until_idle()

    assert plane.rooms["secretsmanager"].values == {}
    assert [each["ERROR_CODE"] for each in dead(plane)] == ["NO_RESOURCE"]


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
    ("call", "given", "said"),
    [
        ("create_connection", {"Name": "x y", "AuthorizationType": "BASIC", "AuthParameters": BASIC}, "constraint"),
        ("create_connection", {"Name": "a", "AuthorizationType": "BASIC", "AuthParameters": KEY}, "must be specified"),
        ("create_connection", {"Name": "a", "AuthorizationType": "NONE", "AuthParameters": KEY}, "enum value set"),
        (
            "create_connection",
            {"Name": "a", "AuthorizationType": "BASIC", "AuthParameters": {**BASIC, **KEY}},
            "is not valid for the authorization type BASIC",
        ),
        ("describe_connection", {"Name": "a"}, r"Connection 'a' does not exist\."),
    ],
)
def test_a_connection_that_cannot_be_is_refused(events: Any, call: str, given: dict[str, Any], said: str):
    with pytest.raises(ClientError, match=said):
        getattr(events, call)(**given)


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


def test_connections_and_api_destinations_of_a_template_are_made_changed_and_removed(plane: Plane, events: Any):
    def wanted(type_: str, **properties: Any) -> Resource:
        return Resource("stack", "Shop", f"AWS::Events::{type_}", properties, "stack-Shop-1")

    room = plane.rooms["events"]
    first = wanted("Connection", AuthorizationType="BASIC", AuthParameters=BASIC, Description="old")
    connection = Made(first, plane.makers.make(first))
    arn = connection.deployed.attributes["Arn"]
    ours = {"ConnectionArn": arn, "HttpMethod": "POST", "InvocationEndpoint": "https://api.example"}
    limited = wanted("ApiDestination", **ours, InvocationRateLimitPerSecond="5")
    destination = Made(limited, plane.makers.make(limited))
    assert destination.deployed.attributes["Arn"].startswith(
        "arn:aws:events:us-east-1:123456789012:api-destination/stack-Shop-1/"
    )

    second = wanted("Connection", AuthorizationType="API_KEY", AuthParameters=KEY)
    connection = Made(second, room.update_made_connection(second, connection))
    unlimited = wanted("ApiDestination", **ours)
    destination = Made(unlimited, room.update_made_api_destination(unlimited, destination))

    assert connection.deployed.attributes["Arn"] == arn
    shown = events.describe_connection(Name="stack-Shop-1")
    assert shown["AuthParameters"] == {"ApiKeyAuthParameters": {"ApiKeyName": "X-Api-Key"}}
    assert "Description" not in shown
    assert "InvocationRateLimitPerSecond" not in events.describe_api_destination(Name="stack-Shop-1")
    room.remove_api_destination(destination)
    room.remove_connection(connection)
    assert events.list_api_destinations()["ApiDestinations"] == events.list_connections()["Connections"] == []
