"""What EventBridge's operations take, by AWS's own description of them."""

from collections.abc import Collection
from functools import cache

from bus.local.constraints import check, service_model
from bus.local.operations import Params, only


def accept(operation: str, params: Params, *, not_done: Collection[str] = ()) -> None:
    """Raises AwsError for a parameter past AWS's limits, UnsupportedOperationError for one of `not_done`."""
    only(f"events:{operation}", params, _members(operation) - frozenset(not_done))
    check(service_model("events").operation_model(operation), params)


@cache
def _members(operation: str) -> frozenset[str]:
    shape = service_model("events").operation_model(operation).input_shape
    return frozenset() if shape is None else frozenset(shape.members)
