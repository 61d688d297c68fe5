"""Stacks: checked whole, then made in order, under the names that CloudFormation gives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bus.local.errors import UnsupportedResourceError
from bus.local.plane import Chance, Plane
from bus.local.resources import Deployed, Resource, resource
from bus.local.stacks import Stack, StackExistsError, Stacks
from bus.local.stacks.names import physical_name

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: dev}
Conditions:
  IsLive: !Equals [!Ref Stage, live]
Resources:
  Subscription:
    Type: Test::Subscription
    Properties: {Topic: !Ref Topic, Queue: !GetAtt Queue.Arn, Note: !If [IsLive, loud, !Ref AWS::NoValue]}
  Queue:
    Type: Test::Queue
    Metadata: {reason: none}
    DeletionPolicy: Retain
  Topic:
    Type: Test::Topic
    DependsOn: Queue
  Alarm:
    Type: Test::Queue
    Condition: IsLive
Outputs:
  Where: {Value: !Sub "${Queue.Arn} in ${AWS::StackName}"}
  Siren: {Value: !Ref Alarm, Condition: IsLive}
"""


class WorkshopRoom:
    """Makes what the test templates ask for, and remembers it."""

    service = "workshop"

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.made: list[Resource] = []

    @resource("Test::Queue", acts_on={"Delay", "FifoQueue"})
    @resource("Test::Topic", acts_on=set())
    @resource("Test::Subscription", acts_on={"Topic", "Queue"}, inert={"Note": "read by people"})
    def make(self, wanted: Resource) -> Deployed:
        self.made.append(wanted)
        return Deployed(wanted.name, {"Arn": self.plane.arn("test", wanted.name)})


Deploy = Callable[..., Stack]


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(WorkshopRoom)


@pytest.fixture
def made(plane: Plane) -> list[Resource]:
    room: WorkshopRoom = plane.rooms["workshop"]
    return room.made


@pytest.fixture
def deploy(plane: Plane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deploy:
    folder = tmp_path / "orders"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def write(text: str = TEMPLATE, name: str | None = None, **parameters: str) -> Stack:
        path = Path("template.yaml")
        path.write_text(text)
        return Stacks(plane).deploy(path, name, parameters)

    return write


def test_resources_are_made_in_order_with_the_values_of_what_they_refer_to(
    deploy: Deploy, made: list[Resource]
) -> None:
    stack = deploy()

    assert [wanted.logical_id for wanted in made] == ["Queue", "Topic", "Subscription"]
    queue, topic = stack.resources["Queue"], stack.resources["Topic"]
    assert made[2].properties == {"Topic": topic.ref, "Queue": queue.attributes["Arn"]}
    assert stack.outputs == {"Where": f"{queue.attributes['Arn']} in orders"}


def test_a_stack_is_named_after_its_folder_unless_it_is_given_a_name(deploy: Deploy) -> None:
    assert deploy().name == "orders"
    assert deploy(name="orders-2").name == "orders-2"


def test_a_stack_is_created_once(plane: Plane, deploy: Deploy) -> None:
    deploy()
    stacks = Stacks(plane)
    stacks.create("template.yaml")

    with pytest.raises(StackExistsError, match=r"template\.yaml: the stack orders is deployed already"):
        stacks.create("template.yaml")


def test_a_resource_whose_condition_is_false_is_not_made(deploy: Deploy) -> None:
    assert "Alarm" not in deploy().resources
    live = deploy(Stage="live")
    assert live.outputs["Siren"] == live.resources["Alarm"].ref


@pytest.mark.parametrize(
    ("written", "line", "path"),
    [
        ("      Delay: 1\n      Colour: red", 24, "Colour"),
        ("      FifoQueue: true\n      Nested:\n        Deep: [{Colour: red}]", 25, "Nested.Deep.Colour"),
        ("      Choice: !If\n        - IsLive\n        - {Colour: red}\n        - {Shape: round}", 26, "Choice.Shape"),
    ],
)
def test_an_unsupported_property_stops_the_deployment_before_anything_is_made(
    deploy: Deploy, made: list[Resource], written: str, line: int, path: str
) -> None:
    late = f"  Late:\n    Type: Test::Queue\n    Properties:\n{written}\n"

    with pytest.raises(UnsupportedResourceError) as caught:
        deploy(TEMPLATE.replace("Outputs:", f"{late}Outputs:"))

    assert str(caught.value) == (
        f"template.yaml:{line}: Late (Test::Queue): the local event plane does not support the property {path}"
    )
    assert made == []


def test_an_unsupported_type_stops_the_deployment_before_anything_is_made(deploy: Deploy, made: list[Resource]) -> None:
    with pytest.raises(UnsupportedResourceError, match=r"Topic .* the resource type Test::Choir"):
        deploy(TEMPLATE.replace("Test::Topic", "Test::Choir"))

    assert made == []


def test_two_planes_of_one_seed_give_the_same_names(plane_with: Callable[..., Plane], deploy: Deploy) -> None:
    first = deploy()
    again = Stacks(plane_with(WorkshopRoom)).deploy("template.yaml")

    assert {name: made.ref for name, made in first.resources.items()} == {
        name: made.ref for name, made in again.resources.items()
    }


@pytest.mark.parametrize(
    ("type_", "longest"),
    [("AWS::Lambda::Function", 64), ("AWS::SQS::Queue", 80), ("AWS::S3::Bucket", 63), ("AWS::Events::Archive", 48)],
)
def test_a_generated_name_fits_what_the_service_takes(type_: str, longest: int) -> None:
    name = physical_name(
        type_, "a-very-long-name-of-a-stack" * 3, "AVeryLongLogicalIdOfAResource" * 3, Chance(1).random
    )

    assert len(name) == longest
    assert len(name.rpartition("-")[2]) == 12


def test_a_generated_name_is_stack_logical_id_and_suffix() -> None:
    assert physical_name("AWS::SQS::Queue", "orders", "Dead", Chance(1).random).startswith("orders-Dead-")
    assert physical_name("AWS::S3::Bucket", "Orders", "Lake", Chance(1).random).islower()
    assert physical_name("AWS::SQS::Queue", "orders", "Q", Chance(1).random, fifo=True).endswith(".fifo")
