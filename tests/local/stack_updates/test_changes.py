"""A changed template changes its stack in place: what stays is not touched."""

from tests.local.stack_updates.cases import HEIGHT


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
