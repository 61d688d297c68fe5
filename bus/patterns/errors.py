"""Why a pattern is refused."""

Place = tuple[str | int, ...]
"""Where in a pattern: keys and indices, `("detail", "size", 0, "numeric")`."""


class InvalidPatternError(ValueError):
    """The service would refuse this pattern; `str()` is its whole text.

    `reason` is that text without `prefix`, with which the service begins, and without the location.
    `line` and `column` are where AWS's reader stood in the pattern's text; both None where AWS names no location and
    where there is no text, the pattern being a mapping. `place` leads to what was read then.
    """

    def __init__(
        self,
        reason: str,
        prefix: str = "",
        *,
        location: str = "",
        line: int | None = None,
        column: int | None = None,
        place: Place = (),
    ) -> None:
        self.reason, self.prefix = reason, prefix
        self.line, self.column, self.place = line, column, place
        super().__init__(prefix + reason + location)


class InvalidEventError(ValueError):
    """What should be an event, or a message's attributes, is none; `reason` says what it is instead."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The event is {reason}")


def json_type(value: object) -> str:
    """What JSON calls a parsed value, with its article."""
    if value is None:
        return "null"
    return _TYPES.get(type(value), f"a {type(value).__name__}")


_TYPES: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "a boolean",
}
