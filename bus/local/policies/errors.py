"""What a policy document may be refused for."""

from bus.local.errors import PlaneError


class MalformedPolicyError(PlaneError):
    """A document that is no policy: `where` is the statement's Sid or number, `reason` says what is wrong in it."""

    def __init__(self, where: str, reason: str) -> None:
        self.where, self.reason = where, reason
        super().__init__(f"{where}: {reason}")
