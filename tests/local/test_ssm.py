"""Parameters: set and read through boto3, made by stacks, and found by other stacks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.plane import Plane
from bus.local.ssm import SsmRoom
from bus.local.stacks import Stacks


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(SsmRoom)


@pytest.fixture
def ssm(plane: Plane) -> Any:
    return boto3.client("ssm", region_name=plane.region)


def put(ssm: Any, name: str, value: str = "here", **more: Any) -> int:
    return int(ssm.put_parameter(Name=name, Value=value, **{"Type": "String", **more})["Version"])


def test_a_parameter_is_read_as_it_was_set(plane: Plane, ssm: Any) -> None:
    put(ssm, "/bus/name", "omnibus")

    parameter = ssm.get_parameter(Name="/bus/name")["Parameter"]

    assert parameter == {
        "Name": "/bus/name",
        "Type": "String",
        "Value": "omnibus",
        "Version": 1,
        "LastModifiedDate": plane.clock.now(),
        "ARN": "arn:aws:ssm:us-east-1:123456789012:parameter/bus/name",
        "DataType": "text",
    }
    assert ssm.get_parameter(Name=parameter["ARN"])["Parameter"] == parameter


def test_each_value_of_a_parameter_stays_readable_by_its_version(ssm: Any) -> None:
    put(ssm, "/bus/name", "old")
    assert put(ssm, "/bus/name", "new", Overwrite=True) == 2

    old = ssm.get_parameter(Name="/bus/name:1")["Parameter"]

    assert (old["Value"], old["Selector"]) == ("old", ":1")
    assert ssm.get_parameter(Name="/bus/name")["Parameter"]["Value"] == "new"
    with pytest.raises(ssm.exceptions.ParameterVersionNotFound):
        ssm.get_parameter(Name="/bus/name:3")


def test_the_hundred_latest_versions_are_kept(ssm: Any) -> None:
    for number in range(101):
        put(ssm, "/count", str(number), Overwrite=True)

    with pytest.raises(ssm.exceptions.ParameterVersionNotFound):
        ssm.get_parameter(Name="/count:1")
    assert ssm.get_parameter(Name="/count:2")["Parameter"]["Value"] == "1"


def test_several_parameters_are_read_at_once_and_the_missing_ones_are_named(ssm: Any) -> None:
    put(ssm, "/a")
    put(ssm, "/b")

    answer = ssm.get_parameters(Names=["/b", "/nowhere", "/a"])

    assert [parameter["Name"] for parameter in answer["Parameters"]] == ["/b", "/a"]
    assert answer["InvalidParameters"] == ["/nowhere"]


def test_a_path_has_what_is_right_below_it_or_all_of_it_page_by_page(ssm: Any) -> None:
    for name in ("/bus/name", "/bus/arn", "/bus/lake/bucket", "/business/name"):
        put(ssm, name)
    pages = ssm.get_paginator("get_parameters_by_path")

    below = ssm.get_parameters_by_path(Path="/bus")["Parameters"]
    every = [page["Parameters"] for page in pages.paginate(Path="/bus/", Recursive=True, MaxResults=2)]

    assert [parameter["Name"] for parameter in below] == ["/bus/arn", "/bus/name"]
    assert [[parameter["Name"] for parameter in page] for page in every] == [
        ["/bus/arn", "/bus/lake/bucket"],
        ["/bus/name"],
    ]


def test_a_deleted_parameter_is_gone(ssm: Any) -> None:
    put(ssm, "/bus/name")

    ssm.delete_parameter(Name="/bus/name")

    for operation in (ssm.get_parameter, ssm.delete_parameter):
        with pytest.raises(ssm.exceptions.ParameterNotFound):
            operation(Name="/bus/name")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"Name": "bus/name"}, "ValidationException"),
        ({"Name": "/aws/bus"}, "ValidationException"),
        ({"Name": "/bus name"}, "ValidationException"),
        ({"Name": "/a" * 16}, "HierarchyLevelLimitExceededException"),
        ({"Value": "x" * 4097}, "ValidationException"),
        ({"Value": "x" * 8193, "Tier": "Advanced"}, "ValidationException"),
        ({"AllowedPattern": "^[0-9]+$"}, "ParameterPatternMismatchException"),
        ({"Name": "/there"}, "ParameterAlreadyExists"),
        ({"Name": "/there", "Overwrite": True, "Type": "StringList"}, "HierarchyTypeMismatchException"),
        ({"Name": "/there", "Overwrite": True, "Tags": [{"Key": "a", "Value": "b"}]}, "ValidationException"),
    ],
)
def test_what_parameter_store_refuses_is_refused_in_its_words(ssm: Any, given: dict[str, Any], code: str) -> None:
    put(ssm, "/there")

    with pytest.raises(ClientError) as refused:
        put(ssm, **{"name": given.pop("Name", "/bus/name"), "value": given.pop("Value", "omnibus"), **given})

    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.parametrize("asked", [{"Type": "SecureString"}, {"DataType": "aws:ec2:image"}, {"Policies": "[]"}])
def test_what_the_plane_does_not_keep_is_an_error(ssm: Any, asked: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="the local event plane does not do") as refused:
        put(ssm, "/bus/name", **asked)

    assert refused.value.response["Error"]["Code"] == "UnsupportedOperation"


def test_the_tier_grows_with_the_value_where_it_may(ssm: Any) -> None:
    small = ssm.put_parameter(Name="/a", Value="x", Type="String", Tier="Intelligent-Tiering")
    large = ssm.put_parameter(Name="/b", Value="x" * 5000, Type="String", Tier="Intelligent-Tiering")

    assert (small["Tier"], large["Tier"]) == ("Standard", "Advanced")


def test_a_later_stack_finds_an_earlier_one_by_its_parameters(plane: Plane, ssm: Any, tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text("""
Resources:
  Name: {Type: AWS::SSM::Parameter, Properties: {Name: /bus/name, Type: String, Value: omnibus}}
""")
    second.write_text("""
Parameters: {Bus: {Type: "AWS::SSM::Parameter::Value<String>", Default: /bus/name}}
Resources:
  Copy:
    Type: AWS::SSM::Parameter
    Properties: {Name: /copy, Type: String, Value: !Sub "${Bus}+{{resolve:ssm:/bus/name}}"}
""")
    stacks = Stacks(plane)

    stacks.deploy(first, "first")
    stacks.deploy(second, "second")

    assert ssm.get_parameter(Name="/copy")["Parameter"]["Value"] == "omnibus+omnibus"
    assert plane.rooms["ssm"].parameter("/nowhere") is None
