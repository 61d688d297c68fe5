"""The project's own templates, as anybody would deploy them, on a whole platform."""

import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from awscli.customizations.cloudformation.deployer import Deployer
from awscli.customizations.cloudformation.exceptions import ChangeEmptyError

from bus.local.platform import LocalPlatform
from tests.local.cloudformation.cases import events, pass_time_instead_of_sleeping, status

ROOT = Path(__file__).parents[3]
TEMPLATES = [ROOT / "bus/infra/template.yaml", *sorted(ROOT.glob("services/*/template.yaml"))]
EVERYTHING = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
ROLE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}}
"""
FUNCTION = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, CodeUri: s3://artifacts/code.zip, Handler: greeter.handler}
"""


@pytest.fixture
def platform(monkeypatch):
    with LocalPlatform([]) as running:
        pass_time_instead_of_sleeping(monkeypatch, running.plane)
        yield running


@pytest.fixture
def cloudformation(platform):
    return platform.client("cloudformation")


def create(cloudformation, path):
    name = path.parent.name
    cloudformation.create_stack(StackName=name, TemplateBody=path.read_text(), Capabilities=EVERYTHING)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name)
    return name


def refused(cloudformation, operation, **params: Any):
    with pytest.raises(cloudformation.exceptions.ClientError) as caught:
        getattr(cloudformation, operation)(**params)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_every_template_of_the_project_is_created_changed_and_deleted(platform, cloudformation):
    names = [create(cloudformation, path) for path in TEMPLATES]
    assert platform.stacks.keys() == set(names)
    body = (
        (ROOT / "services/orders/template.yaml")
        .read_text()
        .replace("MaximumRetryAttempts: 5", "MaximumRetryAttempts: 6")
    )

    made = cloudformation.create_change_set(
        StackName="orders", ChangeSetName="retries", TemplateBody=body, Capabilities=EVERYTHING
    )
    cloudformation.get_waiter("change_set_create_complete").wait(ChangeSetName=made["Id"])
    changes = cloudformation.describe_change_set(ChangeSetName=made["Id"])["Changes"]
    cloudformation.execute_change_set(ChangeSetName=made["Id"])
    cloudformation.get_waiter("stack_update_complete").wait(StackName="orders")

    (change,) = [one["ResourceChange"] for one in changes]
    assert (change["LogicalResourceId"], change["Action"], change["Replacement"]) == ("OutboxPipe", "Modify", "False")
    assert [one["Target"]["Name"] for one in change["Details"]] == ["SourceParameters"]
    touched = [name for name, happened in events(cloudformation, "orders") if happened == "UPDATE_COMPLETE"]
    assert touched == ["OutboxPipe", "orders"]
    retained = [platform.find("Preferences", "notifications"), platform.find("Table", "orders")]
    for name in reversed(names):
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name)
    assert platform.client("dynamodb").list_tables()["TableNames"] == retained
    assert dict(platform.stacks) == {}


def test_a_failed_update_of_a_service_is_rolled_back_whole(platform, cloudformation):
    create(cloudformation, TEMPLATES[0])
    create(cloudformation, ROOT / "services/orders/template.yaml")
    before = platform.stacks["orders"].resources
    text = (ROOT / "services/orders/template.yaml").read_text()
    broken = text.replace("MemorySize: 512", "MemorySize: 256").replace(
        "{ MessageRetentionPeriod: 1209600", "{ MessageRetentionPeriod: 9999999"
    )

    cloudformation.update_stack(StackName="orders", TemplateBody=broken, Capabilities=EVERYTHING)
    platform.run_until_idle()

    assert status(cloudformation, "orders") == "UPDATE_ROLLBACK_COMPLETE"
    assert platform.stacks["orders"].resources == before
    relay = platform.client("lambda").get_function_configuration(FunctionName=platform.find("RelayFunction", "orders"))
    assert relay["MemorySize"] == 512
    told = events(cloudformation, "orders")
    assert told[told.index(("orders", "UPDATE_ROLLBACK_IN_PROGRESS")) :] == [
        ("orders", "UPDATE_ROLLBACK_IN_PROGRESS"),
        ("OutboxDeadLetters", "UPDATE_IN_PROGRESS"),
        ("OutboxDeadLetters", "UPDATE_COMPLETE"),
        ("RelayFunction", "UPDATE_IN_PROGRESS"),
        ("RelayFunction", "UPDATE_COMPLETE"),
        ("orders", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("orders", "UPDATE_ROLLBACK_COMPLETE"),
    ]


def test_what_a_template_may_do_has_to_be_acknowledged(platform, cloudformation):
    insufficient = "InsufficientCapabilitiesException"
    create_ = {"StackName": "roles", "TemplateBody": ROLE}
    assert refused(cloudformation, "create_stack", **create_) == (
        insufficient,
        "Requires capabilities : [CAPABILITY_IAM]",
    )
    named = {"StackName": "roles", "TemplateBody": ROLE.replace("{Assume", "{RoleName: keeper, Assume")}
    assert refused(cloudformation, "create_stack", **named, Capabilities=["CAPABILITY_IAM"]) == (
        insufficient,
        "Requires capabilities : [CAPABILITY_NAMED_IAM]",
    )
    assert refused(
        cloudformation, "create_stack", StackName="sam", TemplateBody=FUNCTION, Capabilities=EVERYTHING[:1]
    ) == (
        insufficient,
        "Requires capabilities : [CAPABILITY_AUTO_EXPAND]",
    )

    cloudformation.create_stack(**create_, Capabilities=["CAPABILITY_NAMED_IAM"])
    platform.run_until_idle()
    assert status(cloudformation, "roles") == "CREATE_COMPLETE"
    validated = cloudformation.validate_template(TemplateBody=ROLE)
    assert validated["Capabilities"] == ["CAPABILITY_IAM"]
    assert validated["CapabilitiesReason"] == "The following resource(s) require capabilities: [AWS::IAM::Role]"


def test_what_a_transform_makes_is_acknowledged_when_its_change_set_is_executed(platform, cloudformation):
    asked = {"StackName": "sam", "ChangeSetName": "first", "ChangeSetType": "CREATE"}
    assert refused(cloudformation, "create_change_set", **asked, TemplateBody=ROLE)[0] == (
        "InsufficientCapabilitiesException"
    )

    cloudformation.create_change_set(**asked, TemplateBody=FUNCTION)
    platform.run_until_idle()

    assert refused(cloudformation, "execute_change_set", StackName="sam", ChangeSetName="first") == (
        "InsufficientCapabilitiesException",
        "Requires capabilities : [CAPABILITY_IAM]",
    )


def test_the_code_of_a_packaged_template_runs_from_its_bucket(platform, cloudformation):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("greeter.py", "def handler(event, context):\n    return 'packaged'\n")
    s3 = platform.client("s3")
    s3.create_bucket(Bucket="artifacts")
    s3.put_object(Bucket="artifacts", Key="code.zip", Body=archive.getvalue())

    cloudformation.create_stack(StackName="sam", TemplateBody=FUNCTION, Capabilities=EVERYTHING)
    platform.run_until_idle()

    answer = platform.client("lambda").invoke(FunctionName=platform.find("Greeter"), Payload=b"{}")
    assert json.loads(answer["Payload"].read()) == "packaged"
    body = cloudformation.get_template(StackName="sam")["TemplateBody"]
    assert body["Resources"]["Greeter"]["Type"] == "AWS::Lambda::Function"
    original = cloudformation.get_template(StackName="sam", TemplateStage="Original")["TemplateBody"]
    assert original == FUNCTION


def test_code_that_is_not_in_its_bucket_ends_in_a_rollback(platform, cloudformation):
    cloudformation.create_stack(StackName="sam", TemplateBody=FUNCTION, Capabilities=EVERYTHING)
    platform.run_until_idle()

    told = cloudformation.describe_stack_events(StackName="sam")["StackEvents"]
    (reason,) = [one["ResourceStatusReason"] for one in told if one["ResourceStatus"] == "CREATE_FAILED"]
    assert "S3 Error Code: NoSuchBucket" in reason
    assert status(cloudformation, "sam") == "ROLLBACK_COMPLETE"


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.amazonaws.com/artifacts/stacks/role.yaml",
        "https://s3.us-east-1.amazonaws.com/artifacts/stacks/role.yaml",
        "https://artifacts.s3.us-east-1.amazonaws.com/stacks/role.yaml",
        "https://artifacts.s3.amazonaws.com/stacks/role.yaml",
        "http://127.0.0.1:4566/artifacts/stacks/role.yaml",
    ],
)
def test_a_template_is_read_from_a_bucket(platform, cloudformation, url):
    s3 = platform.client("s3")
    s3.create_bucket(Bucket="artifacts")
    s3.put_object(Bucket="artifacts", Key="stacks/role.yaml", Body=ROLE.encode())

    cloudformation.create_stack(StackName="roles", TemplateURL=url, Capabilities=EVERYTHING)
    platform.run_until_idle()

    assert status(cloudformation, "roles") == "CREATE_COMPLETE"
    assert refused(cloudformation, "validate_template", TemplateURL=url.replace("role.", "none.")) == (
        "ValidationError",
        "S3 error: The specified key does not exist.",
    )
    assert refused(cloudformation, "validate_template", TemplateURL="https://example.com/a/b")[1] == (
        "TemplateURL must be a supported URL."
    )


def test_the_clis_own_deployer_creates_changes_and_finds_nothing_to_change(platform, cloudformation, monkeypatch):
    monkeypatch.setattr(
        "awscli.customizations.cloudformation.deployer.time", SimpleNamespace(time=platform.plane.clock.time)
    )
    deployer = Deployer(cloudformation)
    queue = "Resources:\n  Letters: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 1}}\n"

    def deploy(template):
        result = deployer.create_and_wait_for_changeset("mail", template, [], EVERYTHING, None, None, None, [])
        platform.run_until_idle()
        deployer.execute_changeset(result.changeset_id, "mail")
        deployer.wait_for_execute("mail", result.changeset_type)

    deploy(queue)
    assert status(cloudformation, "mail") == "CREATE_COMPLETE"
    platform.plane.clock.move_to(platform.plane.clock.time() + 10)
    deploy(queue.replace("DelaySeconds: 1", "DelaySeconds: 2"))
    assert status(cloudformation, "mail") == "UPDATE_COMPLETE"
    platform.plane.clock.move_to(platform.plane.clock.time() + 10)
    with pytest.raises(ChangeEmptyError):
        deploy(queue.replace("DelaySeconds: 1", "DelaySeconds: 2"))
