"""What DescribeStack… and List… show."""

import pytest

from tests.local.cloudformation.cases import TEMPLATE


def test_events_come_newest_first_in_pages_that_new_ones_do_not_move(cloudformation, office, settle):
    for height in range(2, 30):
        changed = TEMPLATE.replace("Height: 1", f"Height: {height}")
        cloudformation.update_stack(StackName=office, TemplateBody=changed)
        settle()

    first = cloudformation.describe_stack_events(StackName="office")
    cloudformation.update_stack(StackName=office, TemplateBody=TEMPLATE)
    settle()
    second = cloudformation.describe_stack_events(StackName="office", NextToken=first["NextToken"])

    ids = [one["EventId"] for page in (first, second) for one in page["StackEvents"]]
    assert len(first["StackEvents"]) == 100
    assert "NextToken" not in second
    assert second["StackEvents"][-1]["ResourceStatusReason"] == "User Initiated"
    assert len(ids) == 8 + 28 * 5


def test_the_resources_of_a_stack_are_found_by_one_of_them(cloudformation, office, refusal):
    found = cloudformation.describe_stack_resources(StackName=office)["StackResources"]
    assert [(one["LogicalResourceId"], one["ResourceType"], one["ResourceStatus"]) for one in found] == [
        ("Desk", "Test::Desk", "CREATE_COMPLETE"),
        ("Lamp", "Test::Lamp", "CREATE_COMPLETE"),
    ]

    lamp = found[1]["PhysicalResourceId"]
    assert cloudformation.describe_stack_resources(PhysicalResourceId=lamp)["StackResources"] == found
    named = cloudformation.describe_stack_resources(StackName="office", LogicalResourceId="Lamp")["StackResources"]
    assert named == found[1:]
    assert refusal("describe_stack_resources", PhysicalResourceId="none")[1] == "Stack for none does not exist"


def test_stacks_are_listed_newest_first(cloudformation, office, settle):
    cloudformation.create_stack(StackName="attic", TemplateBody=TEMPLATE)

    assert [one["StackName"] for one in cloudformation.describe_stacks()["Stacks"]] == ["attic", "office"]
    busy = cloudformation.list_stacks(StackStatusFilter=["CREATE_IN_PROGRESS"])["StackSummaries"]
    assert [one["StackName"] for one in busy] == ["attic"]
    settle()
    assert office in [one["StackId"] for one in cloudformation.list_stacks()["StackSummaries"]]


@pytest.mark.parametrize(
    ("operation", "params", "message"),
    [
        ("describe_stacks", {}, "Stack with id attic does not exist"),
        ("describe_stack_events", {}, "Stack [attic] does not exist"),
        ("describe_stack_resources", {}, "Stack with id attic does not exist"),
        ("describe_stack_resource", {"LogicalResourceId": "Desk"}, "Stack 'attic' does not exist"),
        ("list_stack_resources", {}, "Stack with id attic does not exist"),
        ("list_change_sets", {}, "Stack [attic] does not exist"),
        ("get_template", {}, "Stack with id attic does not exist"),
        ("get_template_summary", {}, "Stack with id attic does not exist"),
        ("update_termination_protection", {"EnableTerminationProtection": True}, "Stack [attic] does not exist"),
        ("get_stack_policy", {}, "Stack [attic] does not exist"),
        ("describe_change_set", {"ChangeSetName": "x"}, "Stack [attic] does not exist"),
        ("continue_update_rollback", {}, "Stack [attic] does not exist"),
    ],
)
def test_a_stack_that_is_not_there_is_said_in_each_operations_words(refusal, operation, params, message):
    assert refusal(operation, StackName="attic", **params) == ("ValidationError", message)


def test_a_resource_that_is_not_there_is_said(office, refusal):
    assert refusal("describe_stack_resource", StackName=office, LogicalResourceId="Sofa") == (
        "ValidationError",
        "Resource Sofa does not exist for stack office",
    )


def test_there_are_no_exports_and_no_policies(cloudformation, office, refusal):
    assert cloudformation.list_exports()["Exports"] == []
    assert "StackPolicyBody" not in cloudformation.get_stack_policy(StackName=office)
    assert refusal("list_imports", ExportName="Lamp") == (
        "ValidationError",
        "Export 'Lamp' is not imported by any stack.",
    )
