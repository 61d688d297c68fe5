import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import AwsError
from bus.local.events import EventsRoom
from bus.local.plane import Plane
from bus.local.resources import Deployed, Made, RefusedValuesError, Resource

QUEUE, OTHER = (f"arn:aws:sqs:us-east-1:123456789012:{name}" for name in ("queue", "other"))
BUS, RULE, POLICY = "AWS::Events::EventBus", "AWS::Events::Rule", "AWS::Events::EventBusPolicy"
ALLOW = {"Effect": "Allow", "Action": "events:PutEvents", "Principal": "*", "Resource": "*"}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(EventsRoom)


@pytest.fixture
def events(plane: Plane) -> Any:
    return boto3.client("events", region_name=plane.region)


class Stack:
    """One resource, made and then changed."""

    def __init__(self, plane: Plane, type_: str, **properties: Any) -> None:
        self.makers = plane.makers
        wanted = Resource("stack", "Logical", type_, properties, name="stack-Logical-1", template="t.yaml", line=3)
        self.made = Made(wanted, self.makers.make(wanted))

    def update(self, **properties: Any) -> Deployed:
        wanted = replace(self.made.wanted, properties=properties)
        assert not self.makers.replaces(wanted, self.made)
        self.made = Made(wanted, self.makers.update(wanted, self.made))
        return self.made.deployed

    def replaces(self, **properties: Any) -> bool:
        return self.makers.replaces(replace(self.made.wanted, properties=properties), self.made)

    def remove(self) -> None:
        self.makers.remove(self.made)


def targets(events: Any, rule: str) -> dict[str, str]:
    return {target["Id"]: target["Arn"] for target in events.list_targets_by_rule(Rule=rule)["Targets"]}


def tags(events: Any, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in events.list_tags_for_resource(ResourceARN=arn)["Tags"]}


def test_a_bus_is_made_changed_in_place_and_removed(plane: Plane, events: Any):
    bus = Stack(
        plane, BUS, Name="omnibus", Description="d", DeadLetterConfig={"Arn": QUEUE}, Policy={"Statement": ALLOW}
    )
    events.put_rule(Name="kept", EventBusName="omnibus", EventPattern='{"source": ["a"]}')

    again = bus.update(Name="omnibus", LogConfig={"Level": "INFO"}, Tags=[{"Key": "team", "Value": "orders"}])

    described = events.describe_event_bus(Name="omnibus")
    assert described["LogConfig"] == {"Level": "INFO"}
    assert not {"Description", "DeadLetterConfig", "Policy"} & set(described)
    assert tags(events, again.attributes["Arn"]) == {"team": "orders"}
    assert [rule["Name"] for rule in events.list_rules(EventBusName="omnibus")["Rules"]] == ["kept"]
    assert bus.replaces(Name="another")
    with pytest.raises(AwsError, match="can't be deleted since it has rules"):
        bus.remove()
    events.delete_rule(Name="kept", EventBusName="omnibus")
    bus.remove()
    assert [each["Name"] for each in events.list_event_buses()["EventBuses"]] == ["default"]


def test_a_rule_is_made_with_its_targets(plane: Plane, events: Any):
    events.create_event_bus(Name="omnibus")

    rule = Stack(
        plane,
        RULE,
        EventBusName="omnibus",
        EventPattern={"source": ["omnibus.orders"]},
        Targets=[{"Id": "q", "Arn": QUEUE, "RetryPolicy": {"MaximumRetryAttempts": "3"}}],
    ).made.deployed

    assert rule.ref == "omnibus|stack-Logical-1"
    assert rule.attributes == {
        "Arn": "arn:aws:events:us-east-1:123456789012:rule/omnibus/stack-Logical-1",
        "RuleName": "stack-Logical-1",
    }
    (target,) = events.list_targets_by_rule(Rule="stack-Logical-1", EventBusName="omnibus")["Targets"]
    assert target == {"Id": "q", "Arn": QUEUE, "RetryPolicy": {"MaximumRetryAttempts": 3}}


def test_a_changed_rule_keeps_its_identity_and_takes_its_new_targets(plane: Plane, events: Any):
    both = [{"Id": "a", "Arn": QUEUE}, {"Id": "b", "Arn": QUEUE}]
    rule = Stack(plane, RULE, EventPattern={"source": ["a"]}, Description="d", Targets=both)
    events.put_targets(Rule="stack-Logical-1", Targets=[{"Id": "by-hand", "Arn": OTHER}])
    before = rule.made.deployed

    after = rule.update(EventPattern={"source": ["b"]}, State="DISABLED", Targets=[{"Id": "b", "Arn": OTHER}])

    described = events.describe_rule(Name="stack-Logical-1")
    assert (after.ref, after.attributes) == (before.ref, before.attributes)
    assert (described["EventPattern"], described["State"]) == ('{"source":["b"]}', "DISABLED")
    assert "Description" not in described
    assert targets(events, "stack-Logical-1") == {"b": OTHER, "by-hand": OTHER}
    assert rule.replaces(EventPattern={"source": ["b"]}, Name="another")


def test_a_rule_on_another_bus_is_another_rule(plane: Plane, events: Any):
    events.create_event_bus(Name="omnibus")
    template = {"EventPattern": {"source": ["a"]}, "Targets": [{"Id": "a", "Arn": QUEUE}]}

    rule = Stack(plane, RULE, **template)

    assert rule.replaces(EventBusName="omnibus", **template)


def test_a_rule_whose_targets_are_refused_is_not_made_or_stays_as_it_was(plane: Plane, events: Any):
    good = {"EventPattern": {"source": ["a"]}, "Targets": [{"Id": "a", "Arn": QUEUE}]}
    wrong = {"EventPattern": {"source": ["b"]}, "Targets": [{"Id": "b", "Arn": "no ARN"}]}

    with pytest.raises(RefusedValuesError):
        Stack(plane, RULE, **wrong)
    assert events.list_rules()["Rules"] == []

    rule = Stack(plane, RULE, **good)
    with pytest.raises(RefusedValuesError):
        rule.update(**wrong)
    assert events.describe_rule(Name="stack-Logical-1")["EventPattern"] == '{"source":["a"]}'
    assert targets(events, "stack-Logical-1") == {"a": QUEUE}


def test_a_removed_rule_goes_with_its_targets(plane: Plane, events: Any):
    rule = Stack(plane, RULE, EventPattern={"source": ["a"]}, Targets=[{"Id": "a", "Arn": QUEUE}])

    rule.remove()

    assert events.list_rules()["Rules"] == []


def test_a_bus_policy_is_one_statement_of_the_bus(plane: Plane, events: Any):
    def statements() -> Any:
        policy = events.describe_event_bus().get("Policy")
        return None if policy is None else json.loads(policy)["Statement"]

    policy = Stack(plane, POLICY, StatementId="all", Statement=ALLOW)
    assert statements() == [{"Sid": "all", **ALLOW}]

    policy.update(StatementId="all", Action="events:PutEvents", Principal="111122223333")
    assert statements()[0]["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    assert policy.replaces(StatementId="other", Statement=ALLOW)
    policy.remove()
    assert statements() is None


def test_what_a_policy_cannot_be_judged_by_is_refused_where_it_is_put(plane: Plane, events: Any):
    with pytest.raises(RefusedValuesError, match="This policy is not valid: all: exactly one of Action and NotAction"):
        Stack(plane, POLICY, StatementId="all", Statement={"Effect": "Allow", "Principal": "*", "Resource": "*"})
    with pytest.raises(ClientError, match="the condition operator IpAddresses"):
        events.put_permission(Policy=json.dumps({"Statement": {**ALLOW, "Condition": {"IpAddresses": {"a": "b"}}}}))
