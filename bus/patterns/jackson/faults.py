"""What Jackson says of a text that is no JSON."""

from bus.patterns.refusal import RefusedError

VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
_COMMENT = (
    "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)"
)
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))


class JsonFaultError(RefusedError):
    """`offset` is how many characters have been read; `start` where the array or object began that the reason names."""

    def __init__(self, reason: str, offset: int, start: int | None = None) -> None:
        super().__init__(reason)
        self.offset, self.start = offset, start


def unexpected(source: str, offset: int, why: str, where: str = "", located: int | None = None) -> JsonFaultError:
    """For the character at `offset`; `located` is where the error says that it is, if somewhere else."""
    reason = f"Unexpected character ({_shown(source[offset])}){where}: {why}"
    return JsonFaultError(reason, offset if located is None else located)


def ended(source: str, why: str, start: int | None = None) -> JsonFaultError:
    """For the end of the text."""
    return JsonFaultError(f"Unexpected end-of-input{why}", len(source), start)


def illegal_space(source: str, offset: int) -> JsonFaultError:
    """For a control character between tokens."""
    allowed = r"only regular white space (\r, \n, \t) is allowed between tokens"
    return JsonFaultError(f"Illegal character ({_shown(source[offset])}): {allowed}", offset + 1)


def unquoted(source: str, offset: int, what: str) -> JsonFaultError:
    """For a control character in a name or a string value."""
    why = f"has to be escaped using backslash to be included in {what}"
    return JsonFaultError(f"Illegal unquoted character ({_shown(source[offset])}): {why}", offset)


def bad_escape(source: str, offset: int) -> JsonFaultError:
    """For what follows a backslash."""
    return JsonFaultError(f"Unrecognized character escape {_shown(source[offset])}", offset)


def comment(source: str, offset: int) -> JsonFaultError:
    """For a slash between tokens."""
    return unexpected(source, offset, _COMMENT)


def non_standard(word: str) -> str:
    """The reason why `NaN` and its like are refused."""
    return f"Non-standard token '{word}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"


def _shown(character: str) -> str:
    code = ord(character)
    if code in _CONTROLS:
        return f"(CTRL-CHAR, code {code})"
    if code > 0xFFFF:  # noqa: PLR2004 - Java sees the first half of two
        code = 0xD800 + ((code - 0x10000) >> 10)
        character = chr(code)
    return f"'{character}' (code {code} / 0x{code:x})" if code > 0xFF else f"'{character}' (code {code})"  # noqa: PLR2004
