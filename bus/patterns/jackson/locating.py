"""Where in a pattern's text it was refused, and how AWS writes that."""

from typing import NamedTuple

from bus.patterns.jackson.faults import JsonFaultError
from bus.patterns.jackson.tokens import END, NAME, STRING, Tokens
from bus.patterns.refusal import Moment, RefusedError

_LONGEST_SOURCE = 500


class Located(NamedTuple):
    """A refusal with its reason in full, and the line and column that AWS names for it."""

    refusal: RefusedError
    reason: str
    line: int
    column: int


def locate(refusal: RefusedError, source: str) -> Located:
    """Where the refusal of a pattern happened; of a fault in its JSON instead, where that comes first."""
    tokens = Tokens(source)
    reason = refusal.reason
    try:
        if not isinstance(refusal, JsonFaultError):
            _go_to(refusal, tokens)
            reason += tokens.text if refusal.quoting else ""
            return Located(refusal, reason, *_line_and_column(source, tokens.offset))
    except JsonFaultError as fault:
        refusal, reason = fault, fault.reason
    if refusal.start is not None:
        at = (1, 0) if refusal.start < 0 else _line_and_column(source, refusal.start)
        reason += f"{_source(source, *at)})"
    return Located(refusal, reason, *_line_and_column(source, refusal.offset))


def location(source: str, line: int, column: int) -> str:
    """The end of AWS's text."""
    return f"\n at {_source(source, line, column)}"


def _go_to(refusal: RefusedError, tokens: Tokens) -> None:
    """Read up to the refused value, and as much of that as AWS had."""
    kind = tokens.next()
    for step in refusal.steps:
        for _ in range(step):
            _skip(_next_value(tokens), tokens)
        kind = _next_value(tokens)
    if refusal.moment is Moment.READ:
        tokens.read()
    elif refusal.moment is Moment.END:
        _skip(kind, tokens)


def _next_value(tokens: Tokens) -> str:
    kind = tokens.next()
    return tokens.next() if kind == NAME else kind


def _skip(kind: str, tokens: Tokens) -> None:
    """Read the value, whose first token is of this kind, to its end."""
    depth = 0
    while kind != END:
        depth += (kind in ("{", "[")) - (kind in ("}", "]"))
        if not depth:
            break
        kind = tokens.next()
    if kind == STRING:
        tokens.read()


def _line_and_column(source: str, offset: int) -> tuple[int, int]:
    r"""Both from 1; `\r\n` ends one line. Java counts a character beyond U+FFFF twice."""
    lines = source[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), _units(lines[-1]) + 1


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _source(source: str, line: int, column: int) -> str:
    units = source.encode("utf-16-le", "surrogatepass")
    more = len(units) // 2 - _LONGEST_SOURCE
    shown = units[: 2 * _LONGEST_SOURCE].decode("utf-16-le", "surrogatepass")
    shown = "".join(_shown(character) for character in shown)
    cut = f"[truncated {more} chars]" if more > 0 else ""
    return f'[Source: (String)"{shown}"{cut}; line: {line}, column: {column}]'


def _shown(character: str) -> str:
    # Line feeds and carriage returns are shown as they are.
    is_control = character < " " or "\x7f" <= character < "\xa0"
    return f"\\u{ord(character):04X}" if is_control and character not in "\n\r" else character
