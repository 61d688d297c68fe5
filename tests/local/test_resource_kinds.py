"""Every resource type that the plane makes it also changes and deletes, and replaces when CloudFormation would."""

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from bus.local.plane import Plane
from bus.local.resources import Kind
from bus.local.rooms import open_all


def _kinds() -> list[Kind]:
    plane = Plane()
    open_all(plane)
    return plane.makers.kinds()


KINDS = {kind.type: kind for kind in _kinds()}


def _schema(type_: str) -> dict[str, list[str]]:
    schema: dict[str, list[str]] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_).schema
    return schema


def _paths(pointers: list[str] | None) -> set[str]:
    return {pointer.removeprefix("/properties/").replace("/", ".") for pointer in pointers or ()}


@pytest.mark.parametrize("type_", KINDS)
def test_a_resource_is_replaced_when_its_schema_says_so(type_):
    kind, schema = KINDS[type_], _schema(type_)
    known = {*kind.acts_on, *kind.inert}
    create_only = _paths(schema.get("createOnlyProperties"))
    conditionally = _paths(schema.get("conditionalCreateOnlyProperties")) | BEYOND.get(type_, set())

    assert {path for path in create_only if _met(path, known)} <= kind.replaced_by
    assert kind.replaced_by <= create_only | conditionally


def _met(path: str, known: set[str]) -> bool:
    """Whether the plane reads the path, something above it or something below it."""
    return any(path == one or path.startswith(f"{one}.") or one.startswith(f"{path}.") for one in known)


BEYOND: dict[str, set[str]] = {
    # "If you need to create or delete a local secondary index … you must create a new table" (the type's page).
    "AWS::DynamoDB::Table": {"LocalSecondaryIndexes"},
}


@pytest.mark.parametrize("type_", KINDS)
def test_every_type_that_is_made_can_be_changed_and_deleted(type_):
    plane = Plane()
    open_all(plane)

    assert plane.makers.can_update(type_)
    assert plane.makers.can_remove(type_)


def test_every_property_of_a_kind_is_one_that_cloudformation_knows():
    unknown = {
        type_: sorted(path for path in (*kind.acts_on, *kind.inert) if path.partition(".")[0] not in _top(type_))
        for type_, kind in KINDS.items()
    }

    assert {type_: paths for type_, paths in unknown.items() if paths} == {}


def _top(type_: str) -> set[str]:
    properties: dict[str, object] = _schema(type_)["properties"]  # type: ignore[assignment]  # an object, here
    return set(properties)
