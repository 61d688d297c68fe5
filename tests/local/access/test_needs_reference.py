"""The table of actions against the Service Authorization Reference, as cfn-lint carries it.

For every operation of every service of the table, with parameters that name everything: its actions exist, and what
they are about is one of the kinds of resources that the reference gives for the action.
"""

import base64
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from bus.local.access.directory import Directory
from bus.local.access.identities import Identities
from bus.local.access.needs import RULES, Call, Need, needs_of
from bus.local.plane import Plane
from bus.local.rooms import ROOMS

# The reference has no tags among what is posted to, and gives some readers of metrics data sets, which the metrics of
# these operations are not in.
OTHERWISE = {
    "apigatewayv2": frozenset({"TagResource"}),
    "cloudwatch": frozenset({"GetMetricData", "ListMetrics", "PutMetricData"}),
}
# What moto would forget, and the gate therefore refuses; see `needs.identity`.
LEFT_OUT = ("PolicyArns", "Tags")


@cache
def reference() -> Mapping[str, Any]:
    text = files("cfnlint").joinpath("data/AdditionalSpecs/Policies.json").read_text()
    found: Mapping[str, Any] = json.loads(text)
    return found


@cache
def model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def actions_of(need: Need) -> Mapping[str, Any] | None:
    prefix, _, name = need.action.partition(":")
    found: Mapping[str, Any] | None = reference()[prefix]["Actions"].get(name.lower())
    return found


def formats(need: Need, kinds: list[str]) -> list[str]:
    resources = reference()[need.action.partition(":")[0]]["Resources"]
    return [each for kind in kinds for each in resources[kind.lower()]["ARNFormats"]]


def fits(arn: str, format_: str) -> bool:
    """The reference's formats are regular expressions but for their variables."""
    known = {"Partition": "aws", "Region": "us-east-1", "Account": "123456789012"}
    pattern = re.sub(r"\$\{(\w+)\}", lambda found: known[found[1]], format_)
    return re.fullmatch(pattern, arn) is not None


@pytest.fixture
def directory(plane: Plane, iam: Any) -> Directory:  # noqa: ARG001 - moto is to be active
    return Directory(plane, Identities(plane.account))


GIVEN = "arn:aws:given:us-east-1:123456789012:thing"
SAMPLES = {
    "AliasName": "alias/name",
    "Path": "/",
    "ResourceType": "Parameter",
    "ShardIterator": f"{GIVEN}|position",
    "Statement": 'SELECT * FROM "name"',
    "TaskHandle": base64.b64encode(json.dumps({"sourceArn": GIVEN}).encode()).decode(),
    "uri": "/",
}
SIMPLE = {"integer": 1, "long": 1, "boolean": True, "blob": b"k" * 36, "timestamp": 0, "float": 1.0, "double": 1.0}


def sample(operation: OperationModel) -> Any:
    """Parameters with every member; whatever is called an ARN is one."""
    return _value(operation.input_shape, "", 0) if operation.input_shape is not None else {}


def _value(shape: Shape, name: str, depth: int) -> Any:
    if isinstance(shape, StructureShape):
        members = shape.members.items() if depth < 5 else ()
        return {member: _value(inner, member, depth + 1) for member, inner in members}
    if isinstance(shape, ListShape):
        return [_value(shape.member, name, depth + 1)]
    if isinstance(shape, MapShape):
        return {"name": _value(shape.value, name, depth + 1)}
    if shape.type_name == "string" and name in SAMPLES:
        return SAMPLES[name]
    is_arn = name.lower().removesuffix("s").endswith(("arn", "provider")) or name == "Resource"
    return SIMPLE.get(shape.type_name, GIVEN if is_arn else "name")


def answered(service: str) -> list[str]:
    """The operations that the plane, or moto, answers at all; CloudFormation's, that the reference has."""
    if service == "cloudformation":
        return [name for name in model(service).operation_names if name not in ("RemoveAlias", "SetAlias")]
    rooms: dict[str, Any] = {room.service: room for room in ROOMS}
    room = rooms.get(service)
    marked = {getattr(getattr(room, name), "__operation__", None) for name in dir(room)} - {None}
    if marked:
        return sorted(marked)
    responses = [each for each in vars(import_module(f"moto.{service}.responses")).values() if isinstance(each, type)]
    return [
        name for name in model(service).operation_names if any(xform_name(name) in vars(each) for each in responses)
    ]


def problems(service: str, directory: Directory) -> dict[str, str]:
    """By operation, what the table has otherwise than the reference."""
    found = {}
    for name in answered(service):
        given = {
            key: value for key, value in sample(model(service).operation_model(name)).items() if key not in LEFT_OUT
        }
        call = Call(name, given, directory, f"arn:aws:iam::{Plane.account}:user/me")
        for need in needs_of(service, call):
            problem = problem_of(need)
            if problem is not None:
                found[name] = problem
    return found


def problem_of(need: Need) -> str | None:
    known = actions_of(need)
    if need.resource.startswith(GIVEN.rpartition(":")[0]):
        return None if known is not None and known.get("Resources") else f"{need.action} is about nothing"
    if known is None:
        return f"no action {need.action}"
    kinds = known.get("Resources")
    if not kinds:
        return None if need.resource == "*" else f"{need.action} has no resource, and gets {need.resource}"
    if need.resource == "*" or not any(fits(need.resource, each) for each in formats(need, kinds)):
        return f"{need.action} is about {kinds}, and gets {need.resource}"
    return None


@pytest.mark.parametrize("service", sorted(RULES))
def test_every_operation_needs_an_action_of_the_reference_on_a_resource_of_its_kind(service: str, directory: Directory):
    assert problems(service, directory).keys() == OTHERWISE.get(service, frozenset())
