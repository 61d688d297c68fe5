"""The resources of a function are made, changed in place and removed, as CloudFormation does."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from bus.local.lambda_ import LambdaRoom
from bus.local.plane import Plane
from bus.local.platform import LocalPlatform
from bus.local.resources import Made, RefusedValuesError, Resource

INLINE = "import os\ncalls = []\ndef handler(event, context):\n    calls.append(event)\n"
INLINE += "    print('called')\n    return [len(calls), os.environ.get('WHO')]\n"
KINDS = ("Function", "Version", "Alias", "EventInvokeConfig", "Permission")


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(LambdaRoom)


def made(plane: Plane, kind: str, **properties: Any) -> Made:
    wanted = Resource("stack", kind, f"AWS::Lambda::{kind}", properties, f"stack-{kind}-1")
    return Made(wanted, plane.makers.make(wanted))


def function(plane: Plane, **properties: Any) -> Made:
    given = {"FunctionName": "orders", "Handler": "index.handler", "Runtime": "python3.13", "Role": "r"}
    return made(plane, "Function", **given | {"Code": {"ZipFile": INLINE}} | properties)


def changed(plane: Plane, before: Made, **properties: Any) -> Made:
    """The resource with other properties; None takes one away."""
    after = {name: value for name, value in {**before.properties, **properties}.items() if value is not None}
    wanted = replace(before.wanted, properties=after)
    assert not plane.makers.replaces(wanted, before)
    return Made(wanted, plane.makers.update(wanted, before))


def invoked(name: str = "orders", **more: Any) -> Any:
    return json.load(boto3.client("lambda").invoke(FunctionName=name, **more)["Payload"])


def test_no_part_of_the_room_hides_a_method_of_another():
    parts = [part for part in LambdaRoom.__mro__ if part not in {LambdaRoom, object}]
    names = [name for part in parts for name in vars(part) if callable(vars(part)[name])]

    assert [name for name in set(names) if names.count(name) > 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_replaces_a_resource_is_what_its_schema_says(plane: Plane, kind: str):
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", f"AWS::Lambda::{kind}").schema
    [found] = [each for each in plane.makers.kinds() if each.type == f"AWS::Lambda::{kind}"]

    assert {"/properties/" + path.replace(".", "/") for path in found.replaced_by} == set(
        schema["createOnlyProperties"]
    )


def test_a_function_may_have_its_code_in_the_template(plane: Plane):
    function(plane, Environment={"Variables": {"WHO": 5}})

    assert invoked() == [1, "5"]


@pytest.mark.parametrize(
    ("properties", "member"),
    [
        ({"MemorySize": 64}, "memorySize"),
        ({"Timeout": "0"}, "timeout"),
        ({"EphemeralStorage": {"Size": "1"}}, "ephemeralStorage.size"),
        ({"FunctionName": "two words"}, "functionName"),
    ],
)
def test_a_setting_outside_its_limits_stops_the_deployment(plane: Plane, properties: dict[str, Any], member: str):
    with pytest.raises(RefusedValuesError, match=f"at '{member}' failed to satisfy constraint"):
        function(plane, **properties)


def test_a_changed_function_starts_anew_with_its_new_settings_and_keeps_its_log(plane: Plane):
    before = function(plane, Environment={"Variables": {"WHO": "before"}}, Timeout="7", Description="one")
    first = [invoked(), invoked()]

    after = changed(plane, before, Environment={"Variables": {"WHO": "after"}}, Timeout=None, Description=None)

    assert after.ref == before.ref
    assert (first, invoked()) == ([[1, "before"], [2, "before"]], [1, "after"])
    described = boto3.client("lambda").get_function_configuration(FunctionName="orders")
    assert (described["Timeout"], described["Description"]) == (3, "")
    assert plane.rooms["lambda"].logs("orders") == ["called"] * 3


def test_a_change_that_is_none_of_the_codes_or_settings_leaves_the_environments_alone(plane: Plane):
    before = function(plane, ReservedConcurrentExecutions=5, Tags=[{"Key": "a", "Value": "b"}])
    invoked()

    changed(plane, before, ReservedConcurrentExecutions=None, Tags=[{"Key": "c", "Value": "d"}])

    assert invoked() == [2, None]
    described = boto3.client("lambda").get_function(FunctionName="orders")
    assert described["Tags"] == {"c": "d"}
    assert "Concurrency" not in described


def test_changed_code_is_what_runs(plane: Plane):
    before = function(plane)

    changed(plane, before, Code={"ZipFile": "def handler(event, context):\n    return 'new'\n"})

    assert invoked() == "new"


def test_a_removed_function_is_gone_with_its_versions(plane: Plane):
    function_ = function(plane)
    version = made(plane, "Version", FunctionName=function_.ref)

    plane.makers.remove(version)
    plane.makers.remove(function_)

    with pytest.raises(ClientError) as gone:
        invoked()
    assert gone.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_version_and_an_alias_are_made_and_the_alias_moves(plane: Plane):
    function_ = function(plane)
    version = made(plane, "Version", FunctionName=function_.ref, Description="first")
    alias = made(
        plane,
        "Alias",
        FunctionName=function_.ref,
        Name="live",
        FunctionVersion=version.deployed.attributes["Version"],
        ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 2},
    )
    changed(plane, function_, Environment={"Variables": {"WHO": "second"}})
    second = made(plane, "Version", FunctionName=function_.ref)
    before = invoked(alias.ref)

    moved = changed(
        plane,
        alias,
        FunctionVersion=second.deployed.attributes["Version"],
        RoutingConfig={"AdditionalVersionWeights": [{"FunctionVersion": "1", "FunctionWeight": 0.5}]},
        ProvisionedConcurrencyConfig=None,
    )

    assert version.ref == plane.arn("lambda", "function:orders:1")
    assert moved.ref == alias.ref == plane.arn("lambda", "function:orders:live")
    assert before == [1, None]
    described = boto3.client("lambda").get_alias(FunctionName="orders", Name="live")
    assert (described["FunctionVersion"], described["RoutingConfig"]) == ("2", {"AdditionalVersionWeights": {"1": 0.5}})
    assert boto3.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 1000
    unweighted = changed(plane, moved, RoutingConfig=None)
    assert invoked(alias.ref) == [1, "second"]
    assert "RoutingConfig" not in boto3.client("lambda").get_alias(FunctionName="orders", Name="live")
    plane.makers.remove(unweighted)
    assert boto3.client("lambda").list_aliases(FunctionName="orders")["Aliases"] == []


def test_an_invoke_config_goes_back_to_the_defaults_that_are_no_longer_overridden(plane: Plane):
    name = function(plane).ref
    config = made(
        plane,
        "EventInvokeConfig",
        FunctionName=name,
        Qualifier="$LATEST",
        MaximumRetryAttempts="0",
        MaximumEventAgeInSeconds=60,
    )

    config = changed(plane, config, MaximumEventAgeInSeconds=None, MaximumRetryAttempts=1)

    client = boto3.client("lambda")
    described = client.get_function_event_invoke_config(FunctionName=name)
    assert described["MaximumRetryAttempts"] == 1
    assert "MaximumEventAgeInSeconds" not in described
    plane.makers.remove(config)
    assert client.list_function_event_invoke_configs(FunctionName=name)["FunctionEventInvokeConfigs"] == []


def test_a_permission_is_a_statement_of_the_policy(plane: Plane):
    name = function(plane).ref
    permission = made(
        plane,
        "Permission",
        FunctionName=name,
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceAccount="123456789012",
    )
    client = boto3.client("lambda")

    [statement] = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"]

    assert statement["Sid"] == permission.deployed.attributes["Id"]
    assert statement["Condition"] == {"StringEquals": {"AWS:SourceAccount": "123456789012"}}
    plane.makers.remove(permission)
    with pytest.raises(ClientError):
        client.get_policy(FunctionName=name)


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("Permission", {"FunctionName": "nobody", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}),
        ("Version", {"FunctionName": "nobody"}),
        ("Alias", {"FunctionName": "nobody", "Name": "live", "FunctionVersion": "1"}),
        ("EventInvokeConfig", {"FunctionName": "nobody", "Qualifier": "$LATEST", "MaximumRetryAttempts": 1}),
    ],
)
def test_what_belongs_to_no_function_is_refused(plane: Plane, kind: str, properties: dict[str, Any]):
    with pytest.raises(RefusedValuesError) as refused:
        made(plane, kind, **properties)

    assert "ResourceNotFoundException" in refused.value.reason


SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: orders
      Handler: index.handler
      Runtime: python3.13
      InlineCode: "def handler(event, context): return context.function_version, context.invoked_function_arn"
      AutoPublishAlias: live
      Events:
        Placed:
          Type: EventBridgeRule
          Properties:
            Pattern: {source: [shop]}
"""


def test_a_sam_function_that_publishes_an_alias_is_invoked_through_it(tmp_path: Path):
    template = tmp_path / "template.yaml"
    template.write_text(SAM)

    with LocalPlatform.from_templates(template) as platform:
        alias = platform.client("lambda").get_alias(FunctionName="orders", Name="live")
        answer = invoked("orders", Qualifier="live")
        platform.publish("default", "shop", "OrderPlaced", {})
        platform.run_until_idle()
        hops = platform.ledger.find("lambda", "Invoke")

    assert alias["FunctionVersion"] == "1"
    assert answer == ["1", alias["AliasArn"]]
    assert [hop.resource for hop in hops] == [alias["AliasArn"]] * 2
