"""Templates into resources: each stack checked whole, then made in order of dependency."""

from bus.local.resources import RefusedValuesError
from bus.local.stacks.errors import (
    AmbiguousResourceError,
    NotReplaceableError,
    ResourceNotFoundError,
    ResourceTakenError,
    StackDeletionError,
    StackExistsError,
    StackNotFoundError,
    TypeChangedError,
)
from bus.local.stacks.lookup import resource_named, stack_named
from bus.local.stacks.stack import Stack, StackResource
from bus.local.stacks.stacks import Stacks

__all__ = [
    "AmbiguousResourceError",
    "NotReplaceableError",
    "RefusedValuesError",
    "ResourceNotFoundError",
    "ResourceTakenError",
    "Stack",
    "StackDeletionError",
    "StackExistsError",
    "StackNotFoundError",
    "StackResource",
    "Stacks",
    "TypeChangedError",
    "resource_named",
    "stack_named",
]
