"""Furniture by CloudFormation's API: the templates, and the calls that the tests share."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from bus.local.plane import Plane
from tests.local.stack_updates.cases import TEMPLATE, FurnitureRoom

_CHAIR = "  Chair:\n    Type: Test::Desk\n    DependsOn: Lamp\n    Properties: {Height: none}\nOutputs:"
BROKEN = TEMPLATE.replace("Outputs:", _CHAIR)
REFUSED = TEMPLATE.replace("Height: 1", "Height: 2").replace("Watts: 5", "Watts: none")

__all__ = ["BROKEN", "REFUSED", "TEMPLATE", "FurnitureRoom", "events", "pass_time_instead_of_sleeping", "status"]


def status(cloudformation: Any, stack: str = "office") -> str:
    return str(cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])


def events(cloudformation: Any, stack: str = "office") -> list[tuple[str, str]]:
    """What happened to which resource, oldest first."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
    told = [event for page in pages for event in page["StackEvents"]]
    return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(told)]


def pass_time_instead_of_sleeping(monkeypatch: Any, plane: Plane) -> None:
    """boto3's waiters sleep between two looks: let the plane's time pass in place of ours."""
    clock = SimpleNamespace(sleep=lambda seconds: plane.engine.advance(timedelta(seconds=seconds)))
    monkeypatch.setattr("botocore.waiter.time", clock)
