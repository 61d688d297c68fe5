"""Templates by their text: deployed at once, beside those of the API, and kept through a snapshot."""

import cloudpickle
import pytest

from bus.local.platform import LocalPlatform
from bus.local.resources import RefusedValuesError
from bus.local.stacks import StackBusyError
from bus.topology import TopologyError
from tests.local.cloudformation.cases import BROKEN, REFUSED, TEMPLATE, events, status

WATTS = TEMPLATE.replace("Resources:", "Parameters: {Watts: {Type: Number, Default: 5}}\nResources:").replace(
    "Watts: 5}\nOut", "Watts: !Ref Watts}\nOut"
)


@pytest.fixture
def room(plane):
    return plane.rooms["cloudformation"]


def test_a_template_is_created_left_alone_and_updated(room, cloudformation, log):
    origin = "services/office/template.yaml"
    assert room.deploy("office", WATTS, origin, {}) == "created"
    assert status(cloudformation) == "CREATE_COMPLETE"
    log.clear()

    assert room.deploy("office", WATTS, origin, {"Watts": "5"}) == "unchanged"
    assert log == []
    assert room.deploy("office", WATTS, origin, {"Watts": "7"}) == "updated"
    assert room.deploy("office", WATTS, origin, {}) == "unchanged"
    assert room.deploy("office", WATTS.replace("Height: 1", "Height: 2"), origin, {}) == "updated"
    assert log == ["change Lamp Watts", "change Desk Height"]
    assert status(cloudformation) == "UPDATE_COMPLETE"


def test_a_failure_is_raised_once_it_is_taken_back(room, cloudformation, log):
    with pytest.raises(RefusedValuesError, match=r"office\.yaml:\d+: Chair"):
        room.deploy("office", BROKEN, "office.yaml", {})
    assert log[-2:] == ["remove Lamp", "remove Desk"]
    assert status(cloudformation) == "ROLLBACK_COMPLETE"

    assert room.deploy("office", TEMPLATE, "office.yaml", {}) == "created"
    with pytest.raises(RefusedValuesError, match="Watts is not valid"):
        room.deploy("office", REFUSED, "office.yaml", {})
    assert status(cloudformation) == "UPDATE_ROLLBACK_COMPLETE"
    assert room.deploy("office", TEMPLATE, "office.yaml", {}) == "unchanged"


def test_what_is_wrong_in_a_template_is_said_with_its_file_and_line(room):
    with pytest.raises(TopologyError, match=r"^office\.yaml:8: "):
        room.deploy("office", TEMPLATE.replace("!Ref Desk", "!Ref Bureau"), "office.yaml", {})


def test_a_stack_that_is_busy_is_not_deployed(room, cloudformation):
    cloudformation.create_stack(StackName="office", TemplateBody=TEMPLATE)

    with pytest.raises(StackBusyError, match="CREATE_IN_PROGRESS"):
        room.deploy("office", TEMPLATE, "office.yaml", {})


def test_a_creation_goes_on_after_a_snapshot(plane, cloudformation):
    cloudformation.create_stack(StackName="office", TemplateBody=TEMPLATE)
    restored = cloudpickle.loads(cloudpickle.dumps(plane))

    restored.engine.run_until_idle()

    (stack,) = restored.call("cloudformation", "DescribeStacks")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert restored.rooms["furniture"].log == ["make Desk", "make Lamp"]
    assert status(cloudformation) == "CREATE_IN_PROGRESS"


def test_two_planes_of_one_seed_tell_the_same_story(plane_with, plane, room, cloudformation):
    room.deploy("office", TEMPLATE, "office.yaml", {})
    told = cloudformation.describe_stack_events(StackName="office")["StackEvents"]

    again = plane_with(*(type(one) for one in plane.rooms.values()))
    again.rooms["cloudformation"].deploy("office", TEMPLATE, "office.yaml", {})

    assert again.call("cloudformation", "DescribeStackEvents", StackName="office")["StackEvents"] == told


def test_what_a_platform_deploys_is_seen_through_the_api_and_the_other_way_round(tmp_path):
    (tmp_path / "template.yaml").write_text("Resources: {Letters: {Type: AWS::SQS::Queue}}")
    with LocalPlatform([]) as platform:
        cloudformation = platform.client("cloudformation")
        platform.deploy(tmp_path / "template.yaml", "mail")
        assert status(cloudformation, "mail") == "CREATE_COMPLETE"
        assert ("Letters", "CREATE_COMPLETE") in events(cloudformation, "mail")

        cloudformation.create_stack(StackName="more", TemplateBody="Resources: {Parcels: {Type: AWS::SQS::Queue}}")
        platform.run_until_idle()
        assert "/more-Parcels-" in platform.find("Parcels")
        platform.delete("more")
        assert [one["StackName"] for one in cloudformation.describe_stacks()["Stacks"]] == ["mail"]
