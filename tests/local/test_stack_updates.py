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
    StackDeletionError,
    StackNotFoundError,
    Stacks,
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

    @resource("Test::Desk", acts_on={"Height", "Name", "Wood"}, replaced_by={"Wood", "Name"})
    @resource("Test::Lamp", acts_on={"Desk", "Watts"})
    @resource("Test::Wall", acts_on={"Colour"})
    def make(self, wanted: Resource) -> Deployed:
        self._refuse(wanted, "Height")
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

    def deployed(*changes: tuple[str, str]) -> list[str]:
        text = TEMPLATE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "template.yaml"
        path.write_text(text)
        log.clear()
        stacks.deploy(path, "office")
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
