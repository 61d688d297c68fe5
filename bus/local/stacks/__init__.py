"""Templates into resources: each stack checked whole, then made in order of dependency."""

from bus.local.resources import RefusedValuesError
from bus.local.stacks.changes import Change, Detail
from bus.local.stacks.course import Course, roll_back_update
from bus.local.stacks.errors import (
    AmbiguousResourceError,
    NotReplaceableError,
    ResourceNotFoundError,
    ResourceTakenError,
    StackBusyError,
    StackDeletionError,
    StackExistsError,
    StackNotFoundError,
    TypeChangedError,
)
from bus.local.stacks.events import STACK, ResourceState, StackEvent
from bus.local.stacks.lookup import resource_named, stack_named
from bus.local.stacks.record import REVIEW, StackRecord
from bus.local.stacks.stack import Stack, StackResource
from bus.local.stacks.stacks import Stacks

__all__ = [
    "REVIEW",
    "STACK",
    "AmbiguousResourceError",
    "Change",
    "Course",
    "Detail",
    "NotReplaceableError",
    "RefusedValuesError",
    "ResourceNotFoundError",
    "ResourceState",
    "ResourceTakenError",
    "Stack",
    "StackBusyError",
    "StackDeletionError",
    "StackEvent",
    "StackExistsError",
    "StackNotFoundError",
    "StackRecord",
    "StackResource",
    "Stacks",
    "TypeChangedError",
    "resource_named",
    "roll_back_update",
    "stack_named",
]
