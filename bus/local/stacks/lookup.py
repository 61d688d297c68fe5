"""Which resource is meant by a logical id."""

from collections.abc import Mapping

from bus.local.stacks.errors import AmbiguousResourceError, ResourceNotFoundError, StackNotFoundError
from bus.local.stacks.stack import Stack, StackResource


def stack_named(stacks: Mapping[str, Stack], name: str) -> Stack:
    """Raises StackNotFoundError."""
    if name not in stacks:
        raise StackNotFoundError(name, tuple(stacks))
    return stacks[name]


def resource_named(
    stacks: Mapping[str, Stack], logical_id: str, stack: str | None = None, *, type_: str | None = None
) -> StackResource:
    """The one resource of that logical id, in `stack` or in any, of the type `type_` or of any.

    Raises StackNotFoundError, ResourceNotFoundError or AmbiguousResourceError.
    """
    searched = stacks if stack is None else {stack: stack_named(stacks, stack)}
    candidates = {
        name: {key: one for key, one in deployed.resources.items() if type_ in (None, one.type)}
        for name, deployed in searched.items()
    }
    found = {name: resources[logical_id] for name, resources in candidates.items() if logical_id in resources}
    if len(found) > 1:
        raise AmbiguousResourceError(logical_id, tuple(found))
    for resource in found.values():
        return resource
    known = {key for resources in candidates.values() for key in resources}
    raise ResourceNotFoundError(logical_id, tuple(searched), known, type_)
