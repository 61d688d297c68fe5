"""Why a pattern is refused."""


class InvalidPatternError(ValueError):
    """The service would refuse this pattern; `str()` is its text, `reason` the part after the prefix."""

    def __init__(self, reason: str, prefix: str = "") -> None:
        self.reason = reason
        super().__init__(prefix + reason)


class InvalidEventError(ValueError):
    """What should be an event is no JSON object; `reason` says what it is instead."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The event is {reason}")
