"""What a service refuses when a stack asks for a resource."""

from bus.local.errors import PlaneError
from bus.local.resources import Resource


class RefusedResourceError(PlaneError):
    """The properties of a resource are known, and their values are not acceptable to the service."""

    def __init__(self, wanted: Resource, code: str, message: str) -> None:
        self.wanted, self.code, self.message = wanted, code, message
        super().__init__(f"{wanted.template}:{wanted.line}: {wanted.logical_id} ({wanted.type}): {code}: {message}")
