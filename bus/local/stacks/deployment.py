"""One deployment of one template: a new stack, or the change of one that exists."""

from collections.abc import Callable, Mapping
from typing import Any

from bus.local.errors import PlaneError
from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from bus.local.stacks.errors import NotReplaceableError
from bus.local.stacks.names import physical_name
from bus.local.stacks.stack import Stack, StackResource
from bus.topology import Preview, Resolver, ResourceTemplate, Setting, Template

_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})


class Deployment:
    """Makes, changes and deletes until the stack is what its template says; a failure takes everything back.

    What stays as it is, is not touched; what is replaced is made anew before its old self is deleted, at the very end
    (CloudFormation user guide, "Understand update behaviors of stack resources" and "stack failure options").
    """

    def __init__(self, plane: Plane, template: Template, setting: Setting, before: Stack | None) -> None:
        self._plane, self._template, self._setting = plane, template, setting
        self._before: Mapping[str, StackResource] = {} if before is None else before.resources
        self._made: dict[str, StackResource] = {}
        self._undo: list[Callable[[], object]] = []
        self._old: list[StackResource] = []
        self._resolver = Resolver(template, setting, self._ssm, self._made)
        self._wanted = [resource for resource in template.in_order() if self._resolver.applies(resource)]

    def run(self) -> Stack:
        """Everything is checked before anything is made. Raises as `Stacks.deploy` does."""
        self._check()
        try:
            for resource in self._wanted:
                self._made[resource.logical_id] = self._settled(resource)
            outputs = self._resolver.outputs()
        except BaseException as error:
            self._roll_back(error)
            raise
        return Stack(self._setting, self._template, self._made, outputs, tuple(self._clean_up()))

    def _check(self) -> None:
        preview = Preview(self._template, self._setting, self._ssm)
        names = {resource.logical_id for resource in self._wanted}
        for resource in self._wanted:
            wanted = self._described(resource, preview.properties(resource), name="")
            self._plane.makers.check(wanted)
            old = self._before.get(resource.logical_id)
            if old is not None and old.type == resource.type:
                self._plane.makers.check_update(wanted)
        for name, old in self._before.items():
            if name not in names and not old.retained:
                self._plane.makers.check_removal(old.made)
        preview.outputs()

    def _settled(self, resource: ResourceTemplate) -> StackResource:
        """The resource as it is wanted: as it was, changed in place, or new."""
        properties = self._resolver.properties(resource)
        old = self._before.get(resource.logical_id)
        if old is None:
            return self._new(resource, properties)
        wanted = self._described(resource, properties, old.made.wanted.name)
        if self._plane.makers.replaces(wanted, old.made):
            return self._replaced(resource, properties, old)
        if properties == old.made.properties:
            return self._kept(resource, Made(wanted, old.made.deployed))
        deployed = self._plane.makers.update(wanted, old.made)
        made = Made(wanted, deployed)
        self._undo.append(lambda: self._plane.makers.update(old.made.wanted, made))
        return self._kept(resource, made)

    def _replaced(self, resource: ResourceTemplate, properties: Mapping[str, Any], old: StackResource) -> StackResource:
        new = self._new(resource, properties)
        if new.ref == old.ref and new.type == old.type:
            self._undo.pop()
            raise NotReplaceableError(new.made.wanted)
        self._old.append(old)
        return new

    def _new(self, resource: ResourceTemplate, properties: Mapping[str, Any]) -> StackResource:
        fifo = properties.get("FifoQueue", properties.get("FifoTopic", False)) in (True, "true")
        name = physical_name(
            resource.type, self._setting.stack, resource.logical_id, self._plane.chance.random, fifo=fifo
        )
        wanted = self._described(resource, properties, name)
        made = Made(wanted, self._plane.makers.make(wanted))
        self._undo.append(lambda: self._plane.makers.remove(made))
        return self._kept(resource, made)

    def _kept(self, resource: ResourceTemplate, made: Made) -> StackResource:
        return StackResource(
            made,
            retained=resource.deletion_policy in _KEPT,
            replaced_kept=resource.update_replace_policy in _KEPT,
        )

    def _roll_back(self, error: BaseException) -> None:
        """Take back what was done, last first; what cannot be taken back is noted on the error."""
        for undo in reversed(self._undo):
            try:
                undo()
            except (PlaneError, ValueError) as failure:
                error.add_note(f"rolling back: {failure}")

    def _clean_up(self) -> list[str]:
        """Delete what was replaced or is wanted no more, last made first; says what could not be deleted."""
        gone = [old for name, old in self._before.items() if name not in self._made and not old.retained]
        return delete(self._plane, [*gone, *(old for old in self._old if not old.replaced_kept)])

    def _described(self, resource: ResourceTemplate, properties: Mapping[str, Any], name: str) -> Resource:
        return Resource(
            stack=self._setting.stack,
            logical_id=resource.logical_id,
            type=resource.type,
            properties=properties,
            name=name,
            template=str(self._template.path),
            line=resource.line,
            property_lines=self._template.property_lines(resource.logical_id),
        )

    def _ssm(self, name: str) -> str | None:
        ssm = self._plane.rooms.get("ssm")
        return None if ssm is None else ssm.parameter(name)


def delete(plane: Plane, resources: list[StackResource]) -> list[str]:
    """Delete resources, last made first; returns a sentence for each that could not be deleted."""
    failures = []
    for resource in reversed(resources):
        try:
            plane.makers.remove(resource.made)
        except (PlaneError, ValueError) as error:
            failures.append(f"{resource.logical_id} ({resource.type}): {error}")
    return failures
