"""A changed template changes what exists: tables, buckets, roles, keys, parameters, APIs keep what they hold."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bus.local.platform import LocalPlatform

Deploy = Callable[..., None]


@pytest.fixture
def platform() -> Iterator[LocalPlatform]:
    with LocalPlatform.from_templates() as running:
        yield running


@pytest.fixture
def deploy(platform: LocalPlatform, tmp_path: Path) -> Deploy:
    """`deploy(kind, **properties)`: the stack `one` with the resource `It`, made or changed."""

    def deployed(kind: str, **it: Any) -> None:
        path = tmp_path / "template.json"
        path.write_text(json.dumps({"Resources": {"It": {"Type": kind, "Properties": it}}}))
        platform.deploy(path, "one")

    return deployed


DYNAMODB = "AWS::DynamoDB::Table"
TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
ID, AGE = {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "age", "AttributeType": "N"}
BY_AGE = {
    "IndexName": "by-age",
    "KeySchema": [{"AttributeName": "age", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


def test_a_table_keeps_its_items_and_a_new_index_is_filled_with_them(platform, deploy):
    deploy(DYNAMODB, **TABLE, AttributeDefinitions=[ID])
    name, dynamodb = platform.find("It"), platform.client("dynamodb")
    for item in ({"id": {"S": "ada"}, "age": {"N": "36"}}, {"id": {"S": "old"}, "age": {"S": "very"}}):
        dynamodb.put_item(TableName=name, Item=item)

    deploy(DYNAMODB, **TABLE, AttributeDefinitions=[ID, AGE], GlobalSecondaryIndexes=[BY_AGE])

    assert platform.find("It") == name
    found = dynamodb.scan(TableName=name, IndexName="by-age")["Items"]
    assert [item["id"]["S"] for item in found] == ["ada"]
    assert len(platform.table("It")) == 2


def test_an_index_that_the_template_has_no_more_is_deleted(platform, deploy):
    deploy(DYNAMODB, **TABLE, AttributeDefinitions=[ID, AGE], GlobalSecondaryIndexes=[BY_AGE])

    deploy(DYNAMODB, **TABLE, AttributeDefinitions=[ID])

    table = platform.client("dynamodb").describe_table(TableName=platform.find("It"))["Table"]
    assert "GlobalSecondaryIndexes" not in table
    assert table["AttributeDefinitions"] == [ID]


def test_a_table_whose_stream_gets_another_view_has_another_stream(platform, deploy):
    deploy(DYNAMODB, **TABLE, AttributeDefinitions=[ID], StreamSpecification={"StreamViewType": "KEYS_ONLY"})
    before = platform.stacks["one"].resources["It"].attributes["StreamArn"]

    deploy(DYNAMODB, **TABLE, AttributeDefinitions=[ID], StreamSpecification={"StreamViewType": "NEW_IMAGE"})

    after = platform.stacks["one"].resources["It"].attributes["StreamArn"]
    described = platform.client("dynamodbstreams").describe_stream(StreamArn=after)["StreamDescription"]
    assert after != before
    assert described["StreamViewType"] == "NEW_IMAGE"


def test_items_expire_by_the_attribute_that_the_template_names_now(platform, deploy):
    deploy(
        DYNAMODB,
        **TABLE,
        AttributeDefinitions=[ID],
        TimeToLiveSpecification={"AttributeName": "until", "Enabled": True},
    )

    deploy(
        DYNAMODB, **TABLE, AttributeDefinitions=[ID], TimeToLiveSpecification={"AttributeName": "end", "Enabled": True}
    )

    described = platform.client("dynamodb").describe_time_to_live(TableName=platform.find("It"))
    assert described["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "end"}


def test_a_table_of_another_key_is_another_table(platform, deploy):
    deploy(DYNAMODB, **TABLE, AttributeDefinitions=[ID])
    before = platform.find("It")

    deploy(DYNAMODB, **TABLE | {"KeySchema": [{"AttributeName": "age", "KeyType": "HASH"}]}, AttributeDefinitions=[AGE])

    assert platform.find("It") != before
    assert platform.client("dynamodb").list_tables()["TableNames"] == [platform.find("It")]


def test_a_bucket_keeps_its_objects_and_takes_on_versions_and_tags(platform, deploy):
    deploy("AWS::S3::Bucket", Tags=[{"Key": "team", "Value": "orders"}])
    bucket, s3 = platform.find("It"), platform.client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"v")

    versions = {"VersioningConfiguration": {"Status": "Enabled"}}
    deploy("AWS::S3::Bucket", Tags=[{"Key": "team", "Value": "lake"}], **versions)

    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"v"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "team", "Value": "lake"}]
    deploy("AWS::S3::Bucket")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"


TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def _policy(name: str, action: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


def test_a_role_has_the_policies_that_the_template_gives_it_now(platform, deploy):
    role = {"AssumeRolePolicyDocument": TRUST}
    managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    deploy("AWS::IAM::Role", **role, Policies=[_policy("a", "s3:*"), _policy("b", "s3:*")], ManagedPolicyArns=[managed])
    name, iam = platform.find("It"), platform.client("iam")

    deploy("AWS::IAM::Role", **role, Policies=[_policy("b", "sqs:*")], Description="new", MaxSessionDuration=7200)

    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["b"]
    kept = iam.get_role_policy(RoleName=name, PolicyName="b")["PolicyDocument"]
    assert kept["Statement"][0]["Action"] == "sqs:*"
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    described = iam.get_role(RoleName=name)["Role"]
    assert (described["Description"], described["MaxSessionDuration"]) == ("new", 7200)


def test_a_managed_policy_gets_a_version_and_keeps_its_arn(platform, deploy):
    deploy("AWS::IAM::ManagedPolicy", PolicyDocument=_policy("", "s3:*")["PolicyDocument"])
    arn, iam = platform.find("It"), platform.client("iam")

    for action in ("sqs:*", "sns:*", "kms:*", "ssm:*", "logs:*", "iam:*"):
        deploy("AWS::IAM::ManagedPolicy", PolicyDocument=_policy("", action)["PolicyDocument"])

    assert platform.find("It") == arn
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    assert document["Statement"][0]["Action"] == "iam:*"


def test_a_key_takes_on_rotation_and_cannot_become_another_kind_of_key(platform, deploy):
    deploy("AWS::KMS::Key", Description="one")
    key, kms = platform.find("It"), platform.client("kms")

    deploy("AWS::KMS::Key", Description="two", EnableKeyRotation=True, Tags=[{"Key": "a", "Value": "b"}])

    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["Description"] == "two"
    with pytest.raises(Exception, match="changing KeySpec of a key"):
        deploy("AWS::KMS::Key", KeySpec="RSA_2048")


def test_a_parameter_gets_a_version(platform, deploy):
    deploy("AWS::SSM::Parameter", Name="/a", Type="String", Value="1")

    deploy("AWS::SSM::Parameter", Name="/a", Type="String", Value="2")

    parameter = platform.client("ssm").get_parameter(Name="/a")["Parameter"]
    assert (parameter["Value"], parameter["Version"]) == ("2", 2)


def test_a_log_group_forgets_its_retention(platform, deploy):
    deploy("AWS::Logs::LogGroup", RetentionInDays=7)

    deploy("AWS::Logs::LogGroup")

    [group] = platform.client("logs").describe_log_groups(logGroupNamePrefix=platform.find("It"))["logGroups"]
    assert "retentionInDays" not in group


MACHINE = {
    "RoleArn": "arn:aws:iam::123456789012:role/machine",
    "DefinitionString": '{"StartAt": "${First}", "States": {"${First}": {"Type": "Pass", "End": true}}}',
}


def test_a_state_machine_keeps_its_executions_and_is_what_its_template_says_now(platform, deploy):
    deploy("AWS::StepFunctions::StateMachine", **MACHINE, DefinitionSubstitutions={"First": "A"})
    arn, states = platform.find("It"), platform.client("stepfunctions")
    started = states.start_execution(stateMachineArn=arn, input='{"order": 1}')["executionArn"]

    deploy("AWS::StepFunctions::StateMachine", **MACHINE, DefinitionSubstitutions={"First": "B"})

    assert json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"])["StartAt"] == "B"
    assert states.describe_execution(executionArn=started)["input"] == '{"order": 1}'


def test_a_generated_secret_stays_the_same_when_something_else_of_it_changes(platform, deploy):
    generated = {"SecretStringTemplate": '{"user": "ada"}', "GenerateStringKey": "password", "PasswordLength": 20}
    deploy("AWS::SecretsManager::Secret", GenerateSecretString=generated)
    secrets, arn = platform.client("secretsmanager"), platform.find("It")
    before = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])

    deploy("AWS::SecretsManager::Secret", GenerateSecretString=generated, Description="of ada")

    assert json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"]) == before
    assert (before["user"], len(before["password"])) == ("ada", 20)
    assert secrets.describe_secret(SecretId=arn)["Description"] == "of ada"


@pytest.mark.parametrize(
    ("kind", "it"),
    [
        (DYNAMODB, {**TABLE, "AttributeDefinitions": [ID]}),
        ("AWS::S3::Bucket", {}),
        ("AWS::IAM::Role", {"AssumeRolePolicyDocument": TRUST, "Policies": [_policy("a", "s3:*")]}),
        ("AWS::IAM::ManagedPolicy", {"PolicyDocument": _policy("", "s3:*")["PolicyDocument"]}),
        ("AWS::KMS::Key", {}),
        ("AWS::StepFunctions::StateMachine", MACHINE),
        ("AWS::SecretsManager::Secret", {"SecretString": "s"}),
        ("AWS::Logs::LogGroup", {}),
        ("AWS::Glue::Database", {"DatabaseInput": {"Name": "lake"}}),
        ("AWS::Athena::WorkGroup", {"Name": "analysts"}),
        ("AWS::CloudWatch::Alarm", {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1}),
    ],
)
def test_a_deleted_stack_can_be_deployed_again(platform, deploy, kind, it):
    deploy(kind, **it)

    platform.delete("one")

    deploy(kind, **it)
    assert platform.find("It")
