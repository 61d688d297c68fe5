"""What a deployment refuses, and what it takes back."""

import pytest

from bus.local.errors import UnsupportedResourceError
from bus.local.stacks import (
    NotReplaceableError,
    RefusedValuesError,
    ResourceTakenError,
    StackDeletionError,
    TypeChangedError,
)
from tests.local.stack_updates.cases import TEMPLATE


def test_a_refused_change_takes_back_what_was_done_before_it(deploy, stacks, log):
    before = stacks["office"]

    with pytest.raises(RefusedValuesError, match=r"Lamp \(Test::Lamp\): Invalid: Watts is not valid\."):
        deploy(("Height: 1", "Height: 2"), ("Watts: 5", "Watts: none"))

    assert stacks["office"] is before
    assert log == ["change Desk Height", "change Desk Height"]


def test_a_refused_new_stack_is_taken_back_whole(stacks, log, tmp_path):
    path = tmp_path / "template.yaml"
    chair = "  Chair:\n    Type: Test::Desk\n    DependsOn: Lamp\n    Properties: {Height: none}\nOutputs:"
    path.write_text(TEMPLATE.replace("Outputs:", chair))

    with pytest.raises(RefusedValuesError, match="Chair"):
        stacks.deploy(path, "office")

    assert log == ["make Desk", "make Lamp", "remove Lamp", "remove Desk"]
    assert "office" not in stacks


def test_a_custom_name_cannot_be_replaced_by_itself(deploy, log):
    deploy(("Height: 1", "Name: desk"))

    with pytest.raises(NotReplaceableError, match="rename it"):
        deploy(("Height: 1", "Name: desk, Wood: oak"))

    assert "remove Desk" not in log


def test_a_change_that_no_room_can_make_is_refused_before_anything_is_done(deploy, log):
    wall = ("Outputs:", "  Wall:\n    Type: Test::Wall\n    Properties: {Colour: red}\nOutputs:")
    deploy(wall)

    with pytest.raises(UnsupportedResourceError, match=r"Wall .*changing a resource of the type Test::Wall"):
        deploy(wall, ("Height: 1", "Height: 2"))
    assert log == []
    with pytest.raises(UnsupportedResourceError, match=r"Wall .*deleting a resource of the type Test::Wall"):
        deploy()
    assert log == []


def test_what_cannot_be_deleted_is_said(deploy, stacks):
    deploy(("Height: 1", "Height: bolted"))

    with pytest.raises(StackDeletionError, match=r"Desk \(Test::Desk\): Bolted: The desk is bolted"):
        stacks.delete("office")


def test_an_update_leaves_behind_what_cannot_be_deleted_and_says_so(deploy, stacks):
    deploy(("Height: 1", "Height: bolted"))

    deploy(("Height: 1", "Height: bolted, Wood: oak"))

    assert stacks["office"].left_behind == ("Desk (Test::Desk): Bolted: The desk is bolted to the floor.",)


def test_a_type_cannot_be_changed(deploy, stacks, log):
    before = stacks["office"]

    with pytest.raises(TypeChangedError, match=r"template\.yaml:\d+: Update of resource type .* resources: \[Lamp\]"):
        deploy(("Type: Test::Lamp\n    Properties: {Desk: !Ref Desk, Watts: 5}", "Type: Test::Desk"))

    assert stacks["office"] is before
    assert log == []


def test_a_resource_that_is_made_already_is_not_made_by_another_name_and_stays_as_it_was(deploy, stacks, log):
    deploy(("Height: 1", "Name: desk, Height: 1"))

    with pytest.raises(ResourceTakenError, match=r"Table \(Test::Desk\): desk already exists in the stack office"):
        deploy(("Desk:\n", "Table:\n"), ("!Ref Desk", "!Ref Table"), ("Height: 1", "Name: desk, Height: 2"))

    assert log == ["make Table", "change Desk Height"]
    assert stacks["office"].resources["Desk"].ref == "desk"


@pytest.mark.parametrize(("policy", "stays"), [("Retain", True), ("RetainExceptOnCreate", False), ("Delete", False)])
def test_a_new_resource_that_is_taken_back_stays_only_if_it_is_retained_even_then(deploy, stacks, log, policy, stays):
    stool = f"  Stool:\n    Type: Test::Desk\n    DeletionPolicy: {policy}\n"
    chair = "  Chair:\n    Type: Test::Desk\n    DependsOn: Stool\n    Properties: {Height: none}\nOutputs:"

    with pytest.raises(RefusedValuesError, match="Chair"):
        deploy(("Outputs:", stool + chair))
    assert ("remove Stool" in log) != stays

    deploy(("Outputs:", f"{stool}Outputs:"))
    log.clear()
    stacks.delete("office")
    assert ("remove Stool" in log) == (policy == "Delete")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Wood: veneer", r"template\.yaml:3: Desk .*: required key \[Glue\] not found"),
        ("Wood: veneer,\n      Glue: {Name: x}", r"template\.yaml:6: Desk .*: required key \[Glue.Brand\] not found"),
        (
            "Wood: veneer,\n      Glue: strong",
            r"template\.yaml:3: Desk .*: a property is not shaped as Test::Desk has it",
        ),
        ("Wood: oak,\n      Height: none", r"template\.yaml:6: Desk .*: Invalid: Height is not valid\."),
    ],
)
def test_what_a_service_refuses_is_said_with_the_line_of_the_property(deploy, written, said):
    with pytest.raises(RefusedValuesError, match=said):
        deploy(("Height: 1", written))
