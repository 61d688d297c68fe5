"""EventBridge user guide, "Connections for endpoint targets"."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from botocore.exceptions import ClientError

from bus.local.outside import Answer, Outside
from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from tests.local.api_destinations.cases import BASIC, KEY, OAUTH, connect, dead, publish, route


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
