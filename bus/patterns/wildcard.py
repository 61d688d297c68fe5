r"""Wildcards: `*` stands for any characters, `\*` and `\\` for themselves."""

from collections.abc import Callable

from bus.patterns.errors import InvalidPatternError

_ESCAPABLE = ("*", "\\")


def matches_wildcard(text: str) -> Callable[[str], bool]:
    """A test for `text`, in time proportional to the value for each piece of it: nothing backtracks.

    Raises InvalidPatternError for consecutive wildcards and for other escapes.
    """
    first, *rest = _pieces(text)
    if not rest:
        return first.__eq__
    *middle, last = rest

    def matches(value: str) -> bool:
        if not (value.startswith(first) and value.endswith(last)):
            return False
        position, end = len(first), len(value) - len(last)
        for piece in middle:
            found = value.find(piece, position, end)
            if found < 0:
                return False
            position = found + len(piece)
        return position <= end

    return matches


def _pieces(text: str) -> list[str]:
    """What stands between the wildcards."""
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
    return pieces
