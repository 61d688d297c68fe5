"""The regular expressions of JSON Schema (ECMA-262), as far as they are regular.

Lookarounds, back references, word boundaries and Unicode properties are not read.
"""

from collections.abc import Callable

from bus.patterns.reasoning.charsets import END, EVERY, START, Chars, joined, others, these
from bus.patterns.reasoning.expressions import ANYTHING, Chain, Either, Expression, Framed, One, Repeated

_DIGITS: Chars = ((0x30, 0x39),)
_WORD = joined([(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0x5F, 0x5F)])
_LINE_ENDS = these("\n\r\u2028\u2029")
_SPACE = joined([*these("\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"), (0x2000, 0x200A)])
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE, "D": others(_DIGITS), "W": others(_WORD), "S": others(_SPACE)}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "v": "\v", "f": "\f", "0": "\0"}
_HEX = {"x": 2, "u": 4}
_MOST_REPEATS = 1000
_ANCHORS = (One(((START, START),)), One(((END, END),)))


class NotRegularError(ValueError):
    """The expression uses what is not read here."""


def found_anywhere(source: str) -> Framed:
    """The texts in which `source` is found, as `pattern` has it. Raises NotRegularError."""
    before = Either((Chain(), Chain((One(((START, START),)), ANYTHING))))
    after = Either((Chain(), Chain((ANYTHING, One(((END, END),))))))
    return Framed(Chain((before, _Reader(source).whole(), after)))


class _Reader:
    def __init__(self, source: str) -> None:
        self._source, self._at = source, 0

    def whole(self) -> Expression:
        found = self._alternatives()
        if self._at < len(self._source):
            raise NotRegularError(f"unexpected {self._source[self._at]!r} in {self._source!r}")
        return found

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise NotRegularError(f"{self._source!r} ends too early")
        self._at += 1
        return char

    def _takes(self, text: str) -> bool:
        if not self._source.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def _alternatives(self) -> Expression:
        parts = [self._sequence()]
        while self._takes("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _sequence(self) -> Expression:
        parts: list[Expression] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._quantified(self._atom()))
        return Chain(tuple(parts))

    def _atom(self) -> Expression:
        char = self._take()
        read: Callable[[], Expression] | None = {"(": self._group, "[": self._set, "\\": self._escape}.get(char)
        if read is not None:
            return read()
        if char in "*+?{":
            raise NotRegularError(f"nothing to repeat before {char!r} in {self._source!r}")
        special = {".": others(_LINE_ENDS), "^": ((START, START),), "$": ((END, END),)}
        return One(special.get(char) or these(char))

    def _group(self) -> Expression:
        if self._takes("?") and not self._takes(":"):
            raise NotRegularError(f"a group of the kind (?{self._peek()} in {self._source!r}")
        found = self._alternatives()
        if not self._takes(")"):
            raise NotRegularError(f"a group does not end in {self._source!r}")
        return found

    def _quantified(self, part: Expression) -> Expression:
        char = self._peek()
        if char not in ("*", "+", "?", "{") or not char:
            return part
        if part in _ANCHORS:
            raise NotRegularError(f"a repeated anchor in {self._source!r}")
        self._take()
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(char) or self._counts()
        self._takes("?")  # a lazy quantifier accepts the same texts
        if max(least, most or 0) > _MOST_REPEATS or (most is not None and least > most):
            raise NotRegularError(f"a repetition that is too long in {self._source!r}")
        return Repeated(part, least, most)

    def _counts(self) -> tuple[int, int | None]:
        text = ""
        while self._peek() not in ("}", ""):
            text += self._take()
        self._take()
        low, comma, high = text.partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()):
            raise NotRegularError(f"the repetition {{{text}}} in {self._source!r}")
        return int(low), (int(high) if high else None if comma else int(low))

    def _escape(self) -> Expression:
        return One(self._escaped())

    def _escaped(self) -> Chars:
        char = self._take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _HEX:
            return self._code(_HEX[char])
        if char in _CONTROLS and not (char == "0" and self._peek().isdecimal()):
            return these(_CONTROLS[char])
        if char.isalnum():
            raise NotRegularError(f"the escape \\{char} in {self._source!r}")
        return these(char)

    def _code(self, digits: int) -> Chars:
        text = self._source[self._at : self._at + digits]
        self._at += digits
        try:
            code = int(text, 16)
        except ValueError:
            raise NotRegularError(f"the escape of {text!r} in {self._source!r}") from None
        if len(text) < digits or not any(low <= code <= high for low, high in EVERY):
            raise NotRegularError(f"the escape of {text!r} in {self._source!r}")
        return ((code, code),)

    def _set(self) -> Expression:
        negated, ranges = self._takes("^"), []
        while not self._takes("]"):
            low = self._member()
            if self._peek() == "-" and self._source[self._at + 1 : self._at + 2] not in ("]", ""):
                self._take()
                ranges.append(self._range(low, self._member()))
            else:
                ranges += low
        chars = joined(ranges)
        return One(others(chars)) if negated else One(chars) if chars else Either()

    def _member(self) -> Chars:
        char = self._take()
        if char != "\\":
            return these(char)
        return these("\b") if self._takes("b") else self._escaped()

    def _range(self, low: Chars, high: Chars) -> tuple[int, int]:
        start, end = low[0][0], high[0][0]
        if len(low) + len(high) > 2 or low[0] != (start, start) or high[0] != (end, end) or start > end:  # noqa: PLR2004 - one character each
            raise NotRegularError(f"a range in {self._source!r}")
        return start, end
