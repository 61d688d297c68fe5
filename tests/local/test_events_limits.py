"""How much of everything there may be, and who may change what (user guide, "Amazon EventBridge quotas")."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.events import EventsRoom
from bus.local.plane import Plane

PATTERN = '{"source": ["omnibus.orders"]}'
WILD = '{"source": [{"wildcard": "omnibus.*"}]}'
NOT_WILD = '{"source": [{"anything-but": {"wildcard": "omnibus.*"}}]}'
QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue"
RULE = "arn:aws:events:us-east-1:123456789012:rule/rule"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(EventsRoom)


@pytest.fixture
def events(plane: Plane) -> Any:
    return boto3.client("events", region_name=plane.region)


def refused(call: Callable[..., Any], **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**params)
    return str(error.value.response["Error"]["Code"])


def test_a_bus_has_300_rules_and_a_rule_that_is_there_can_still_be_put(events: Any):
    for number in range(300):
        events.put_rule(Name=f"rule-{number}", EventPattern=PATTERN)

    assert refused(events.put_rule, Name="one-more", EventPattern=PATTERN) == "LimitExceededException"
    events.put_rule(Name="rule-0", EventPattern=PATTERN, State="DISABLED")


def test_a_bus_has_30_rules_with_wildcards(events: Any):
    for number in range(29):
        events.put_rule(Name=f"rule-{number}", EventPattern=WILD)
    events.put_rule(Name="not", EventPattern=NOT_WILD)

    assert refused(events.put_rule, Name="one-more", EventPattern=NOT_WILD) == "LimitExceededException"
    events.put_rule(Name="rule-0", EventPattern=WILD)
    events.put_rule(Name="plain", EventPattern='{"detail": {"wildcard": ["omnibus.*"]}}')


def test_an_account_has_100_buses(events: Any):
    for number in range(99):
        events.create_event_bus(Name=f"bus-{number}")

    assert refused(events.create_event_bus, Name="one-more") == "LimitExceededException"


@pytest.mark.parametrize(
    ("characters", "code"), [(2048, None), (2049, "LimitExceededException"), (4097, "ValidationException")]
)
def test_a_pattern_has_2048_characters(events: Any, characters: int, code: str | None):
    around = len('{"source":[""]}')
    pattern = f'{{"source":["{"x" * (characters - around)}"]}}'

    if code is None:
        events.put_rule(Name="rule", EventPattern=pattern)
    else:
        assert refused(events.put_rule, Name="rule", EventPattern=pattern) == code


def test_names_are_checked_as_aws_checks_them(events: Any):
    with pytest.raises(
        ClientError, match=r"Value 'a rule' at 'name' failed to satisfy constraint: Member must satisfy"
    ):
        events.put_rule(Name="a rule", EventPattern=PATTERN)
    with pytest.raises(ClientError, match=r"Event bus name must not contain '/'\."):
        events.create_event_bus(Name="a/b")


def test_rules_are_found_by_their_target(events: Any):
    for name in ("b", "a", "c"):
        events.put_rule(Name=name, EventPattern=PATTERN)
        events.put_targets(Rule=name, Targets=[{"Id": "t", "Arn": f"{QUEUE}{'' if name != 'c' else '2'}"}])

    assert events.list_rule_names_by_target(TargetArn=QUEUE)["RuleNames"] == ["a", "b"]
    assert events.list_rule_names_by_target(TargetArn=QUEUE, Limit=1)["NextToken"]
    assert events.list_rule_names_by_target(TargetArn=RULE)["RuleNames"] == []


def test_buses_and_rules_have_tags(events: Any):
    def tags(arn: str) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in events.list_tags_for_resource(ResourceARN=arn)["Tags"]}

    bus = events.create_event_bus(Name="orders", Tags=[{"Key": "a", "Value": "1"}])["EventBusArn"]
    rule = events.put_rule(Name="rule", EventBusName="orders", EventPattern=PATTERN, Tags=[{"Key": "r", "Value": "1"}])[
        "RuleArn"
    ]

    events.tag_resource(ResourceARN=bus, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    events.untag_resource(ResourceARN=bus, TagKeys=["a", "never there"])
    events.put_rule(Name="rule", EventBusName="orders", EventPattern=PATTERN, Tags=[{"Key": "ignored", "Value": "1"}])

    assert tags(bus) == {"b": "3"}
    assert tags(rule) == {"r": "1"}
    assert refused(events.list_tags_for_resource, ResourceARN=RULE) == "ResourceNotFoundException"
    assert refused(events.list_tags_for_resource, ResourceARN=f"{bus}s") == "ResourceNotFoundException"
    assert refused(events.list_tags_for_resource, ResourceARN="rule") == "ValidationException"


def test_a_bus_is_updated_setting_by_setting(plane: Plane, events: Any):
    made = events.create_event_bus(Name="orders", Description="d", KmsKeyIdentifier="key", LogConfig={"Level": "INFO"})
    plane.engine.run_to(plane.clock.time() + 60)

    updated = events.update_event_bus(Name="orders", Description="", DeadLetterConfig={"Arn": QUEUE})

    described = events.describe_event_bus(Name="orders")
    assert (made["KmsKeyIdentifier"], made["LogConfig"]) == ("key", {"Level": "INFO"})
    assert updated["Name"] == "orders"
    assert "Description" not in described
    assert (described["DeadLetterConfig"], described["KmsKeyIdentifier"]) == ({"Arn": QUEUE}, "key")
    assert (described["LastModifiedTime"] - described["CreationTime"]).total_seconds() == 60


def test_what_a_service_manages_nobody_else_changes_without_force(plane: Plane, events: Any):
    events.put_rule(Name="rule", EventPattern=PATTERN)
    events.put_targets(Rule="rule", Targets=[{"Id": "t", "Arn": QUEUE}])
    plane.rooms["events"].buses.get(None).rule("rule").managed_by = "pipes.amazonaws.com"
    calls: list[tuple[Any, dict[str, Any]]] = [
        (events.put_rule, {"Name": "rule", "EventPattern": PATTERN}),
        (events.disable_rule, {"Name": "rule"}),
        (events.put_targets, {"Rule": "rule", "Targets": [{"Id": "u", "Arn": QUEUE}]}),
        (events.remove_targets, {"Rule": "rule", "Ids": ["t"]}),
        (events.delete_rule, {"Name": "rule"}),
        (events.tag_resource, {"ResourceARN": RULE, "Tags": [{"Key": "a", "Value": "b"}]}),
    ]

    assert {refused(call, **params) for call, params in calls} == {"ManagedRuleException"}
    assert events.describe_rule(Name="rule")["ManagedBy"] == "pipes.amazonaws.com"
    events.remove_targets(Rule="rule", Ids=["t"], Force=True)
    events.delete_rule(Name="rule", Force=True)
    assert events.list_rules()["Rules"] == []


@pytest.mark.parametrize("detail", ['{"a":' * depth + "1" + "}" * depth for depth in (900, 1000)])
def test_a_deeply_nested_detail_is_matched(plane: Plane, events: Any, detail: str):
    events.put_rule(Name="rule", EventPattern=PATTERN)

    events.put_events(Entries=[{"Source": "omnibus.orders", "DetailType": "T", "Detail": detail}])
    plane.engine.run_until_idle()

    assert len(plane.ledger.find("events", "match")) == 1


def test_a_number_past_all_bounds_is_a_number(plane: Plane, events: Any):
    events.put_rule(Name="rule", EventPattern='{"detail": {"a": [{"exists": true}]}}')

    answer = events.put_events(
        Entries=[{"Source": "s", "DetailType": "T", "Detail": json.dumps({"a": 1}).replace("1", "1e999")}]
    )
    plane.engine.run_until_idle()

    assert answer["FailedEntryCount"] == 0
    assert len(plane.ledger.find("events", "match")) == 1
