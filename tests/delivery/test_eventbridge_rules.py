"""Rules (user guide, "Rules in Amazon EventBridge"; API reference)."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.rules import SOURCE, Rule


def test_an_event_goes_to_every_target_of_every_rule_that_matches(aws: Aws):
    """User guide, "Rules": "a single rule can send an event to multiple targets, which then run in parallel"."""
    one = Rule(aws)
    other = Rule(aws, {"detail": {"total": [{"numeric": [">", 5]}]}}, bus=one.bus)
    neither = Rule(aws, {"source": ["elsewhere"]}, bus=one.bus)
    matching, silent = [one.queue(), one.queue(), other.queue()], neither.queue()

    one.put({"total": 7})

    assert [len(queue.bodies()) for queue in matching] == [1, 1, 1]
    assert silent.bodies() == []


def test_a_rule_watches_one_bus(aws: Aws):
    """User guide, "Rules": a rule is of one event bus."""
    queue = Rule(aws).queue()

    Rule(aws).put()

    assert queue.bodies() == []


def test_a_disabled_rule_matches_nothing(aws: Aws):
    """API reference, DisableRule: "A disabled rule won't match any events"."""
    events, rule = aws.client("events"), Rule(aws)
    queue = rule.queue()

    events.disable_rule(Name=rule.name, EventBusName=rule.bus)
    rule.put()
    assert queue.bodies() == []
    events.enable_rule(Name=rule.name, EventBusName=rule.bus)
    rule.put()
    assert len(queue.bodies()) == 1


def test_a_rule_that_is_put_again_is_replaced_and_keeps_its_targets(aws: Aws):
    """API reference, PutRule: "If you omit arguments in PutRule, the old values … are replaced with null values"."""
    events, rule = aws.client("events"), Rule(aws)
    queue = rule.queue()
    named = {"Name": rule.name, "EventBusName": rule.bus}
    events.put_rule(**named, EventPattern='{"source": ["a"]}', Description="d", State="DISABLED")

    events.put_rule(**named, EventPattern=json.dumps({"source": [SOURCE]}))

    described = events.describe_rule(**named)
    rule.put()
    assert "Description" not in described
    assert described["State"] == "ENABLED"
    assert len(queue.bodies()) == 1


def test_a_rule_has_a_pattern_or_a_schedule(aws: Aws):
    """API reference, PutRule: "A rule must contain at least an EventPattern or ScheduleExpression"."""
    with pytest.raises(ClientError, match=r"Parameter\(s\) EventPattern or ScheduleExpression must be specified\."):
        aws.client("events").put_rule(Name=aws.name())


def test_a_rule_has_five_targets_at_most(aws: Aws):
    """API reference, PutTargets: "Each rule can have up to five (5) targets associated with it at one time"."""
    rule, queue = Rule(aws), aws.queue()
    for _ in range(5):
        rule.target(queue.arn)

    with pytest.raises(ClientError, match="The requested resource exceeds the maximum number allowed") as refused:
        rule.target(queue.arn)

    assert refused.value.response["Error"]["Code"] == "LimitExceededException"


def test_a_removed_target_is_invoked_no_longer(aws: Aws):
    """API reference, RemoveTargets."""
    events, rule = aws.client("events"), Rule(aws)
    queue = rule.queue()
    named = {"Rule": rule.name, "EventBusName": rule.bus}
    (target,) = events.list_targets_by_rule(**named)["Targets"]

    answer = events.remove_targets(**named, Ids=[target["Id"]])

    rule.put()
    assert answer["FailedEntryCount"] == 0
    assert queue.bodies() == []


def test_a_rule_is_deleted_after_its_targets(aws: Aws):
    """API reference, DeleteRule: "Before you can delete the rule, you must remove all targets, using RemoveTargets"."""
    events, rule = aws.client("events"), Rule(aws)
    rule.queue()

    with pytest.raises(ClientError, match="Rule can't be deleted since it has targets"):
        events.delete_rule(Name=rule.name, EventBusName=rule.bus)


def test_a_bus_is_deleted_after_its_rules(aws: Aws):
    """API reference, DeleteEventBus: "All rules associated with this event bus need to be deleted"."""
    events, rule = aws.client("events"), Rule(aws)

    with pytest.raises(ClientError):
        events.delete_event_bus(Name=rule.bus)
    events.delete_rule(Name=rule.name, EventBusName=rule.bus)
    events.delete_event_bus(Name=rule.bus)
    with pytest.raises(ClientError, match="does not exist"):
        events.describe_event_bus(Name=rule.bus)


def test_the_default_bus_cannot_be_deleted(aws: Aws):
    """API reference, DeleteEventBus: "You can't delete your account's default event bus"."""
    with pytest.raises(ClientError, match="Cannot delete event bus default"):
        aws.client("events").delete_event_bus(Name="default")


def test_the_names_of_a_targets_rules_are_listed(aws: Aws):
    """API reference, ListRuleNamesByTarget."""
    rule, queue = Rule(aws), aws.queue()
    rule.target(queue.arn)

    listed = aws.client("events").list_rule_names_by_target(TargetArn=queue.arn, EventBusName=rule.bus)

    assert listed["RuleNames"] == [rule.name]


def test_a_pattern_can_be_tested_on_an_event_without_a_rule(aws: Aws):
    """API reference, TestEventPattern."""
    about = {"id": "1", "account": "123456789012", "time": "2026-01-01T00:00:00Z", "region": "us-east-1"}
    event = json.dumps({**about, "source": "a", "detail-type": "T", "resources": []})
    events = aws.client("events")

    assert events.test_event_pattern(EventPattern='{"source": ["a"]}', Event=event)["Result"]
    assert not events.test_event_pattern(EventPattern='{"source": ["b"]}', Event=event)["Result"]
    with pytest.raises(ClientError, match="Event pattern is not valid") as refused:
        events.test_event_pattern(EventPattern='{"source": "a"}', Event=event)
    assert refused.value.response["Error"]["Code"] == "InvalidEventPatternException"
