"""A JSON text token by token, and where Jackson stands after each."""

import re
from typing import Final

from bus.patterns.jackson.faults import JsonFaultError, comment, ended, illegal_space, unexpected
from bus.patterns.jackson.scalars import read_number, read_string, read_word

NAME, STRING, NUMBER, LITERAL, END = "name", "string", "number", "literal", ""

_SPACE = re.compile(r"[ \t\r\n]*")
_CLOSING: Final = {"{": "}", "[": "]"}
_KIND: Final = {"{": "Object", "[": "Array", "": "root"}
_DIGITS: Final = frozenset("-0123456789")


class Tokens:
    """A reader of one text.

    `text` is what the last token says, `name` what the last name was, `offset` how many characters have been read.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.offset, self.text, self.name = 0, "", ""
        self._open = [("", -1)]
        self._filled = [False]
        self._ahead = ""
        self._unread = False

    def next(self) -> str:
        """The kind of the next token; a bracket is its own kind. Raises JsonFaultError.

        After a name, its value's first token has been read as well. Of a string only the quotation mark has been,
        until the next token or `read` is asked for.
        """
        if self._ahead:
            kind, self._ahead = self._ahead, ""
            return kind
        self.read()
        character = self._skip_space()
        bracket, start = self._open[-1]
        if not character:
            return self._close_all(bracket, start)
        if character in "}]":
            return self._close(character, bracket, start)
        character = self._skip_comma(character, bracket)
        if bracket != "{":
            return self._value(character)
        self._name(character)
        self._ahead = self._value(self._skip_colon())
        return NAME

    def read(self) -> None:
        """Read the string whose beginning was the last token, if one was."""
        if self._unread:
            self._unread = False
            self.text, self.offset = read_string(self.source, self.offset)

    def _skip_space(self) -> str:
        """The next character that is no space, which has been read then; none at the end."""
        found = _SPACE.match(self.source, self.offset)
        self.offset = found.end() if found else self.offset
        character = self.source[self.offset : self.offset + 1]
        if character and character < " ":
            raise illegal_space(self.source, self.offset)
        if character == "/":
            raise comment(self.source, self.offset)
        self.offset += len(character)
        return character

    def _skip_comma(self, character: str, bracket: str) -> str:
        if bracket and self._filled[-1]:
            if character != ",":
                raise unexpected(
                    self.source, self.offset - 1, f"was expecting comma to separate {_KIND[bracket]} entries"
                )
            character = self._expect(bracket)
        self._filled[-1] = True
        return character

    def _skip_colon(self) -> str:
        if self._expect("{") != ":":
            raise unexpected(self.source, self.offset - 1, "was expecting a colon to separate field name and value")
        return self._expect("{")

    def _expect(self, bracket: str) -> str:
        character = self._skip_space()
        if not character:
            raise ended(self.source, f" within/between {_KIND[bracket]} entries")
        return character

    def _close_all(self, bracket: str, start: int) -> str:
        if bracket:
            raise ended(self.source, f": expected close marker for {_KIND[bracket]} (start marker at ", start)
        return END

    def _close(self, character: str, bracket: str, start: int) -> str:
        if character != _CLOSING.get(bracket):
            expected = "]" if character == "}" else "}"
            reason = f"Unexpected close marker '{character}': expected '{expected}' (for {_KIND[bracket]} starting at "
            raise JsonFaultError(reason, self.offset - 1, start)
        self._open.pop()
        self._filled.pop()
        self.text = character
        return character

    def _name(self, character: str) -> None:
        if character != '"':
            raise unexpected(self.source, self.offset - 1, "was expecting double-quote to start field name")
        self.name, self.offset = read_string(self.source, self.offset, name=True)

    def _value(self, character: str) -> str:
        self.text = character
        if character == '"':
            self._unread = True
            return STRING
        if character in "{[":
            self._open.append((character, self.offset - 1))
            self._filled.append(False)
            return character
        if character == "}":
            raise unexpected(self.source, self.offset - 1, "expected a value")
        if character in _DIGITS:
            self.text, self.offset = read_number(self.source, self.offset - 1)
            self._check_apart()
            return NUMBER
        self.text, self.offset = read_word(self.source, self.offset - 1)
        return LITERAL

    def _check_apart(self) -> None:
        """A number that nothing encloses is read together with the space after it."""
        if len(self._open) == 1 and self.offset < len(self.source):
            following = self.source[self.offset]
            if following not in " \t\r\n":
                raise unexpected(self.source, self.offset, "Expected space separating root-level values")
            self.offset += following != "\r"
