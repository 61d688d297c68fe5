"""What the room does not do is refused by name, never passed over."""

from collections.abc import Mapping
from typing import Any

from bus.local.dynamodb.errors import invalid
from bus.local.errors import UnsupportedOperationError

# Said on every call, and without effect when they ask for nothing.
_NOTHING_ASKED = {"ReturnConsumedCapacity": "NONE", "ReturnItemCollectionMetrics": "NONE"}


def accept(operation: str, params: Mapping[str, Any], known: frozenset[str]) -> None:
    """Raises UnsupportedOperationError for a parameter of `operation` outside `known`, unless it asks for nothing."""
    unknown = params.keys() - known
    if not unknown:
        return
    for name in sorted(unknown):
        if params[name] != _NOTHING_ASKED.get(name):
            raise UnsupportedOperationError(f"the parameter {name} of dynamodb:{operation}")


def one_of(params: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    """A parameter that has a few values, of which the first goes without saying. Raises ValidationException."""
    value: str = params.get(name, allowed[0])
    if value not in allowed:
        member = name[0].lower() + name[1:]
        raise invalid(
            f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        )
    return value


def at_most(name: str, values: Any, limit: int) -> None:
    """Raises ValidationException for a list longer than its limit."""
    if len(values) > limit:
        raise invalid(
            f"1 validation error detected: Value at '{name}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {limit}"
        )
