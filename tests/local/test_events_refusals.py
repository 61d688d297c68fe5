"""Resources of templates that EventBridge refuses leave nothing behind, and change nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest

from bus.local.events import EventsRoom
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.resources import Made, RefusedValuesError, Resource

QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue"
BUS, RULE, POLICY = "AWS::Events::EventBus", "AWS::Events::Rule", "AWS::Events::EventBusPolicy"
CONNECTION, DESTINATION, ARCHIVE = "AWS::Events::Connection", "AWS::Events::ApiDestination", "AWS::Events::Archive"
KEY = {
    "AuthorizationType": "API_KEY",
    "AuthParameters": {"ApiKeyAuthParameters": {"ApiKeyName": "key", "ApiKeyValue": "secret"}},
}
ALLOW = {"Effect": "Allow", "Action": "events:PutEvents", "Principal": "*", "Resource": "*"}


class MemorySecrets:
    """Keeps secrets by their ARN, which is their name."""

    service = "secretsmanager"

    def __init__(self, _: Plane) -> None:
        self.kept: dict[str, str] = {}

    @operation("CreateSecret")
    def create_secret(self, params: Params) -> Response:
        self.kept[params["Name"]] = params["SecretString"]
        return {"ARN": params["Name"]}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(EventsRoom, MemorySecrets)


@pytest.fixture
def events(plane: Plane) -> Any:
    return boto3.client("events", region_name=plane.region)


def wanted(type_: str, **properties: Any) -> Resource:
    return Resource("stack", "It", type_, properties, name="it", template="t.yaml", line=3)


def make(plane: Plane, type_: str, **properties: Any) -> Made:
    resource = wanted(type_, **properties)
    return Made(resource, plane.makers.make(resource))


def change(plane: Plane, made: Made, **properties: Any) -> Made:
    resource = replace(made.wanted, properties=properties)
    return Made(resource, plane.makers.update(resource, made))


def some(*ids: str) -> list[dict[str, str]]:
    return [{"Id": each, "Arn": QUEUE} for each in ids]


def statements(events: Any) -> list[str]:
    return [each["Sid"] for each in json.loads(events.describe_event_bus(Name="it")["Policy"])["Statement"]]


@pytest.mark.parametrize("targets", [[{"Id": "a", "Arn": "nothing"}], some(*"abcdef")])
def test_a_rule_whose_targets_are_refused_is_not_made(plane: Plane, events: Any, targets: Any):
    with pytest.raises(RefusedValuesError):
        make(plane, RULE, EventPattern={"source": ["a"]}, Targets=targets)

    assert events.list_rules()["Rules"] == []


def test_a_rule_whose_new_targets_are_refused_stays_as_it_was(plane: Plane, events: Any):
    rule = make(plane, RULE, EventPattern={"source": ["a"]}, Targets=some("a"))

    with pytest.raises(RefusedValuesError):
        change(plane, rule, EventPattern={"source": ["b"]}, Targets=[{"Id": "a", "Arn": "nothing"}])

    assert events.describe_rule(Name="it")["EventPattern"] == '{"source":["a"]}'
    assert events.list_targets_by_rule(Rule="it")["Targets"] == some("a")


def test_all_five_targets_of_a_rule_may_be_others_at_once(plane: Plane, events: Any):
    rule = make(plane, RULE, EventPattern={"source": ["a"]}, Targets=some(*"abcde"))

    change(plane, rule, EventPattern={"source": ["a"]}, Targets=some(*"fghij"))

    assert events.list_targets_by_rule(Rule="it")["Targets"] == some(*"fghij")


def test_a_bus_whose_policy_is_refused_is_not_made(plane: Plane, events: Any):
    with pytest.raises(RefusedValuesError, match="This policy is not valid"):
        make(plane, BUS, Policy={"Statement": {"Effect": "Maybe"}})

    assert [bus["Name"] for bus in events.list_event_buses()["EventBuses"]] == ["default"]


def test_a_change_of_a_bus_leaves_the_statements_that_are_resources_of_their_own(plane: Plane, events: Any):
    bus = make(plane, BUS, Description="before")
    policy = make(plane, POLICY, EventBusName="it", StatementId="all", Statement=ALLOW)

    bus = change(plane, bus, Description="after")
    assert statements(events) == ["all"]

    change(plane, bus, Description="after", Policy={"Statement": [{"Sid": "mine", **ALLOW}]})
    plane.makers.remove(policy)
    assert statements(events) == ["mine"]


def test_a_connection_whose_new_parameters_are_refused_stays_as_it_was(plane: Plane, events: Any):
    connection = make(plane, CONNECTION, Description="before", **KEY)
    wrong = {"BasicAuthParameters": {"Username": "a", "Password": "b"}}

    with pytest.raises(RefusedValuesError):
        change(plane, connection, AuthorizationType="API_KEY", AuthParameters=wrong)

    described = events.describe_connection(Name="it")
    assert described["Description"] == "before"
    assert described["AuthParameters"] == {"ApiKeyAuthParameters": {"ApiKeyName": "key"}}


def test_an_api_destination_whose_new_endpoint_is_refused_stays_as_it_was(plane: Plane, events: Any):
    arn = make(plane, CONNECTION, **KEY).deployed.attributes["Arn"]
    given = {"ConnectionArn": arn, "HttpMethod": "POST", "InvocationEndpoint": "https://partner.example/"}
    destination = make(plane, DESTINATION, Name="it", Description="before", InvocationRateLimitPerSecond=3, **given)

    with pytest.raises(RefusedValuesError, match="must use HTTPS"):
        change(plane, destination, Name="it", **given | {"InvocationEndpoint": "http://partner.example/"})

    described = events.describe_api_destination(Name="it")
    assert (described["Description"], described["InvocationRateLimitPerSecond"]) == ("before", 3)


def test_an_archive_whose_new_pattern_is_refused_stays_as_it_was(plane: Plane, events: Any):
    bus = events.describe_event_bus()["Arn"]
    archive = make(plane, ARCHIVE, SourceArn=bus, Description="before", RetentionDays=3)

    with pytest.raises(RefusedValuesError, match="Event pattern is not valid"):
        change(plane, archive, SourceArn=bus, EventPattern={"source": "a"})

    described = events.describe_archive(ArchiveName="it")
    assert (described["Description"], described["RetentionDays"]) == ("before", 3)
