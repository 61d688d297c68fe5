"""What stacks refuse."""

from bus.local.errors import PlaneError


class StackExistsError(PlaneError):
    """Two templates would be one stack."""

    def __init__(self, name: str, template: str) -> None:
        self.name, self.template = name, template
        super().__init__(
            f"{template}: the stack {name} is deployed already, and the local platform does not update stacks; "
            "give one of the two another name"
        )
