"""Why a pattern is refused."""


class InvalidPatternError(ValueError):
    """The service would refuse this pattern; `str()` is its text, `reason` the part after the prefix."""

    def __init__(self, reason: str, prefix: str = "") -> None:
        self.reason = reason
        super().__init__(prefix + reason)
