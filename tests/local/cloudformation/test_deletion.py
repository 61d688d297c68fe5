"""Stacks are deleted, but for what they retain and what cannot be deleted."""

from tests.local.cloudformation.cases import TEMPLATE, events, status

BOLTED = TEMPLATE.replace("Height: 1", "Height: bolted")


def test_a_deleted_stack_is_known_by_its_id_alone(cloudformation, office, log, refusal):
    cloudformation.delete_stack(StackName="office")
    assert status(cloudformation) == "DELETE_IN_PROGRESS"
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="office")

    assert log == ["remove Lamp", "remove Desk"]
    assert refusal("describe_stacks", StackName="office")[1] == "Stack with id office does not exist"
    assert refusal("describe_stack_events", StackName="office")[1] == "Stack [office] does not exist"
    (stack,) = cloudformation.describe_stacks(StackName=office)["Stacks"]
    assert stack["StackStatus"] == "DELETE_COMPLETE"
    assert stack["DeletionTime"] >= stack["CreationTime"]
    assert events(cloudformation, office)[-6:] == [
        ("office", "DELETE_IN_PROGRESS"),
        ("Lamp", "DELETE_IN_PROGRESS"),
        ("Lamp", "DELETE_COMPLETE"),
        ("Desk", "DELETE_IN_PROGRESS"),
        ("Desk", "DELETE_COMPLETE"),
        ("office", "DELETE_COMPLETE"),
    ]
    assert cloudformation.describe_stacks()["Stacks"] == []
    listed = cloudformation.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [one["StackId"] for one in listed] == [office]


def test_what_is_retained_stays(cloudformation, settle, log):
    kept = TEMPLATE.replace("Type: Test::Desk", "Type: Test::Desk\n    DeletionPolicy: Retain")
    stack_id = cloudformation.create_stack(StackName="office", TemplateBody=kept)["StackId"]
    settle()

    cloudformation.delete_stack(StackName="office")
    settle()

    assert log == ["make Desk", "make Lamp", "remove Lamp"]
    assert ("Desk", "DELETE_SKIPPED") in events(cloudformation, stack_id)


def test_what_cannot_be_deleted_keeps_the_stack_until_it_is_retained(cloudformation, settle, refusal):
    stack_id = cloudformation.create_stack(StackName="office", TemplateBody=BOLTED)["StackId"]
    settle()
    assert "DELETE_FAILED" in refusal("delete_stack", StackName="office", RetainResources=["Desk"])[1]

    cloudformation.delete_stack(StackName="office")
    settle()
    (stack,) = cloudformation.describe_stacks(StackName="office")["Stacks"]
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to delete: [Desk]. "

    cloudformation.delete_stack(StackName="office", RetainResources=["Desk"])
    settle()
    assert status(cloudformation, stack_id) == "DELETE_COMPLETE"


def test_a_protected_stack_is_not_deleted(cloudformation, office, settle, log, refusal):
    cloudformation.update_termination_protection(StackName=office, EnableTerminationProtection=True)

    assert refusal("delete_stack", StackName="office") == (
        "ValidationError",
        "Stack [office] cannot be deleted while TerminationProtection is enabled",
    )
    cloudformation.update_termination_protection(StackName=office, EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName="office")
    settle()
    assert log == ["remove Lamp", "remove Desk"]


def test_a_stack_that_is_not_there_is_deleted_already(cloudformation, settle):
    cloudformation.delete_stack(StackName="attic")
    settle()

    assert cloudformation.list_stacks()["StackSummaries"] == []


def test_a_creation_that_has_not_begun_is_called_off(cloudformation, settle, log):
    stack_id = cloudformation.create_stack(StackName="office", TemplateBody=TEMPLATE)["StackId"]
    cloudformation.delete_stack(StackName="office")
    settle()

    assert (status(cloudformation, stack_id), log) == ("DELETE_COMPLETE", [])
