"""One deployment of one template: a new stack, or the change of one that exists."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from bus.local.errors import PlaneError
from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from bus.local.stacks.errors import NotReplaceableError, ResourceTakenError, TypeChangedError
from bus.local.stacks.names import physical_name
from bus.local.stacks.reasons import reason_of
from bus.local.stacks.record import StackRecord
from bus.local.stacks.removal import Doomed, delete
from bus.local.stacks.stack import Stack, StackResource
from bus.local.stacks.undo import Changed, Created, Undo
from bus.topology import Preview, Resolver, ResourceTemplate, Setting, Template, TopologyError

_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})


class Deployment:
    """Makes, changes and deletes until the stack is what its template says; `undo` takes everything back.

    What stays as it is, is not touched; what is replaced is made anew before its old self is deleted, at the very end
    (CloudFormation user guide, "Understand update behaviors of stack resources" and "stack failure options").
    """

    def __init__(self, plane: Plane, template: Template, setting: Setting, stacks: Mapping[str, Stack]) -> None:
        self._plane, self.template, self.setting, self._stacks = plane, template, setting, stacks
        before = stacks.get(setting.stack)
        self._before: Mapping[str, StackResource] = {} if before is None else before.resources
        self._made: dict[str, StackResource] = {}
        self._replacing: set[str] = set()
        self.undo = Undo(plane.makers)
        self.failed: ResourceTemplate | None = None
        """The resource that could not be made or changed."""
        self._ssm = partial(parameter_of, plane)
        self._resolver = Resolver(template, setting, self._ssm, self._made)
        self.wanted = [resource for resource in template.in_order() if self._resolver.applies(resource)]

    @property
    def made(self) -> Mapping[str, StackResource]:
        """What there is of it so far, by logical id."""
        return self._made

    def check(self) -> None:
        """Everything is checked before anything is made. Raises as `Stacks.deploy` does."""
        changed = [one for one in self.wanted if self._type_before(one) not in (None, one.type)]
        if changed:
            raise TypeChangedError(str(self.template.path), changed)
        preview = Preview(self.template, self.setting, self._ssm)
        names = {resource.logical_id for resource in self.wanted}
        for resource in self.wanted:
            wanted = self._described(resource, preview.properties(resource), name="")
            self._plane.makers.check(wanted)
            if resource.logical_id in self._before:
                self._plane.makers.check_update(wanted)
        for name, old in self._before.items():
            if name not in names and not old.retained:
                self._plane.makers.check_removal(old.made)
        preview.outputs()

    def run(self, record: StackRecord) -> Stack:
        """Make and change, and tell of it; what is to go is there still. Raises as `Stacks.deploy` does."""
        for resource in self.wanted:
            self._made[resource.logical_id] = self._told(resource, record)
        return Stack(self.setting, self.template, self._made, self._resolver.outputs())

    def clean_up(self, record: StackRecord) -> tuple[str, ...]:
        """Delete what was replaced or is wanted no more, last made first; says what could not be deleted."""
        return tuple(delete(self._plane.makers, list(self._unwanted()), record))

    def _type_before(self, resource: ResourceTemplate) -> str | None:
        old = self._before.get(resource.logical_id)
        return None if old is None else old.type

    def _told(self, resource: ResourceTemplate, record: StackRecord) -> StackResource:
        """The resource as it is wanted; a failure is told of before it is raised."""
        old = self._before.get(resource.logical_id)
        try:
            properties = self._resolver.properties(resource)
            if old is None:
                return self._new(resource, properties, record, None)
            return self._settled(resource, properties, old, record)
        except (PlaneError, TopologyError) as error:
            self.failed = resource
            status = "CREATE_FAILED" if old is None else "UPDATE_FAILED"
            there = "" if old is None else old.ref
            record.tell(resource.logical_id, resource.type, status, physical_id=there, reason=reason_of(error))
            if old is not None:
                self.undo.changed.append(Changed(old.made, None))
            raise

    def _settled(
        self, resource: ResourceTemplate, properties: Mapping[str, Any], old: StackResource, record: StackRecord
    ) -> StackResource:
        """As it was, changed in place, or new in the place of the old one."""
        wanted = self._described(resource, properties, old.made.wanted.name)
        if self._plane.makers.replaces(wanted, old.made):
            return self._replaced(resource, properties, old, record)
        if properties == old.made.properties:
            return self._kept(resource, Made(wanted, old.made.deployed))
        name, type_ = resource.logical_id, resource.type
        record.tell(name, type_, "UPDATE_IN_PROGRESS", physical_id=old.ref, properties=properties)
        deployed = self._plane.makers.update(wanted, old.made)
        made = Made(wanted, deployed)
        self.undo.changed.append(Changed(old.made, made))
        record.tell(name, type_, "UPDATE_COMPLETE", physical_id=made.ref, properties=properties)
        return self._kept(resource, made)

    def _replaced(
        self, resource: ResourceTemplate, properties: Mapping[str, Any], old: StackResource, record: StackRecord
    ) -> StackResource:
        record.tell(
            resource.logical_id,
            resource.type,
            "UPDATE_IN_PROGRESS",
            physical_id=old.ref,
            reason="Requested update requires the creation of a new physical resource; hence creating one.",
            properties=properties,
        )
        if self._plane.makers.keeps_name(properties, old.made):
            raise NotReplaceableError(self._described(resource, properties, old.made.wanted.name), old.ref)
        new = self._new(resource, properties, record, old)
        self._replacing.add(resource.logical_id)
        return new

    def _new(
        self, resource: ResourceTemplate, properties: Mapping[str, Any], record: StackRecord, old: StackResource | None
    ) -> StackResource:
        """A resource that was not there before; `old` is what it replaces."""
        logical_id, type_ = resource.logical_id, resource.type
        verb = "CREATE" if old is None else "UPDATE"
        if old is None:
            record.tell(logical_id, type_, "CREATE_IN_PROGRESS", properties=properties)
        fifo = properties.get("FifoQueue", properties.get("FifoTopic", False)) in (True, "true")
        name = physical_name(type_, self.setting.stack, logical_id, self._plane.chance.random, fifo=fifo)
        wanted = self._described(resource, properties, name)
        made = Made(wanted, self._plane.makers.make(wanted))
        for stack, taken in self._holders(made):
            # Services that overwrite what has the name already did so.
            self._plane.makers.update(taken.wanted, made)
            raise ResourceTakenError(made, stack)
        kept = resource.deletion_policy == "Retain"
        self.undo.created.append(Created(made, kept=kept, replaces=None if old is None else old.made))
        record.tell(
            logical_id,
            type_,
            f"{verb}_IN_PROGRESS",
            physical_id=made.ref,
            reason="Resource creation Initiated",
            properties=properties,
        )
        record.tell(logical_id, type_, f"{verb}_COMPLETE", physical_id=made.ref, properties=properties)
        return self._kept(resource, made)

    def _holders(self, made: Made) -> Iterator[tuple[str, Made]]:
        """Whose resource the one that was just made is already."""
        stacks = {name: stack.resources for name, stack in self._stacks.items()}
        for name, resources in (*stacks.items(), (self.setting.stack, self._made)):
            for one in resources.values():
                same = one.type == made.wanted.type and one.ref == made.ref
                # The name of a stage or a log stream is its own within its API or group.
                if same and not self._plane.makers.replaces(made.wanted, one.made):
                    yield name, one.made

    def _kept(self, resource: ResourceTemplate, made: Made) -> StackResource:
        return StackResource(
            made,
            retained=resource.deletion_policy in _KEPT,
            replaced_kept=resource.update_replace_policy in _KEPT,
        )

    def _unwanted(self) -> Iterator[Doomed]:
        for name, old in self._before.items():
            if name in self._replacing:
                yield Doomed(old.made, kept=old.replaced_kept, former=True)
            elif name not in self._made:
                yield Doomed(old.made, kept=old.retained)

    def _described(self, resource: ResourceTemplate, properties: Mapping[str, Any], name: str) -> Resource:
        return Resource(
            stack=self.setting.stack,
            logical_id=resource.logical_id,
            type=resource.type,
            properties=properties,
            name=name,
            template=str(self.template.path),
            line=resource.line,
            property_lines=self.template.property_lines(resource.logical_id),
        )


def parameter_of(plane: Plane, name: str) -> str | None:
    """The value of an SSM parameter; a plane without SSM has none."""
    ssm = plane.rooms.get("ssm")
    return None if ssm is None else ssm.parameter(name)
