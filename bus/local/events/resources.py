"""EventBridge's CloudFormation resources: buses and their policies, and rules."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from bus.local.events.bus_operations import BusOperations
from bus.local.events.parameters import accept
from bus.local.events.quotas import check_quota
from bus.local.events.rule_operations import RuleOperations
from bus.local.events.state import EventBus, Target
from bus.local.events.tags import TagOperations, as_tags
from bus.local.events.target_operations import TargetOperations
from bus.local.resources import LOGGED, UNCHECKED, UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates

_TARGET_PROPERTIES = {
    f"Targets.{name}"
    for name in (
        "Id",
        "Arn",
        "RoleArn",
        "Input",
        "InputPath",
        "InputTransformer.InputPathsMap",
        "InputTransformer.InputTemplate",
        "HttpParameters.HeaderParameters",
        "HttpParameters.PathParameterValues",
        "HttpParameters.QueryStringParameters",
        "KinesisParameters.PartitionKeyPath",
        "SqsParameters.MessageGroupId",
        "DeadLetterConfig.Arn",
        "RetryPolicy.MaximumRetryAttempts",
        "RetryPolicy.MaximumEventAgeInSeconds",
    )
}
_BUS, _RULE, _POLICY = "AWS::Events::EventBus", "AWS::Events::Rule", "AWS::Events::EventBusPolicy"


class Resources(BusOperations, RuleOperations, TargetOperations, TagOperations):
    """Makes, changes and removes resources by the operations that an SDK would call."""

    @resource(
        _BUS,
        acts_on={"Name", "Description", "Policy", "Tags"},
        inert={
            "KmsKeyIdentifier": UNENCRYPTED,
            "DeadLetterConfig": "it holds events that the bus's own key could not encrypt",
            "LogConfig": LOGGED,
        },
        replaced_by={"Name"},
    )
    def make_event_bus(self, wanted: Resource) -> Deployed:
        name, policy = wanted.properties.get("Name", wanted.name), wanted.properties.get("Policy")
        self.check_policy(policy)
        self.create_event_bus({"Name": name, **_given(wanted.properties, *_BUS_SETTINGS, "Tags")})
        if policy is not None:
            self.set_policy(self.buses.get(name), policy)
        return self._deployed_bus(name, wanted)

    @updates(_BUS)
    def change_event_bus(self, wanted: Resource, made: Made) -> Deployed:
        """A policy of which the template says nothing stays: its statements may be resources of their own."""
        bus, policy = self.buses.get(made.ref), wanted.properties.get("Policy")
        if policy != made.properties.get("Policy"):
            self.set_policy(bus, policy)
        settings = {name: wanted.properties.get(name, empty) for name, empty in _BUS_SETTINGS.items()}
        self.update_event_bus({"Name": made.ref, **settings})
        bus.tags = as_tags(wanted.properties.get("Tags"))
        return self._deployed_bus(made.ref, wanted)

    def _deployed_bus(self, name: str, wanted: Resource) -> Deployed:
        arn, policy = self.buses.get(name).arn, wanted.properties.get("Policy")
        return Deployed(name, {"Arn": arn, "Name": name, "Policy": policy})

    @removes(_BUS)
    def remove_event_bus(self, made: Made) -> None:
        self.delete_event_bus({"Name": made.ref})

    @resource(
        _RULE,
        acts_on={
            "Name",
            "Description",
            "EventBusName",
            "EventPattern",
            "ScheduleExpression",
            "State",
            "Tags",
            *_TARGET_PROPERTIES,
        },
        inert={"RoleArn": UNCHECKED},
        replaced_by={"EventBusName", "Name"},
    )
    def make_rule(self, wanted: Resource) -> Deployed:
        return self._put(wanted)

    @updates(_RULE)
    def change_rule(self, wanted: Resource, made: Made) -> Deployed:
        """Targets are changed in place; those that are wanted no longer go."""
        deployed = self._put(wanted, {target["Id"] for target in made.properties.get("Targets", ())})
        rule = self.buses.get(_bus_of(wanted)).rule(deployed.attributes["RuleName"])
        rule.tags = as_tags(wanted.properties.get("Tags"))
        return deployed

    def _put(self, wanted: Resource, gone: Collection[str] = ()) -> Deployed:
        """Put the rule and its targets, in the place of those that are `gone`. What is refused changes nothing."""
        properties = wanted.properties
        name, bus = properties.get("Name", wanted.name), self.buses.get(_bus_of(wanted))
        given = _given(properties, "State", "Description", "RoleArn", "ScheduleExpression", "Tags")
        if "EventPattern" in properties:
            given["EventPattern"] = _as_text(properties["EventPattern"])
        targets = self._targets_of(wanted, bus, name, gone)
        arn = self.put_rule({"Name": name, "EventBusName": bus.name, **given})["RuleArn"]
        rule = bus.rule(name)
        rule.targets.clear()
        rule.targets.update(targets)
        return Deployed(_rule_id(arn), {"Arn": arn, "RuleName": name})

    def _targets_of(self, wanted: Resource, bus: EventBus, name: str, gone: Collection[str]) -> dict[str, Target]:
        """The targets that the rule is to have: those that are wanted, and what was put by hand. Raises AwsError."""
        before = bus.rules[name].targets if name in bus.rules else {}
        after = {id_: target for id_, target in before.items() if id_ not in gone}
        if given := [_typed(target) for target in wanted.properties.get("Targets", ())]:
            accept("PutTargets", {"Rule": name, "Targets": given})
            after |= self.made_targets(name, self.rule_arn(bus, name), given)
            check_quota(len(after), self.quotas.targets_per_rule)
        return after

    @removes(_RULE)
    def remove_rule(self, made: Made) -> None:
        """With its targets, whoever put them, as CloudFormation does."""
        bus, name = _bus_of(made.wanted), made.deployed.attributes["RuleName"]
        found = self.buses.find(bus)
        if found is not None and name in found.rules:
            found.rules[name].targets.clear()
            self.delete_rule({"Name": name, "EventBusName": bus})

    @resource(
        _POLICY,
        acts_on={"EventBusName", "StatementId", "Statement", "Action", "Principal", "Condition"},
        replaced_by={"EventBusName", "StatementId"},
    )
    def make_event_bus_policy(self, wanted: Resource) -> Deployed:
        return self._put_statement_of(wanted)

    @updates(_POLICY)
    def change_event_bus_policy(self, wanted: Resource, _: Made) -> Deployed:
        return self._put_statement_of(wanted)

    def _put_statement_of(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        sid = properties["StatementId"]
        if "Statement" in properties:
            self.put_statement(self.buses.get(_bus_of(wanted)), {"Sid": sid, **properties["Statement"]})
        else:
            given = _given(properties, "StatementId", "Action", "Principal", "Condition")
            self.put_permission({"EventBusName": _bus_of(wanted), **given})
        return Deployed(sid)

    @removes(_POLICY)
    def remove_event_bus_policy(self, made: Made) -> None:
        """A statement that something else has taken away already is no error."""
        bus = self.buses.find(_bus_of(made.wanted))
        if bus is not None and made.ref in self.statement_ids(bus):
            self.remove_statement(bus, made.ref)


_BUS_SETTINGS: dict[str, Any] = {"Description": "", "KmsKeyIdentifier": "", "DeadLetterConfig": {}, "LogConfig": {}}


def _given(properties: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: properties[name] for name in names if name in properties}


def _bus_of(wanted: Resource) -> str:
    return str(wanted.properties.get("EventBusName", "default"))


def _as_text(pattern: Any) -> str:
    return pattern if isinstance(pattern, str) else json.dumps(pattern, separators=(",", ":"))


def _typed(target: Mapping[str, Any]) -> dict[str, Any]:
    """A target as PutTargets takes it: templates may give numbers as texts."""
    policy = target.get("RetryPolicy")
    if policy is None:
        return dict(target)
    return {**target, "RetryPolicy": {name: int(value) for name, value in policy.items()}}


def _rule_id(arn: str) -> str:
    """What `Ref` gives: the rule's name, and before it the bus's when that is not the default one.

    So CloudFormation does (cloudformation-coverage-roadmap issue 1131), whatever its page on the type says.
    """
    return "|".join(arn.partition(":rule/")[2].rsplit("/", 1))
