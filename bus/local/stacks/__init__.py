"""Templates into resources: each stack checked whole, then made in order of dependency."""

from bus.local.stacks.errors import RefusedValuesError, StackExistsError
from bus.local.stacks.stack import Stack, StackResource
from bus.local.stacks.stacks import Stacks

__all__ = ["RefusedValuesError", "Stack", "StackExistsError", "StackResource", "Stacks"]
