r"""Wildcards: `*` stands for any characters, `\*` and `\\` for themselves."""

from bus.patterns.refusal import Moment, RefusedError
from bus.patterns.terms import Wildcard

_ESCAPABLE = ("*", "\\")


def wildcard(text: str) -> Wildcard:
    """Raises RefusedError for consecutive wildcards and for other escapes."""
    if "\\" not in text and "**" not in text:
        return Wildcard(text, tuple(text.split("*")))
    pieces, position = [""], 0
    while position < len(text):
        character, following = text[position], text[position + 1 : position + 2]
        if character == "*":
            if following == "*":
                raise _refused("Consecutive wildcard characters", text, position)
            pieces.append("")
        elif character == "\\":
            if following not in _ESCAPABLE:
                raise _refused("Invalid escape character", text, position)
            pieces[-1] += following
            position += 1
        else:
            pieces[-1] += character
        position += 1
    return Wildcard(text, tuple(pieces))


def _refused(what: str, text: str, position: int) -> RefusedError:
    # AWS counts bytes, from the quotation mark before the text.
    before = len(text[:position].encode(errors="replace"))
    return RefusedError(f"{what} at pos {before + 1}", moment=Moment.READ)
