"""EventBridge's CloudFormation resources."""

import json
from typing import Any

from bus.local.events.archive_operations import ArchiveOperations
from bus.local.events.bus_operations import BusOperations
from bus.local.events.rule_operations import RuleOperations
from bus.local.events.target_operations import TargetOperations
from bus.local.resources import LABEL, LOGGED, UNCHECKED, UNENCRYPTED, Deployed, Resource, resource

_TARGET_PROPERTIES = {
    f"Targets.{name}"
    for name in (
        "Id",
        "Arn",
        "Input",
        "InputPath",
        "InputTransformer.InputPathsMap",
        "InputTransformer.InputTemplate",
        "KinesisParameters.PartitionKeyPath",
        "SqsParameters.MessageGroupId",
        "DeadLetterConfig.Arn",
        "RetryPolicy.MaximumRetryAttempts",
        "RetryPolicy.MaximumEventAgeInSeconds",
    )
}


class Resources(BusOperations, RuleOperations, TargetOperations, ArchiveOperations):
    """Makes resources by the operations that an SDK would call."""

    @resource(
        "AWS::Events::EventBus",
        acts_on={"Name", "Description", "Policy"},
        inert={
            "Tags": LABEL,
            "KmsKeyIdentifier": UNENCRYPTED,
            "DeadLetterConfig": "it holds events that the bus's own key could not encrypt",
            "LogConfig": LOGGED,
        },
    )
    def make_event_bus(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        name = properties.get("Name", wanted.name)
        self.create_event_bus({"Name": name, **_given(properties, "Description")})
        bus = self.buses.get(name)
        bus.policy = properties.get("Policy")
        return Deployed(name, {"Arn": bus.arn, "Name": name, "Policy": bus.policy})

    @resource(
        "AWS::Events::Rule",
        acts_on={"Name", "Description", "EventBusName", "EventPattern", "State", *_TARGET_PROPERTIES},
        inert={"RoleArn": UNCHECKED, "Targets.RoleArn": UNCHECKED, "Tags": LABEL},
    )
    def make_rule(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        name = properties.get("Name", wanted.name)
        where = {"EventBusName": properties.get("EventBusName", "default")}
        pattern = _as_text(properties.get("EventPattern"))
        answer = self.put_rule(
            {"Name": name, "EventPattern": pattern, **where, **_given(properties, "State", "Description")}
        )
        targets = properties.get("Targets", ())
        if targets:
            self.put_targets({"Rule": name, "Targets": [_target(target) for target in targets], **where})
        return Deployed(_rule_id(answer["RuleArn"]), {"Arn": answer["RuleArn"], "RuleName": name})

    @resource(
        "AWS::Events::Archive",
        acts_on={"ArchiveName", "Description", "EventPattern", "RetentionDays", "SourceArn"},
        inert={"KmsKeyIdentifier": UNENCRYPTED},
    )
    def make_archive(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        # An archive's name has at most 48 characters, and a generated one is cut to fit.
        name = properties.get("ArchiveName", wanted.name[-48:].lstrip("-"))
        answer = self.create_archive(
            {
                "ArchiveName": name,
                "EventSourceArn": properties["SourceArn"],
                "EventPattern": _as_text(properties.get("EventPattern")),
                **_given(properties, "Description", "RetentionDays"),
            }
        )
        return Deployed(name, {"Arn": answer["ArchiveArn"]})

    @resource(
        "AWS::Events::EventBusPolicy",
        acts_on={"EventBusName", "StatementId", "Statement", "Action", "Principal", "Condition"},
    )
    def make_event_bus_policy(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        where = {"EventBusName": properties.get("EventBusName", "default")}
        if "Statement" in properties:
            statement = {"Sid": properties["StatementId"], **properties["Statement"]}
            self.add_statement(where["EventBusName"], statement)
        else:
            self.put_permission({**where, **_given(properties, "StatementId", "Action", "Principal", "Condition")})
        return Deployed(properties["StatementId"])


def _given(properties: Any, *names: str) -> dict[str, Any]:
    return {name: properties[name] for name in names if name in properties}


def _as_text(pattern: Any) -> str | None:
    return pattern if pattern is None or isinstance(pattern, str) else json.dumps(pattern)


def _rule_id(arn: str) -> str:
    """What `Ref` gives: the rule's name, and before it the bus's when that is not the default one.

    So CloudFormation does (cloudformation-coverage-roadmap issue 1131), whatever its page on the type says.
    """
    return "|".join(arn.partition(":rule/")[2].rsplit("/", 1))


def _target(target: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in target.items() if name != "RoleArn"}
