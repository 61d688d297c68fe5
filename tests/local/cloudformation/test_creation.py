"""Stacks are created while nobody waits, and go back when they fail."""

import pytest

from tests.local.cloudformation.cases import BROKEN, TEMPLATE, events, status

MADE = [
    ("office", "CREATE_IN_PROGRESS"),
    ("Desk", "CREATE_IN_PROGRESS"),
    ("Desk", "CREATE_IN_PROGRESS"),
    ("Desk", "CREATE_COMPLETE"),
    ("Lamp", "CREATE_IN_PROGRESS"),
    ("Lamp", "CREATE_IN_PROGRESS"),
    ("Lamp", "CREATE_COMPLETE"),
]


def test_a_stack_is_in_progress_until_its_resources_are_made(cloudformation, settle, log):
    stack_id = cloudformation.create_stack(StackName="office", TemplateBody=TEMPLATE)["StackId"]

    assert stack_id.startswith("arn:aws:cloudformation:us-east-1:123456789012:stack/office/")
    assert (status(cloudformation), log) == ("CREATE_IN_PROGRESS", [])
    settle()
    assert log == ["make Desk", "make Lamp"]
    assert events(cloudformation) == [*MADE, ("office", "CREATE_COMPLETE")]


def test_a_created_stack_shows_its_outputs_tags_and_times(cloudformation, plane, settle):
    cloudformation.create_stack(
        StackName="office",
        TemplateBody=f"Description: Where we sit\n{TEMPLATE}",
        Tags=[{"Key": "floor", "Value": "3"}],
        EnableTerminationProtection=True,
    )
    settle()

    (stack,) = cloudformation.describe_stacks(StackName="office")["Stacks"]
    lamp = cloudformation.describe_stack_resource(StackName="office", LogicalResourceId="Lamp")["StackResourceDetail"]

    assert stack["Description"] == "Where we sit"
    assert stack["Outputs"] == [{"OutputKey": "Lamp", "OutputValue": lamp["PhysicalResourceId"]}]
    assert stack["Tags"] == [{"Key": "floor", "Value": "3"}]
    assert stack["EnableTerminationProtection"]
    assert stack["CreationTime"] == plane.clock.now()
    assert "LastUpdatedTime" not in stack


def test_the_waiter_of_boto3_sees_the_end(cloudformation):
    cloudformation.create_stack(StackName="office", TemplateBody=TEMPLATE)

    cloudformation.get_waiter("stack_create_complete").wait(StackName="office")

    assert status(cloudformation) == "CREATE_COMPLETE"


def test_a_failed_creation_takes_everything_back_and_keeps_the_name(cloudformation, settle, log, refusal):
    cloudformation.create_stack(StackName="office", TemplateBody=BROKEN)
    settle()

    assert log == ["make Desk", "make Lamp", "remove Lamp", "remove Desk"]
    assert events(cloudformation)[len(MADE) :] == [
        ("Chair", "CREATE_IN_PROGRESS"),
        ("Chair", "CREATE_FAILED"),
        ("office", "ROLLBACK_IN_PROGRESS"),
        ("Chair", "DELETE_COMPLETE"),
        ("Lamp", "DELETE_IN_PROGRESS"),
        ("Lamp", "DELETE_COMPLETE"),
        ("Desk", "DELETE_IN_PROGRESS"),
        ("Desk", "DELETE_COMPLETE"),
        ("office", "ROLLBACK_COMPLETE"),
    ]
    code, message = refusal("update_stack", StackName="office", TemplateBody=TEMPLATE)
    assert code == "ValidationError"
    assert message.startswith("Stack:arn:aws:cloudformation:")
    assert message.endswith(" is in ROLLBACK_COMPLETE state and can not be updated.")
    assert refusal("create_stack", StackName="office", TemplateBody=TEMPLATE) == (
        "AlreadyExistsException",
        "Stack [office] already exists",
    )
    cloudformation.delete_stack(StackName="office")
    settle()
    cloudformation.create_stack(StackName="office", TemplateBody=TEMPLATE)
    settle()
    assert status(cloudformation) == "CREATE_COMPLETE"


def test_why_a_creation_failed_is_in_its_events(cloudformation, settle):
    cloudformation.create_stack(StackName="office", TemplateBody=BROKEN)
    settle()

    told = cloudformation.describe_stack_events(StackName="office")["StackEvents"]
    reasons = {(one["LogicalResourceId"], one["ResourceStatus"]): one.get("ResourceStatusReason") for one in told}

    assert reasons["Chair", "CREATE_FAILED"] == "Invalid: Height is not valid."
    assert reasons["office", "ROLLBACK_IN_PROGRESS"] == (
        "The following resource(s) failed to create: [Chair]. Rollback requested by user."
    )


def test_what_is_retained_outlives_a_failed_creation(cloudformation, settle, log):
    kept = BROKEN.replace("Type: Test::Lamp", "Type: Test::Lamp\n    DeletionPolicy: Retain")
    cloudformation.create_stack(StackName="office", TemplateBody=kept)
    settle()

    assert log == ["make Desk", "make Lamp", "remove Desk"]
    assert ("Lamp", "DELETE_SKIPPED") in events(cloudformation)


@pytest.mark.parametrize("asked", [{"DisableRollback": True}, {"OnFailure": "DO_NOTHING"}])
def test_a_failed_creation_stays_as_it_is_where_that_is_asked_for(cloudformation, settle, log, asked):
    cloudformation.create_stack(StackName="office", TemplateBody=BROKEN, **asked)
    settle()

    assert status(cloudformation) == "CREATE_FAILED"
    found = cloudformation.list_stack_resources(StackName="office")["StackResourceSummaries"]
    assert [(one["LogicalResourceId"], one["ResourceStatus"]) for one in found] == [
        ("Desk", "CREATE_COMPLETE"),
        ("Lamp", "CREATE_COMPLETE"),
        ("Chair", "CREATE_FAILED"),
    ]
    cloudformation.delete_stack(StackName="office")
    settle()
    assert log == ["make Desk", "make Lamp", "remove Lamp", "remove Desk"]


def test_a_failed_creation_is_deleted_where_that_is_asked_for(cloudformation, settle, refusal):
    stack_id = cloudformation.create_stack(StackName="office", TemplateBody=BROKEN, OnFailure="DELETE")["StackId"]
    settle()

    assert status(cloudformation, stack_id) == "DELETE_COMPLETE"
    assert refusal("describe_stacks", StackName="office") == (
        "ValidationError",
        "Stack with id office does not exist",
    )


def test_a_retried_request_is_done_once(cloudformation, settle, log, refusal):
    asked = {"StackName": "office", "TemplateBody": TEMPLATE, "ClientRequestToken": "token-1"}
    first = cloudformation.create_stack(**asked)["StackId"]
    settle()

    assert cloudformation.create_stack(**asked)["StackId"] == first
    assert refusal("create_stack", **asked | {"StackName": "attic"})[0] == "TokenAlreadyExistsException"
    settle()
    assert log == ["make Desk", "make Lamp"]
    told = cloudformation.describe_stack_events(StackName="office")["StackEvents"]
    assert {one["ClientRequestToken"] for one in told} == {"token-1"}


def test_a_stack_that_another_has_made_already_is_refused_with_its_name(cloudformation, settle):
    named = TEMPLATE.replace("Height: 1", "Name: desk")
    cloudformation.create_stack(StackName="first", TemplateBody=named)
    cloudformation.create_stack(StackName="second", TemplateBody=named)
    settle()

    (stack,) = cloudformation.describe_stacks(StackName="second")["Stacks"]
    told = cloudformation.describe_stack_events(StackName="second")["StackEvents"]
    (reason,) = [one["ResourceStatusReason"] for one in told if one["ResourceStatus"] == "CREATE_FAILED"]
    assert (stack["StackStatus"], reason) == ("ROLLBACK_COMPLETE", "desk already exists in stack first")


@pytest.mark.parametrize("name", ["1st", "of_fice", "a" * 129])
def test_a_name_that_is_none_is_refused(refusal, name):
    code, message = refusal("create_stack", StackName=name, TemplateBody=TEMPLATE)

    assert code == "ValidationError"
    assert message.startswith(
        f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint"
    )


def test_what_nothing_is_done_with_is_refused_by_name(refusal):
    code, message = refusal(
        "create_stack", StackName="office", TemplateBody=TEMPLATE, NotificationARNs=["arn:aws:sns:us-east-1:1:x"]
    )

    assert code == "UnsupportedOperation"
    assert "the parameter NotificationARNs of cloudformation:CreateStack" in message
    assert refusal("set_stack_policy", StackName="office", StackPolicyBody="{}")[0] == "UnsupportedOperation"
