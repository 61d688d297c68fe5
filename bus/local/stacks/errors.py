"""What stacks refuse."""

import difflib
from collections.abc import Collection, Sequence

from bus.local.errors import PlaneError
from bus.local.resources import Made, Resource
from bus.topology import ResourceTemplate


class StackExistsError(PlaneError):
    """Two templates would be one stack."""

    def __init__(self, name: str, template: str) -> None:
        self.name, self.template = name, template
        super().__init__(
            f"{template}: the stack {name} is deployed already; give one of the two another name, "
            "or deploy the template to change the stack"
        )


class NotReplaceableError(PlaneError):
    """A resource whose name the template gives would have to be replaced, and the name is taken by its old self."""

    def __init__(self, wanted: Resource, name: str) -> None:
        self.wanted, self.name = wanted, name
        super().__init__(
            f"{wanted.template}:{wanted.line}: {wanted.title}: CloudFormation cannot update a "
            "stack when a custom-named resource requires replacing; rename it, or let its name be generated"
        )


class TypeChangedError(PlaneError):
    """A logical id names another type of resource than the stack has."""

    def __init__(self, template: str, changed: Sequence[ResourceTemplate]) -> None:
        self.template, self.logical_ids = template, tuple(resource.logical_id for resource in changed)
        super().__init__(
            f"{template}:{changed[0].line}: Update of resource type is not permitted. The new template modifies "
            f"resource type of the following resources: [{', '.join(self.logical_ids)}]"
        )


class ResourceTakenError(PlaneError):
    """A stack would make what another stack, or another resource of its own, has made already."""

    def __init__(self, made: Made, stack: str) -> None:
        self.made, self.wanted, self.stack = made, made.wanted, stack
        wanted = made.wanted
        super().__init__(
            f"{wanted.template}:{wanted.line}: {wanted.title}: {made.ref} already exists in the stack {stack}"
        )


class StackBusyError(PlaneError):
    """Something is being done to the stack already."""

    def __init__(self, name: str, status: str) -> None:
        self.name, self.status = name, status
        super().__init__(f"the stack {name} is in {status}; let that come to its end first")


class StackDeletionError(PlaneError):
    """Some of what a stack made could not be deleted; it stays, with that alone."""

    def __init__(self, name: str, failures: Sequence[str]) -> None:
        self.name, self.failures = name, tuple(failures)
        super().__init__(f"the stack {name} is not deleted, for not all of it could be: {'; '.join(failures)}")


class StackNotFoundError(PlaneError):
    """No template of that name was deployed."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        self.name, self.known = name, tuple(known)
        deployed = ", ".join(known) or "none"
        super().__init__(f"no stack {name} among those that are deployed: {deployed}{_meant(name, known)}")


class ResourceNotFoundError(PlaneError):
    """No resource of that logical id in the stacks that were searched, nor, where one was asked for, of that type."""

    def __init__(self, logical_id: str, stacks: Collection[str], known: Collection[str], type_: str | None) -> None:
        self.logical_id, self.stacks, self.type = logical_id, tuple(stacks), type_
        wanted = f"{logical_id} ({type_})" if type_ else logical_id
        searched = ", ".join(stacks) or "none"
        super().__init__(f"no resource {wanted} in these stacks: {searched}{_meant(logical_id, known)}")


class AmbiguousResourceError(PlaneError):
    """Several stacks have a resource of that logical id."""

    def __init__(self, logical_id: str, stacks: Collection[str]) -> None:
        self.logical_id, self.stacks = logical_id, tuple(stacks)
        super().__init__(f"the stacks {', '.join(stacks)} have a resource {logical_id} each; say which stack is meant")


def _meant(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), cutoff=0.7)
    return f"; is {' or '.join(close)} meant?" if close else ""
