"""A rollback that fails waits, and is continued."""

import pytest

from bus.local.errors import AwsError
from tests.local.cloudformation.cases import REFUSED, TEMPLATE, FurnitureRoom, status


@pytest.fixture
def stuck(cloudformation, office, settle, monkeypatch):
    """The stack, with a desk that takes its new height and not its old one; calling what is given frees it."""
    refuse = FurnitureRoom._refuse  # noqa: SLF001 - what the room refuses is the test's to say

    def jammed(wanted, name):
        if wanted.properties.get("Height") == 1 and name == "Watts":
            raise AwsError("Jammed", "The desk does not go down.")
        refuse(wanted, name)

    monkeypatch.setattr(FurnitureRoom, "_refuse", staticmethod(jammed))
    cloudformation.update_stack(StackName=office, TemplateBody=REFUSED)
    settle()
    return lambda: monkeypatch.setattr(FurnitureRoom, "_refuse", staticmethod(refuse))


@pytest.mark.usefixtures("stuck")
def test_a_rollback_that_fails_says_so_and_lets_nothing_be_updated(cloudformation, refusal):
    (stack,) = cloudformation.describe_stacks(StackName="office")["Stacks"]

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to update: [Desk]. "
    assert refusal("update_stack", StackName="office", TemplateBody=TEMPLATE)[1].endswith(
        "is in UPDATE_ROLLBACK_FAILED state and can not be updated."
    )


def test_a_rollback_is_continued_once_what_was_in_its_way_is_gone(cloudformation, stuck, settle, log):
    stuck()
    log.clear()

    cloudformation.continue_update_rollback(StackName="office")
    settle()

    assert (status(cloudformation), log) == ("UPDATE_ROLLBACK_COMPLETE", ["change Desk Height"])


@pytest.mark.usefixtures("stuck")
def test_a_rollback_goes_on_without_what_is_skipped(cloudformation, settle, log):
    log.clear()
    cloudformation.continue_update_rollback(StackName="office")
    settle()
    assert status(cloudformation) == "UPDATE_ROLLBACK_FAILED"

    cloudformation.continue_update_rollback(StackName="office", ResourcesToSkip=["Desk"])
    settle()

    assert (status(cloudformation), log) == ("UPDATE_ROLLBACK_COMPLETE", [])


def test_only_a_failed_rollback_is_continued(office, refusal):
    code, message = refusal("continue_update_rollback", StackName=office)

    assert code == "ValidationError"
    assert "CREATE_COMPLETE" in message
