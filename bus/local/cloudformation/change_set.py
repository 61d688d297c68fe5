"""A change set: a deployment that waits for its word, and what it would change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.local.cloudformation.shown import moment, parameters
from bus.local.operations import Response
from bus.local.stacks import Change, Detail, StackRecord
from bus.topology import Template
from bus.topology.parameters import FromSsm

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


@dataclass(eq=False)
class ChangeSet:
    """`options` become the stack's when it is executed; `created` is epoch seconds."""

    name: str
    id: str
    record: StackRecord
    template: Template
    options: Mapping[str, Any]
    created: float
    description: str = ""
    on_failure: str | None = None
    status: str = "CREATE_PENDING"
    reason: str = ""
    execution: str = "UNAVAILABLE"
    changes: list[Change] = field(default_factory=list)

    def made(self, changes: list[Change]) -> None:
        """It is known what would change, and it can be executed."""
        self.changes, self.status, self.execution = changes, "CREATE_COMPLETE", "AVAILABLE"

    def fail(self, reason: str) -> None:
        """Nothing can be executed."""
        self.status, self.reason = "FAILED", reason

    def summary(self) -> Response:
        """As ListChangeSets shows it."""
        shown: Response = {
            "StackId": self.record.id,
            "StackName": self.record.name,
            "ChangeSetId": self.id,
            "ChangeSetName": self.name,
            "ExecutionStatus": self.execution,
            "Status": self.status,
            "CreationTime": moment(self.created),
            "IncludeNestedStacks": False,
        }
        more = {"StatusReason": self.reason, "Description": self.description}
        return shown | {name: value for name, value in more.items() if value}

    def shown(self, from_ssm: FromSsm) -> Response:
        """As DescribeChangeSet shows it, but for its changes."""
        on_failure = {} if self.on_failure is None else {"OnStackFailure": self.on_failure}
        return self.summary() | {
            "Parameters": parameters(self.template, from_ssm),
            "NotificationARNs": [],
            "RollbackConfiguration": {},
            "Capabilities": list(self.options.get("Capabilities", ())),
            "Tags": list(self.options.get("Tags", ())),
            **on_failure,
        }


def shown(change: Change, *, values: bool) -> Response:
    """One of the Changes; `values` says whether with the properties before and after."""
    told: Response = {
        "Action": change.action,
        "LogicalResourceId": change.logical_id,
        "ResourceType": change.type,
        "Scope": change.scope,
        "Details": [_detail(one, values=values) for one in change.details],
    }
    more = {
        "PolicyAction": change.policy_action,
        "PhysicalResourceId": change.physical_id,
        "Replacement": change.replacement,
    }
    if values:
        contexts = {"BeforeContext": change.before, "AfterContext": change.after}
        more |= {
            name: json.dumps({"Properties": properties}, default=str)
            for name, properties in contexts.items()
            if properties is not None
        }
    return {"Type": "Resource", "ResourceChange": told | {name: value for name, value in more.items() if value}}


def _detail(detail: Detail, *, values: bool) -> Response:
    target = {"Attribute": detail.attribute, "RequiresRecreation": detail.recreation}
    if detail.name:
        target["Name"] = detail.name
    if values:
        target["Path"] = f"/{detail.attribute}/{detail.name}" if detail.name else f"/{detail.attribute}"
        sides = {"BeforeValue": detail.before, "AfterValue": detail.after}
        target |= {name: _written(value) for name, value in sides.items() if value is not None}
        target["AttributeChangeType"] = _kind_of(detail)
    told: Response = {"Target": target, "Evaluation": detail.evaluation, "ChangeSource": detail.source}
    return told | {"CausingEntity": detail.cause} if detail.cause else told


def _kind_of(detail: Detail) -> str:
    if detail.before is None:
        return "Add"
    return "Remove" if detail.after is None else "Modify"


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
