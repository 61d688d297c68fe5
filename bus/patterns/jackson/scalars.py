"""Strings, numbers and words of a JSON text, read one by one; what is wrong with them in Jackson's words."""

import re
from typing import Final

from bus.patterns.jackson.faults import VALUES, JsonFaultError, bad_escape, ended, non_standard, unexpected, unquoted

_NUMBER = re.compile(r"(?P<whole>-?(?:0|[1-9][0-9]*))(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_BEGUN = re.compile(r"\.|[eE][+-]?")
# What Java takes for an identifier, or nearly: control characters are part of one.
_WORD = re.compile(r"[\w$\u20a0-\u20bf][\w$\u20a0-\u20bf\x00-\x08\x0e-\x1b\x7f-\x9f]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_HEX = re.compile(r"[0-9a-fA-F]{0,4}")
_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LONGEST_WORD = 256
_IN_NUMBER = " in numeric value"
_NO_PLUS = (
    "JSON spec does not allow numbers to have plus signs: "
    "enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow"
)

Read = tuple[str, int]
"""What was read, and the offset after it."""


def read_string(source: str, offset: int, *, name: bool = False) -> Read:
    """The rest of a string, whose quotation mark has been read."""
    text = ""
    while True:
        found = _PLAIN.match(source, offset)
        if found:
            text, offset = text + found.group(), found.end()
        character = source[offset : offset + 1]
        if character == '"':
            return text, offset + 1
        if character == "\\":
            escaped, offset = _escape(source, offset + 1)
            text += escaped
        elif character:
            raise unquoted(source, offset, "name" if name else "string value")
        else:
            raise ended(source, " in field name" if name else ": was expecting closing quote for a string value")


def _escape(source: str, offset: int) -> Read:
    if offset == len(source):
        raise ended(source, " in character escape sequence")
    character = source[offset]
    if character in _ESCAPES:
        return _ESCAPES[character], offset + 1
    if character != "u":
        raise bad_escape(source, offset)
    found = _HEX.match(source, offset + 1)
    digits = found.group() if found else ""
    if len(digits) == 4:  # noqa: PLR2004 - of a \u escape
        return chr(int(digits, 16)), offset + 5
    if offset + 1 + len(digits) == len(source):
        raise ended(source, " in character escape sequence")
    raise unexpected(source, offset + 1 + len(digits), "expected a hex-digit for character escape sequence")


def read_number(source: str, offset: int) -> Read:
    """The number that begins at `offset`."""
    found = _NUMBER.match(source, offset)
    if found is None:
        raise _only_sign(source, offset)
    text, after = found.group(), found.end()
    if text in ("0", "-0") and source[after : after + 1].isdecimal():
        raise JsonFaultError("Invalid numeric value: Leading zeroes not allowed", after)
    begun = _BEGUN.match(source, after)
    if begun and not ("e" in text.lower() or (begun[0] == "." and "." in text)):
        raise _nothing_follows(source, found, begun)
    return text, after


def _nothing_follows(source: str, found: re.Match[str], begun: re.Match[str]) -> JsonFaultError:
    """For a decimal point or an exponent without digits; the location is where the number's whole part ends."""
    at_end = begun.end() == len(source)
    if at_end and begun[0] != ".":
        return ended(source, "expected a digit for number exponent")
    kind = "Decimal point" if begun[0] == "." else "Exponent indicator"
    offset = found.end("whole") + (found["whole"] in ("0", "-0") and not at_end)
    return unexpected(source, begun.end() - at_end, f"{kind} not followed by a digit", _IN_NUMBER, offset)


def _only_sign(source: str, offset: int) -> JsonFaultError:
    word = "-Infinity"
    if source.startswith(word, offset):
        return JsonFaultError(non_standard(word), offset + len(word))
    if offset + 1 == len(source):
        return ended(source, "No digit following sign")
    if source[offset + 1] == ".":
        return unexpected(source, offset + 1, f"expected a valid value {VALUES}")
    return unexpected(
        source, offset + 1, "expected digit (0-9) to follow minus sign, for valid numeric value", _IN_NUMBER
    )


def _plus(source: str, offset: int) -> JsonFaultError:
    if offset + 1 == len(source):
        return ended(source, " in a Number value")
    return unexpected(source, offset, _NO_PLUS, _IN_NUMBER, offset + 1)


def read_word(source: str, offset: int) -> Read:
    """`true`, `false` or `null`, beginning at `offset`."""
    found = _WORD.match(source, offset)
    if source[offset] == "+":
        raise _plus(source, offset)
    if found is None or source[offset].isdecimal():
        raise unexpected(source, offset, f"expected a valid value {VALUES}")
    word, after = found.group(), found.end()
    if word in ("true", "false", "null"):
        return word, after
    if word in ("NaN", "Infinity"):
        raise JsonFaultError(non_standard(word), after)
    shown = word if len(word) <= _LONGEST_WORD else word[:_LONGEST_WORD] + "..."
    reason = f"Unrecognized token '{shown}': was expecting {VALUES}"
    raise JsonFaultError(reason, offset + len(word[:_LONGEST_WORD]))
