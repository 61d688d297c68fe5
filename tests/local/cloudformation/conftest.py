"""A plane that makes furniture, and CloudFormation over it."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from bus.local.cloudformation import CloudFormationRoom
from bus.local.plane import Plane
from bus.local.ssm import SsmRoom
from tests.local.cloudformation.cases import TEMPLATE, FurnitureRoom, pass_time_instead_of_sleeping


@pytest.fixture
def plane(plane_with: Callable[..., Plane], monkeypatch: pytest.MonkeyPatch) -> Plane:
    plane = plane_with(FurnitureRoom, SsmRoom, CloudFormationRoom)
    pass_time_instead_of_sleeping(monkeypatch, plane)
    return plane


@pytest.fixture
def log(plane: Plane) -> list[str]:
    room: FurnitureRoom = plane.rooms["furniture"]
    return room.log


@pytest.fixture
def cloudformation(plane: Plane) -> Any:  # noqa: ARG001 - the client talks to the plane that is active
    return boto3.client("cloudformation")


@pytest.fixture
def settle(plane: Plane) -> Callable[[], None]:
    """Let what was begun come to its end."""
    return plane.engine.run_until_idle


@pytest.fixture
def office(cloudformation: Any, settle: Callable[[], None], log: list[str]) -> str:
    """The id of a stack that is there."""
    stack_id: str = cloudformation.create_stack(StackName="office", TemplateBody=TEMPLATE)["StackId"]
    settle()
    log.clear()
    return stack_id


@pytest.fixture
def refusal(cloudformation: Any) -> Callable[..., tuple[str, str]]:
    """The code and message of the error that a call ends in."""

    def refused(operation: str, **params: Any) -> tuple[str, str]:
        with pytest.raises(cloudformation.exceptions.ClientError) as caught:
            getattr(cloudformation, operation)(**params)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    return refused
