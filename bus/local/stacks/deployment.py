"""One deployment of one template: a new stack, or the change of one that exists."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bus.local.errors import PlaneError
from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from bus.local.stacks.errors import NotReplaceableError, ResourceTakenError, TypeChangedError
from bus.local.stacks.names import physical_name
from bus.local.stacks.stack import Stack, StackResource
from bus.topology import Preview, Resolver, ResourceTemplate, Setting, Template

_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})


class Deployment:
    """Makes, changes and deletes until the stack is what its template says; a failure takes everything back.

    What stays as it is, is not touched; what is replaced is made anew before its old self is deleted, at the very end
    (CloudFormation user guide, "Understand update behaviors of stack resources" and "stack failure options").
    """

    def __init__(self, plane: Plane, template: Template, setting: Setting, stacks: Mapping[str, Stack]) -> None:
        self._plane, self._template, self._setting, self._stacks = plane, template, setting, stacks
        before = stacks.get(setting.stack)
        self._before: Mapping[str, StackResource] = {} if before is None else before.resources
        self._made: dict[str, StackResource] = {}
        self._undo: list[Callable[[], object]] = []
        self._replacing: set[str] = set()
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
        changed = [one for one in self._wanted if self._type_before(one) not in (None, one.type)]
        if changed:
            raise TypeChangedError(str(self._template.path), changed)
        preview = Preview(self._template, self._setting, self._ssm)
        names = {resource.logical_id for resource in self._wanted}
        for resource in self._wanted:
            wanted = self._described(resource, preview.properties(resource), name="")
            self._plane.makers.check(wanted)
            if resource.logical_id in self._before:
                self._plane.makers.check_update(wanted)
        for name, old in self._before.items():
            if name not in names and not old.retained:
                self._plane.makers.check_removal(old.made)
        preview.outputs()

    def _type_before(self, resource: ResourceTemplate) -> str | None:
        old = self._before.get(resource.logical_id)
        return None if old is None else old.type

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
        if self._plane.makers.keeps_name(properties, old.made):
            raise NotReplaceableError(self._described(resource, properties, old.made.wanted.name))
        new = self._new(resource, properties)
        self._replacing.add(resource.logical_id)
        return new

    def _new(self, resource: ResourceTemplate, properties: Mapping[str, Any]) -> StackResource:
        fifo = properties.get("FifoQueue", properties.get("FifoTopic", False)) in (True, "true")
        name = physical_name(
            resource.type, self._setting.stack, resource.logical_id, self._plane.chance.random, fifo=fifo
        )
        wanted = self._described(resource, properties, name)
        made = Made(wanted, self._plane.makers.make(wanted))
        for stack, taken in self._holders(made):
            # Services that overwrite what has the name already did so.
            self._plane.makers.update(taken.wanted, made)
            raise ResourceTakenError(made, stack)
        self._undo.append(lambda: self._take_back(resource, made))
        return self._kept(resource, made)

    def _holders(self, made: Made) -> Iterator[tuple[str, Made]]:
        """Whose resource the one that was just made is already."""
        stacks = {name: stack.resources for name, stack in self._stacks.items()}
        for name, resources in (*stacks.items(), (self._setting.stack, self._made)):
            for one in resources.values():
                same = one.type == made.wanted.type and one.ref == made.ref
                # The name of a stage or a log stream is its own within its API or group.
                if same and not self._plane.makers.replaces(made.wanted, one.made):
                    yield name, one.made

    def _take_back(self, resource: ResourceTemplate, made: Made) -> None:
        """A resource with the policy Retain stays even now, one with RetainExceptOnCreate does not."""
        if resource.deletion_policy != "Retain":
            self._plane.makers.remove(made)

    def _kept(self, resource: ResourceTemplate, made: Made) -> StackResource:
        return StackResource(
            made,
            retained=resource.deletion_policy in _KEPT,
            replaced_kept=resource.update_replace_policy in _KEPT,
        )

    def _roll_back(self, error: BaseException) -> None:
        """Take back what was done, last first; what cannot be taken back is noted on the error.

        New resources whose DeletionPolicy is Retain stay, as CloudFormation has it (RetainExceptOnCreate is for those
        that are not to: API reference, CreateStack).
        """
        for undo in reversed(self._undo):
            try:
                undo()
            except (PlaneError, ValueError) as failure:
                error.add_note(f"rolling back: {failure}")

    def _clean_up(self) -> list[str]:
        """Delete what was replaced or is wanted no more, last made first; says what could not be deleted."""
        return delete(self._plane, list(self._unwanted()))

    def _unwanted(self) -> Iterator[StackResource]:
        for name, old in self._before.items():
            kept = old.replaced_kept if name in self._replacing else name in self._made or old.retained
            if not kept:
                yield old

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


def delete(plane: Plane, resources: Sequence[StackResource]) -> list[str]:
    """Delete resources, last made first; returns a sentence for each that could not be deleted."""
    failures = []
    for resource in reversed(resources):
        try:
            plane.makers.remove(resource.made)
        except (PlaneError, ValueError) as error:
            failures.append(f"{resource.logical_id} ({resource.type}): {error}")
    return failures
