"""What moto keeps: made by a stack, seen through boto3."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from bus.local.plane import Plane
from bus.local.stacks import RefusedValuesError, Stack, Stacks
from bus.local.stored import StoredRoom

ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", !Ref Shared]
      Policies:
        - PolicyName: send
          PolicyDocument: {Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: "*"}]}
  Shared:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Action: sqs:ReceiveMessage, Resource: "*"}]
  More:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: put
      Roles: [!Ref Role]
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Action: events:PutEvents, Resource: "*"}]
"""

Deploy = Callable[..., Stack]


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Iterator[Plane]:
    with mock_aws():
        yield plane_with(StoredRoom)


@pytest.fixture
def deploy(plane: Plane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deploy:
    monkeypatch.chdir(tmp_path)

    def write(resources: str, head: str = "") -> Stack:
        Path("template.yaml").write_text(f"{head}\nResources:{resources}")
        return Stacks(plane).deploy("template.yaml", "orders")

    return write


def client(service: str) -> Any:
    return boto3.client(service, region_name=Plane.region)  # type: ignore[call-overload]  # one of several by name


def test_a_role_has_its_inline_policies_and_the_managed_ones(deploy: Deploy) -> None:
    stack = deploy(ROLE)

    role = stack.resources["Role"]
    iam = client("iam")
    attached = iam.list_attached_role_policies(RoleName=role.ref)["AttachedPolicies"]
    assert iam.get_role(RoleName=role.ref)["Role"]["Arn"] == role.attributes["Arn"]
    assert sorted(iam.list_role_policies(RoleName=role.ref)["PolicyNames"]) == ["put", "send"]
    assert {policy["PolicyArn"] for policy in attached} == {
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        stack.resources["Shared"].ref,
    }


def test_a_managed_policy_of_aws_that_does_not_exist_is_refused_by_name(deploy: Deploy) -> None:
    with pytest.raises(RefusedValuesError, match=r"template\.yaml:\d+: Role .*NoSuchEntity.*AWSLambdaBasicRole"):
        deploy(ROLE.replace("AWSLambdaBasicExecutionRole", "AWSLambdaBasicRole"))


def test_a_bucket_has_a_name_in_lower_case_its_arn_and_its_policy(deploy: Deploy) -> None:
    stack = deploy(
        """
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
      PublicAccessBlockConfiguration: {BlockPublicAcls: true}
      Tags: [{Key: team, Value: analytics}]
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Lake
      PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Deny, Action: "s3:*", Principal: "*", Resource: "*"}]}
"""
    )

    lake, s3 = stack.resources["Lake"], client("s3")
    assert lake.ref.startswith("orders-lake-")
    assert lake.attributes["Arn"] == f"arn:aws:s3:::{lake.ref}"
    assert s3.get_bucket_versioning(Bucket=lake.ref)["Status"] == "Enabled"
    assert s3.get_bucket_tagging(Bucket=lake.ref)["TagSet"] == [{"Key": "team", "Value": "analytics"}]
    assert json.loads(s3.get_bucket_policy(Bucket=lake.ref)["Policy"])["Statement"][0]["Effect"] == "Deny"


def test_log_groups_and_alarms_are_kept(deploy: Deploy) -> None:
    stack = deploy(
        """
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /aws/lambda/api, RetentionInDays: 30}}
  Stream: {Type: AWS::Logs::LogStream, Properties: {LogGroupName: !Ref Group}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{Name: QueueName, Value: dead}]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
"""
    )

    (group,) = client("logs").describe_log_groups()["logGroups"]
    (alarm,) = client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert (group["logGroupName"], group["retentionInDays"]) == ("/aws/lambda/api", 30)
    assert stack.resources["Group"].attributes["Arn"] == group["arn"]
    assert stack.resources["Alarm"].attributes["Arn"] == alarm["AlarmArn"]


def test_a_glue_database_has_the_name_it_is_given(deploy: Deploy) -> None:
    deploy("\n  Lake: {Type: AWS::Glue::Database, Properties: {CatalogId: x, DatabaseInput: {Name: lake}}}")

    assert [found["Name"] for found in client("glue").get_databases()["DatabaseList"]] == ["lake"]


def test_a_key_is_found_by_its_alias(deploy: Deploy) -> None:
    stack = deploy(
        """
  Key: {Type: AWS::KMS::Key, Properties: {Description: for the bus, EnableKeyRotation: true}}
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/bus, TargetKeyId: !GetAtt Key.Arn}}
"""
    )

    found = client("kms").describe_key(KeyId="alias/bus")["KeyMetadata"]
    assert found["Arn"] == stack.resources["Key"].attributes["Arn"]


def test_moto_s_own_ids_come_from_the_seed(plane_with: Callable[..., Plane], tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("Resources: {Key: {Type: AWS::KMS::Key}}")

    def key_id(seed: int) -> str:
        with mock_aws():
            return Stacks(plane_with(StoredRoom, seed=seed)).deploy(path).resources["Key"].ref

    assert key_id(1) == key_id(1) != key_id(2)
