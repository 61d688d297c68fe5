"""Stacks are updated in place, or stay whole as they were."""

from tests.local.cloudformation.cases import REFUSED, TEMPLATE, events, status

TALLER = TEMPLATE.replace("Height: 1", "Height: 2")


def after(told, status_):
    return told[max(index for index, event in enumerate(told) if event == ("office", status_)) :]


def test_an_update_touches_what_changes_alone(cloudformation, office, settle, log, plane):
    assert cloudformation.update_stack(StackName="office", TemplateBody=TALLER)["StackId"] == office
    assert status(cloudformation) == "UPDATE_IN_PROGRESS"
    settle()

    assert log == ["change Desk Height"]
    assert after(events(cloudformation), "UPDATE_IN_PROGRESS") == [
        ("office", "UPDATE_IN_PROGRESS"),
        ("Desk", "UPDATE_IN_PROGRESS"),
        ("Desk", "UPDATE_COMPLETE"),
        ("office", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("office", "UPDATE_COMPLETE"),
    ]
    (stack,) = cloudformation.describe_stacks(StackName=office)["Stacks"]
    assert stack["LastUpdatedTime"] == plane.clock.now()


def test_a_replaced_resource_is_deleted_at_the_end_and_shown_with_its_new_id(cloudformation, office, settle, log):
    where = {"StackName": office, "LogicalResourceId": "Desk"}
    before = cloudformation.describe_stack_resource(**where)["StackResourceDetail"]["PhysicalResourceId"]

    cloudformation.update_stack(StackName="office", TemplateBody=TEMPLATE.replace("Height: 1", "Wood: oak"))
    settle()

    assert log == ["make Desk", "change Lamp Desk", "remove Desk"]
    found = cloudformation.describe_stack_resource(**where)["StackResourceDetail"]
    assert found["PhysicalResourceId"] != before
    assert found["ResourceStatus"] == "UPDATE_COMPLETE"
    told = cloudformation.describe_stack_events(StackName="office")["StackEvents"]
    (gone,) = [one for one in told if one["ResourceStatus"] == "DELETE_COMPLETE"]
    assert gone["PhysicalResourceId"] == before


def test_a_failed_update_is_rolled_back_whole(cloudformation, office, settle, log):
    chair = TEMPLATE.replace("Resources:", "Resources:\n  Chair: {Type: Test::Desk}")
    broken = chair.replace("Height: 1", "Height: 2").replace("Watts: 5", "Watts: none")
    before = cloudformation.describe_stacks(StackName=office)["Stacks"][0]["Outputs"]

    cloudformation.update_stack(StackName="office", TemplateBody=broken)
    settle()

    assert log == ["make Chair", "change Desk Height", "change Desk Height", "remove Chair"]
    assert after(events(cloudformation), "UPDATE_ROLLBACK_IN_PROGRESS") == [
        ("office", "UPDATE_ROLLBACK_IN_PROGRESS"),
        ("Lamp", "UPDATE_IN_PROGRESS"),
        ("Lamp", "UPDATE_COMPLETE"),
        ("Desk", "UPDATE_IN_PROGRESS"),
        ("Desk", "UPDATE_COMPLETE"),
        ("office", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Chair", "DELETE_IN_PROGRESS"),
        ("Chair", "DELETE_COMPLETE"),
        ("office", "UPDATE_ROLLBACK_COMPLETE"),
    ]
    (stack,) = cloudformation.describe_stacks(StackName=office)["Stacks"]
    assert stack["Outputs"] == before
    assert cloudformation.get_template(StackName=office)["TemplateBody"] == TEMPLATE
    found = cloudformation.describe_stack_resources(StackName="office")["StackResources"]
    assert [one["LogicalResourceId"] for one in found] == ["Desk", "Lamp"]


def test_why_an_update_failed_is_in_its_events(cloudformation, office, settle):
    cloudformation.update_stack(StackName=office, TemplateBody=REFUSED)
    settle()

    told = cloudformation.describe_stack_events(StackName="office")["StackEvents"]
    reasons = {(one["LogicalResourceId"], one["ResourceStatus"]): one.get("ResourceStatusReason") for one in told}

    assert reasons["Lamp", "UPDATE_FAILED"] == "Invalid: Watts is not valid."
    assert reasons["office", "UPDATE_ROLLBACK_IN_PROGRESS"] == "The following resource(s) failed to update: [Lamp]. "


def test_a_stack_can_be_updated_after_it_was_rolled_back(cloudformation, office, settle):
    cloudformation.update_stack(StackName=office, TemplateBody=REFUSED)
    settle()

    cloudformation.update_stack(StackName="office", TemplateBody=TALLER)
    cloudformation.get_waiter("stack_update_complete").wait(StackName="office")

    assert status(cloudformation) == "UPDATE_COMPLETE"


def test_an_update_that_changes_nothing_is_refused(cloudformation, office, refusal):
    nothing = ("ValidationError", "No updates are to be performed.")

    assert refusal("update_stack", StackName=office, TemplateBody=TEMPLATE) == nothing
    assert refusal("update_stack", StackName=office, UsePreviousTemplate=True) == nothing
    assert status(cloudformation) == "CREATE_COMPLETE"


def test_a_changed_output_or_tag_is_an_update(cloudformation, office, settle, log):
    cloudformation.update_stack(StackName=office, TemplateBody=TEMPLATE.replace("Lamp: {Value", "Light: {Value"))
    settle()
    cloudformation.update_stack(StackName=office, UsePreviousTemplate=True, Tags=[{"Key": "floor", "Value": "4"}])
    settle()

    (stack,) = cloudformation.describe_stacks(StackName=office)["Stacks"]
    assert [one["OutputKey"] for one in stack["Outputs"]] == ["Light"]
    assert (stack["Tags"], log) == ([{"Key": "floor", "Value": "4"}], [])


def test_what_is_not_there_or_busy_is_not_updated(cloudformation, office, refusal):
    assert refusal("update_stack", StackName="attic", TemplateBody=TEMPLATE) == (
        "ValidationError",
        "Stack [attic] does not exist",
    )
    cloudformation.update_stack(StackName="office", TemplateBody=TALLER)
    assert refusal("update_stack", StackName="office", TemplateBody=TEMPLATE) == (
        "ValidationError",
        f"Stack:{office} is in UPDATE_IN_PROGRESS state and can not be updated.",
    )


def test_a_type_cannot_be_changed(office, refusal):
    other = TEMPLATE.replace("Type: Test::Lamp\n    Properties: {Desk: !Ref Desk, Watts: 5}", "Type: Test::Desk")

    assert refusal("update_stack", StackName=office, TemplateBody=other) == (
        "ValidationError",
        (
            "Update of resource type is not permitted. The new template modifies resource type of the following "
            "resources: [Lamp]"
        ),
    )


def test_what_could_not_be_deleted_is_left_behind_and_said(cloudformation, settle):
    bolted = TEMPLATE.replace("Height: 1", "Height: bolted")
    cloudformation.create_stack(StackName="office", TemplateBody=bolted)
    settle()
    cloudformation.update_stack(StackName="office", TemplateBody=bolted.replace("bolted", "bolted, Wood: oak"))
    settle()

    (stack,) = cloudformation.describe_stacks(StackName="office")["Stacks"]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert stack["StackStatusReason"] == "Update successful. One or more resources could not be deleted."
    assert ("Desk", "DELETE_FAILED") in events(cloudformation)
