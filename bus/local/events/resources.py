"""EventBridge's CloudFormation resources: buses and their policies, and rules."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.events.bus_operations import BusOperations
from bus.local.events.rule_operations import RuleOperations
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
        name = wanted.properties.get("Name", wanted.name)
        self.create_event_bus({"Name": name, **_given(wanted.properties, *_BUS_SETTINGS, "Tags")})
        return self._policed(name, wanted)

    @updates(_BUS)
    def change_event_bus(self, wanted: Resource, made: Made) -> Deployed:
        settings = {name: wanted.properties.get(name, empty) for name, empty in _BUS_SETTINGS.items()}
        self.update_event_bus({"Name": made.ref, **settings})
        self.buses.get(made.ref).tags = as_tags(wanted.properties.get("Tags"))
        return self._policed(made.ref, wanted)

    def _policed(self, name: str, wanted: Resource) -> Deployed:
        bus, policy = self.buses.get(name), wanted.properties.get("Policy")
        self.set_policy(bus, policy)
        return Deployed(name, {"Arn": bus.arn, "Name": name, "Policy": policy})

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
        replaced_by={"Name"},
    )
    def make_rule(self, wanted: Resource) -> Deployed:
        return self._put(wanted)

    @updates(_RULE)
    def change_rule(self, wanted: Resource, made: Made) -> Deployed:
        """Targets are changed in place; those that are wanted no longer go. On another bus it is another rule."""
        if _bus_of(wanted) != _bus_of(made.wanted):
            self.remove_rule(made)
            return self._put(wanted)
        deployed = self._put(wanted)
        bus, name = _bus_of(wanted), deployed.attributes["RuleName"]
        kept = {target["Id"] for target in wanted.properties.get("Targets", ())}
        gone = [target["Id"] for target in made.properties.get("Targets", ()) if target["Id"] not in kept]
        if gone:
            self.remove_targets({"Rule": name, "EventBusName": bus, "Ids": gone})
        self.buses.get(bus).rule(name).tags = as_tags(wanted.properties.get("Tags"))
        return deployed

    def _put(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        name, where = properties.get("Name", wanted.name), {"EventBusName": _bus_of(wanted)}
        given = _given(properties, "State", "Description", "RoleArn", "ScheduleExpression", "Tags")
        if "EventPattern" in properties:
            given["EventPattern"] = _as_text(properties["EventPattern"])
        arn = self.put_rule({"Name": name, **where, **given})["RuleArn"]
        if targets := properties.get("Targets"):
            self.put_targets({"Rule": name, "Targets": [_typed(target) for target in targets], **where})
        return Deployed(_rule_id(arn), {"Arn": arn, "RuleName": name})

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
        self.remove_statement(self.buses.get(_bus_of(made.wanted)), made.ref)


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
