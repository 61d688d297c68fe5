r"""Wildcards: `*` stands for any characters, `\*` and `\\` for themselves."""

from bus.patterns.errors import InvalidPatternError
from bus.patterns.terms import Wildcard

_ESCAPABLE = ("*", "\\")


def wildcard(text: str) -> Wildcard:
    """Raises InvalidPatternError for consecutive wildcards and for other escapes."""
    pieces, position = [""], 0
    while position < len(text):
        character, following = text[position], text[position + 1 : position + 2]
        # AWS counts positions from the quotation mark before the text.
        if character == "*":
            if following == "*":
                raise InvalidPatternError(f"Consecutive wildcard characters at pos {position + 1}")
            pieces.append("")
        elif character == "\\":
            if following not in _ESCAPABLE:
                raise InvalidPatternError(f"Invalid escape character at pos {position + 1}")
            pieces[-1] += following
            position += 1
        else:
            pieces[-1] += character
        position += 1
    return Wildcard(text, tuple(pieces))
