"""SAM templates, translated without a network."""

import os
import socket
from collections.abc import Callable
from typing import Any

import pytest

from bus.topology import Preview, Setting, Template, TopologyError

Load = Callable[..., Template]

SETTING = Setting("orders", "123456789012", "us-east-1", "arn:aws:cloudformation:us-east-1:123456789012:stack/orders/1")
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev}
  Bus: {Type: "AWS::SSM::Parameter::Value<String>", Default: /omnibus/dev/bus/name}
Globals:
  Function: {Runtime: python3.13, CodeUri: ../.., Timeout: 10}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Api: {Type: AWS::Serverless::HttpApi}
  Place:
    Type: AWS::Serverless::Function
    Properties:
      Handler: services.orders.handlers.place
      FunctionName: !Sub "place-${Stage}"
      Environment: {Variables: {BUS: !Ref Bus, QUEUE: !Ref Queue}}
      Policies: [AWSLambdaBasicExecutionRole]
      Events:
        Http: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: POST, Path: /orders}}
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
"""


def properties(template: Template, logical_id: str) -> dict[str, Any]:
    preview = Preview(template, SETTING, {"/omnibus/dev/bus/name": "omnibus-dev"}.get)
    return preview.properties(template.resources[logical_id])


def test_a_function_becomes_its_role_mapping_permission_and_route(load: Load) -> None:
    template = load(TEMPLATE)

    assert {name: resource.type.rpartition("::")[2] for name, resource in template.resources.items()} == {
        "Queue": "Queue",
        "Place": "Function",
        "PlaceRole": "Role",
        "PlaceQueue": "EventSourceMapping",
        "PlaceHttpPermission": "Permission",
        "Api": "Api",
        "ApiApiGatewayDefaultStage": "Stage",
    }


def test_code_that_was_not_packaged_stays_the_path_that_it_is(load: Load) -> None:
    place = properties(load(TEMPLATE), "Place")

    assert place["Code"] == "../.."
    assert place["Timeout"] == 10


def test_values_are_the_deployment_s_own_and_what_is_not_made_stays_open(load: Load) -> None:
    place = properties(load(TEMPLATE, Stage="live"), "Place")

    assert place["FunctionName"] == "place-live"
    assert place["Environment"]["Variables"] == {"BUS": "omnibus-dev", "QUEUE": "${Queue}"}


def test_aws_s_own_policies_are_known_by_their_names(load: Load) -> None:
    role = properties(load(TEMPLATE), "PlaceRole")

    assert role["ManagedPolicyArns"] == [
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    ]


def test_what_sam_makes_stands_on_the_line_of_what_it_is_made_for(load: Load) -> None:
    template = load(TEMPLATE)

    assert template.resources["PlaceRole"].line == template.resources["Place"].line == 11
    assert template.line(("Resources", "Place", "Properties", "Environment")) == 16


def test_translation_touches_neither_the_network_nor_the_environment(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection"))
    before = dict(os.environ)

    template = load(TEMPLATE + "# nothing but another text\n")

    assert "PlaceRole" in template.resources
    assert dict(os.environ) == before


def test_what_sam_refuses_is_named_with_its_line(load: Load) -> None:
    with pytest.raises(TopologyError, match=r"^template\.yaml:11: .*\[Place\] is invalid.*Handler"):
        load(TEMPLATE.replace("      Handler: services.orders.handlers.place\n", ""))


def test_a_reference_to_nothing_in_a_sam_resource_is_named_with_its_line(load: Load) -> None:
    with pytest.raises(TopologyError) as caught:
        load(TEMPLATE.replace("!Ref Queue", "!Ref Queues"))

    assert str(caught.value).startswith("template.yaml:16: Place (AWS::Lambda::Function): Properties.Environment.")
    assert "is Queue meant?" in str(caught.value)
