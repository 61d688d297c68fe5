"""What stacks refuse."""

from bus.local.errors import PlaneError
from bus.local.resources import Resource


class StackExistsError(PlaneError):
    """Two templates would be one stack."""

    def __init__(self, name: str, template: str) -> None:
        self.name, self.template = name, template
        super().__init__(
            f"{template}: the stack {name} is deployed already, and the local platform does not update stacks; "
            "give one of the two another name"
        )


class RefusedValuesError(PlaneError):
    """A resource's properties are known, and their values are none that the service would take."""

    def __init__(self, wanted: Resource, reason: str) -> None:
        self.wanted, self.reason = wanted, reason
        super().__init__(f"{wanted.template}:{wanted.line}: {wanted.logical_id} ({wanted.type}): {reason}")
