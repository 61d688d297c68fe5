"""A changed template changes its stack in place: what stays is not touched, what fails is taken back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bus.local.errors import AwsError, UnsupportedResourceError
from bus.local.plane import Plane
from bus.local.resources import Deployed, Made, Resource, removes, resource, updates
from bus.local.stacks import (
    NotReplaceableError,
    RefusedValuesError,
    ResourceTakenError,
    StackDeletionError,
    StackNotFoundError,
    Stacks,
    TypeChangedError,
)

TEMPLATE = """
Resources:
  Desk:
    Type: Test::Desk
    Properties: {Height: 1}
  Lamp:
    Type: Test::Lamp
    Properties: {Desk: !Ref Desk, Watts: 5}
Outputs:
  Lamp: {Value: !Ref Lamp}
"""


class FurnitureRoom:
    """Makes, changes and deletes furniture, and writes down what it did."""

    service = "furniture"

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.log: list[str] = []

    @resource("Test::Desk", acts_on={"Glue", "Height", "Name", "Wood"}, replaced_by={"Wood", "Name"})
    @resource("Test::Lamp", acts_on={"Desk", "Watts"})
    @resource("Test::Wall", acts_on={"Colour"})
    def make(self, wanted: Resource) -> Deployed:
        self._refuse(wanted, "Height")
        if wanted.properties.get("Wood") == "veneer":
            self.log.append(f"glue {wanted.properties['Glue']['Brand']}")
        self.log.append(f"make {wanted.logical_id}")
        return Deployed(wanted.properties.get("Name", wanted.name))

    @updates("Test::Desk")
    @updates("Test::Lamp")
    def change(self, wanted: Resource, made: Made) -> Deployed:
        self._refuse(wanted, "Watts")
        changed = {key for key, value in wanted.properties.items() if made.properties.get(key) != value}
        self.log.append(f"change {wanted.logical_id} {' '.join(sorted(changed))}")
        return made.deployed

    @removes("Test::Desk")
    @removes("Test::Lamp")
    def remove(self, made: Made) -> None:
        if made.properties.get("Height") == "bolted":
            raise AwsError("Bolted", "The desk is bolted to the floor.")
        self.log.append(f"remove {made.wanted.logical_id}")

    @staticmethod
    def _refuse(wanted: Resource, name: str) -> None:
        if wanted.properties.get(name) == "none":
            raise AwsError("Invalid", f"{name} is not valid.")


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(FurnitureRoom)


@pytest.fixture
def stacks(plane: Plane) -> Stacks:
    return Stacks(plane)


@pytest.fixture
def log(plane: Plane) -> list[str]:
    room: FurnitureRoom = plane.rooms["furniture"]
    return room.log


@pytest.fixture
def deploy(stacks: Stacks, log: list[str], tmp_path: Path) -> Callable[..., list[str]]:
    """Deploys the template with some texts in it replaced; what that made the room do."""

    def deployed(*changes: tuple[str, str], **parameters: str) -> list[str]:
        text = TEMPLATE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "template.yaml"
        path.write_text(text)
        log.clear()
        stacks.deploy(path, "office", parameters)
        return log

    deployed()
    return deployed


def test_the_same_template_again_touches_nothing(deploy, stacks):
    before = stacks["office"]

    assert deploy() == []

    assert stacks["office"].resources.keys() == before.resources.keys()
    assert stacks["office"].outputs == before.outputs
    assert stacks["office"].setting == before.setting


def test_a_changed_property_changes_its_resource_in_place(deploy, stacks):
    desk = stacks["office"].resources["Desk"].ref

    assert deploy(("Height: 1", "Height: 2")) == ["change Desk Height"]

    assert stacks["office"].resources["Desk"].ref == desk


def test_a_replaced_resource_is_made_anew_before_what_refers_to_it_changes_and_its_old_self_goes_last(deploy, stacks):
    desk = stacks["office"].resources["Desk"].ref

    assert deploy(("Height: 1", "Wood: oak")) == ["make Desk", "change Lamp Desk", "remove Desk"]

    assert stacks["office"].resources["Desk"].ref != desk


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


@pytest.mark.usefixtures("deploy")
def test_deleting_a_stack_deletes_what_it_made_last_made_first(stacks, log):
    log.clear()

    stacks.delete("office")

    assert log == ["remove Lamp", "remove Desk"]
    with pytest.raises(StackNotFoundError):
        stacks.delete("office")


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


def test_what_is_deleted_by_an_update_goes_in_the_order_of_a_deletion(deploy):
    stool = "  Stool:\n    Type: Test::Lamp\n    Properties: {Desk: !Ref Desk}\nOutputs:"
    deploy(("Outputs:", stool))

    log = deploy(("Height: 1", "Wood: oak"))

    assert log == ["make Desk", "change Lamp Desk", "remove Stool", "remove Desk"]


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


HEIGHT = (
    ("Resources:", "Parameters:\n  Height: {Type: String, Default: '2'}\nResources:"),
    ("Height: 1", "Height: !Ref Height"),
)


def test_a_parameter_that_is_not_given_keeps_the_value_that_the_stack_has(deploy, stacks):
    deploy(*HEIGHT)
    higher = (("Default: '2'", "Default: '3'"), ("Watts: 5", "Watts: 6"))
    assert deploy(*HEIGHT, *higher) == ["change Lamp Watts"]
    assert deploy(*HEIGHT, *higher, Height="4") == ["change Desk Height"]
    assert deploy(*HEIGHT, *higher) == []

    assert stacks["office"].resources["Desk"].made.properties["Height"] == "4"
    deploy()
    assert deploy(*HEIGHT) == ["change Desk Height"]
    assert stacks["office"].resources["Desk"].made.properties["Height"] == "2"


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
