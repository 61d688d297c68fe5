"""Change sets say what would change, and do it on demand."""

import json
from typing import Any

import pytest

from tests.local.cloudformation.cases import BROKEN, TEMPLATE, status
from tests.local.stack_updates.cases import HEIGHT


def with_height():
    text = TEMPLATE
    for old, new in HEIGHT:
        text = text.replace(old, new)
    return text


@pytest.fixture
def changes(cloudformation):
    """The described changes of a new change set, by logical id."""

    def described(body, name="change", **params: Any):
        made = cloudformation.create_change_set(
            StackName="office", ChangeSetName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"], **params
        )
        cloudformation.get_waiter("change_set_create_complete").wait(ChangeSetName=made["Id"])
        answer = cloudformation.describe_change_set(ChangeSetName=made["Id"], IncludePropertyValues=True)
        return {one["ResourceChange"]["LogicalResourceId"]: one["ResourceChange"] for one in answer["Changes"]}

    return described


def test_a_new_stack_is_under_review_until_its_change_set_is_executed(cloudformation, changes, log, refusal):
    found = changes(TEMPLATE, ChangeSetType="CREATE")

    assert {name: (one["Action"], one["ResourceType"]) for name, one in found.items()} == {
        "Desk": ("Add", "Test::Desk"),
        "Lamp": ("Add", "Test::Lamp"),
    }
    assert json.loads(found["Lamp"]["AfterContext"]) == {"Properties": {"Desk": "${Desk}", "Watts": 5}}
    assert (status(cloudformation), log) == ("REVIEW_IN_PROGRESS", [])
    assert refusal("create_stack", StackName="office", TemplateBody=TEMPLATE)[0] == "AlreadyExistsException"
    cloudformation.execute_change_set(ChangeSetName="change", StackName="office")
    cloudformation.get_waiter("stack_create_complete").wait(StackName="office")
    assert log == ["make Desk", "make Lamp"]
    (stack,) = cloudformation.describe_stacks(StackName="office")["Stacks"]
    executed = cloudformation.describe_change_set(ChangeSetName=stack["ChangeSetId"])
    assert executed["ExecutionStatus"] == "EXECUTE_COMPLETE"


@pytest.mark.usefixtures("office")
def test_a_changed_property_is_a_modification_in_place(changes):
    found = changes(TEMPLATE.replace("Watts: 5", "Watts: 7"))

    assert list(found) == ["Lamp"]
    lamp = found["Lamp"]
    assert (lamp["Action"], lamp["Replacement"], lamp["Scope"]) == ("Modify", "False", ["Properties"])
    assert lamp["Details"] == [
        {
            "Target": {
                "Attribute": "Properties",
                "Name": "Watts",
                "Path": "/Properties/Watts",
                "RequiresRecreation": "Never",
                "BeforeValue": "5",
                "AfterValue": "7",
                "AttributeChangeType": "Modify",
            },
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
    ]


@pytest.mark.usefixtures("office")
def test_a_replacement_changes_what_refers_to_it(cloudformation, changes):
    before = cloudformation.describe_stack_resource(StackName="office", LogicalResourceId="Desk")
    found = changes(TEMPLATE.replace("Height: 1", "Height: 1, Wood: oak"))

    desk, lamp = found["Desk"], found["Lamp"]
    assert (desk["Replacement"], desk["PolicyAction"]) == ("True", "ReplaceAndDelete")
    assert desk["PhysicalResourceId"] == before["StackResourceDetail"]["PhysicalResourceId"]
    assert desk["Details"][0]["Target"]["RequiresRecreation"] == "Always"
    assert lamp["Replacement"] == "False"
    (detail,) = lamp["Details"]
    assert (detail["Evaluation"], detail["ChangeSource"], detail["CausingEntity"]) == (
        "Dynamic",
        "ResourceReference",
        "Desk",
    )


@pytest.mark.usefixtures("office")
def test_what_only_a_reference_would_replace_is_replaced_conditionally(cloudformation, changes):
    named = TEMPLATE.replace("Desk: !Ref Desk, Watts: 5", "Desk: !Ref Desk, Watts: 5\n  Shelf:").replace(
        "Shelf:", "Shelf:\n    Type: Test::Desk\n    Properties: {Wood: !Ref Desk}"
    )
    named = named.replace("Watts: 5\n", "Watts: 5}\n").replace("Wood: !Ref Desk}}", "Wood: !Ref Desk}")
    cloudformation.update_stack(StackName="office", TemplateBody=named)
    cloudformation.get_waiter("stack_update_complete").wait(StackName="office")

    found = changes(named.replace("Height: 1", "Height: 1, Wood: oak"))

    assert (found["Desk"]["Replacement"], found["Shelf"]["Replacement"]) == ("True", "Conditional")


@pytest.mark.usefixtures("office")
def test_a_changed_parameter_is_named_as_the_cause(cloudformation, changes):
    cloudformation.update_stack(StackName="office", TemplateBody=with_height())
    cloudformation.get_waiter("stack_update_complete").wait(StackName="office")

    found = changes(with_height(), Parameters=[{"ParameterKey": "Height", "ParameterValue": "3"}])

    (desk,) = found.values()
    assert [(one["Evaluation"], one["ChangeSource"], one.get("CausingEntity")) for one in desk["Details"]] == [
        ("Static", "ParameterReference", "Height"),
        ("Dynamic", "DirectModification", None),
    ]


@pytest.mark.usefixtures("office")
def test_what_the_template_has_no_more_would_be_removed(changes):
    text = TEMPLATE[TEMPLATE.index("  Lamp") :]
    found = changes(TEMPLATE.replace(text, "  Stool: {Type: Test::Desk, DeletionPolicy: Retain}\n"))

    assert {name: (one["Action"], one.get("PolicyAction")) for name, one in found.items()} == {
        "Stool": ("Add", None),
        "Lamp": ("Remove", "Delete"),
    }


@pytest.mark.usefixtures("office")
def test_a_change_set_without_changes_fails_in_the_words_that_clients_look_for(cloudformation, settle, refusal):
    cloudformation.create_change_set(StackName="office", ChangeSetName="none", TemplateBody=TEMPLATE)
    settle()

    found = cloudformation.describe_change_set(StackName="office", ChangeSetName="none")
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert found["StatusReason"].startswith("The submitted information didn't contain changes.")
    code, message = refusal("execute_change_set", StackName="office", ChangeSetName="none")
    assert code == "InvalidChangeSetStatus"
    assert message.endswith("cannot be executed in its current status of [FAILED]")


@pytest.mark.usefixtures("office")
def test_what_cannot_be_deployed_fails_with_the_sentence_that_says_why(cloudformation, settle):
    cloudformation.create_change_set(
        StackName="office", ChangeSetName="odd", TemplateBody=TEMPLATE.replace("Watts: 5", "Lumen: 5")
    )
    settle()

    found = cloudformation.describe_change_set(StackName="office", ChangeSetName="odd")
    assert found["Status"] == "FAILED"
    assert "Lamp (Test::Lamp): the local event plane does not support the property Lumen" in found["StatusReason"]


@pytest.mark.usefixtures("office")
def test_executing_one_change_set_deletes_the_others(cloudformation, changes, settle, log, refusal):
    changes(TEMPLATE.replace("Watts: 5", "Watts: 6"), "six")
    changes(TEMPLATE.replace("Watts: 5", "Watts: 7"), "seven")
    listed = cloudformation.list_change_sets(StackName="office")["Summaries"]
    assert [(one["ChangeSetName"], one["ExecutionStatus"]) for one in listed] == [
        ("six", "AVAILABLE"),
        ("seven", "AVAILABLE"),
    ]

    cloudformation.execute_change_set(StackName="office", ChangeSetName="seven")
    settle()

    assert log == ["change Lamp Watts"]
    assert refusal("describe_change_set", StackName="office", ChangeSetName="six") == (
        "ChangeSetNotFound",
        "ChangeSet [six] does not exist",
    )


@pytest.mark.usefixtures("office")
def test_a_deleted_change_set_is_gone(cloudformation, changes, refusal):
    changes(TEMPLATE.replace("Watts: 5", "Watts: 6"), "six")
    for _ in range(2):
        cloudformation.delete_change_set(StackName="office", ChangeSetName="six")

    assert refusal("execute_change_set", StackName="office", ChangeSetName="six")[0] == "ChangeSetNotFound"
    assert refusal("describe_change_set", ChangeSetName="six") == (
        "ValidationError",
        "StackName must be specified if ChangeSetName is not specified as an ARN.",
    )


def test_a_change_set_is_for_a_stack_that_is_there_or_for_one_that_is_not(office, changes, refusal):
    asked = {"ChangeSetName": "change", "TemplateBody": TEMPLATE.replace("Watts: 5", "Watts: 6")}
    assert refusal("create_change_set", StackName="attic", **asked) == (
        "ValidationError",
        "Stack [attic] does not exist",
    )
    assert refusal("create_change_set", StackName="office", ChangeSetType="CREATE", **asked) == (
        "ValidationError",
        "Stack [office] already exists and cannot be created again with the changeSet [change].",
    )
    changes(asked["TemplateBody"])
    assert refusal("create_change_set", StackName=office, **asked)[0] == "AlreadyExistsException"


def test_a_change_set_says_what_becomes_of_a_stack_that_fails(cloudformation, changes, settle):
    changes(BROKEN, ChangeSetType="CREATE", OnStackFailure="DELETE")
    cloudformation.execute_change_set(StackName="office", ChangeSetName="change")
    settle()

    (stack,) = cloudformation.list_stacks()["StackSummaries"]
    assert stack["StackStatus"] == "DELETE_COMPLETE"
