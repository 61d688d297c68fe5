"""The HTTP APIs that the stacks have."""

from bus.local.errors import PlaneError
from bus.local.plane import Plane
from bus.local.stacks import stack_named

_API = "AWS::ApiGatewayV2::Api"


class NoApiError(PlaneError):
    """A token for a stack that answers no HTTP."""

    def __init__(self, stack: str) -> None:
        self.stack = stack
        super().__init__(f"the stack {stack} has no HTTP API")


def api_ids(plane: Plane) -> dict[str, str]:
    """The stack of each HTTP API, by the API's id."""
    return {
        made.ref: name
        for name, stack in plane.rooms["cloudformation"].stacks.items()
        for made in stack.resources.values()
        if made.type == _API
    }


def api_of(plane: Plane, stack: str) -> str:
    """The id of a stack's first API. Raises StackNotFoundError and NoApiError."""
    for made in stack_named(plane.rooms["cloudformation"].stacks, stack).resources.values():
        if made.type == _API:
            return made.ref
    raise NoApiError(stack)
