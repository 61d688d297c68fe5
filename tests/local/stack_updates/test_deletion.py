"""What is deleted, what stays, and in which order."""

import pytest

from bus.local.stacks import (
    StackNotFoundError,
)
from tests.local.stack_updates.cases import TEMPLATE


def test_what_the_template_has_no_more_is_deleted_last_made_first(deploy, stacks):
    text = TEMPLATE[TEMPLATE.index("  Desk") : TEMPLATE.index("Outputs")]

    log = deploy((text, "  Chair: {Type: Test::Desk}\n"), ("!Ref Lamp", "!Ref Chair"))

    assert log == ["make Chair", "remove Lamp", "remove Desk"]
    assert [*stacks["office"].resources] == ["Chair"]


def test_what_is_retained_outlives_its_stack_and_its_replacement(deploy, stacks, log):
    policies = "Type: Test::Desk\n    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain"
    deploy(("Type: Test::Desk", policies))

    assert deploy(("Type: Test::Desk", policies), ("Height: 1", "Wood: oak")) == ["make Desk", "change Lamp Desk"]
    log.clear()
    stacks.delete("office")
    assert log == ["remove Lamp"]


@pytest.mark.usefixtures("deploy")
def test_deleting_a_stack_deletes_what_it_made_last_made_first(stacks, log):
    log.clear()

    stacks.delete("office")

    assert log == ["remove Lamp", "remove Desk"]
    with pytest.raises(StackNotFoundError):
        stacks.delete("office")


def test_what_is_deleted_by_an_update_goes_in_the_order_of_a_deletion(deploy):
    stool = "  Stool:\n    Type: Test::Lamp\n    Properties: {Desk: !Ref Desk}\nOutputs:"
    deploy(("Outputs:", stool))

    log = deploy(("Height: 1", "Wood: oak"))

    assert log == ["make Desk", "change Lamp Desk", "remove Stool", "remove Desk"]


def test_a_condition_that_turns_makes_and_deletes_what_it_is_about(deploy):
    lit = (
        (
            "Resources:",
            "Parameters: {Lit: {Type: String, Default: n}}\nConditions: {Lit: !Equals [!Ref Lit, y]}\nResources:",
        ),
        ("Type: Test::Lamp", "Type: Test::Lamp\n    Condition: Lit"),
        ("Lamp: {Value: !Ref Lamp}", "Lamp: {Value: !Ref Lamp, Condition: Lit}"),
    )

    assert deploy(*lit) == ["remove Lamp"]
    assert deploy(*lit, Lit="y") == ["make Lamp"]
    assert deploy(*lit, Lit="n") == ["remove Lamp"]
