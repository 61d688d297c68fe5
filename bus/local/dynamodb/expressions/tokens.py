"""An expression as a row of tokens, and the one reader that every parser shares."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bus.local.dynamodb.errors import invalid
from bus.local.errors import AwsError

_TOKEN = re.compile(
    r"\s*(?:(?P<name>#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>[0-9]+)|(?P<symbol><>|<=|>=|[=<>(),.+\-\[\]])|(?P<end>$)|(?P<other>.))",
    re.DOTALL,
)


class Token(NamedTuple):
    """`kind` is name, value, word, number, symbol or end."""

    kind: str
    text: str


class Tokens:
    """Reads an expression left to right, and notes which placeholders it meets.

    `checks` are what the request's values must pass before the expression runs on any item.

    `parameter` is what a refusal calls it ("ConditionExpression"); `names` are the request's
    ExpressionAttributeNames.
    """

    def __init__(self, text: str, parameter: str, names: Mapping[str, str]) -> None:
        self.parameter, self.names = parameter, names
        self.used_names: set[str] = set()
        self.used_values: set[str] = set()
        self.roots: set[str] = set()
        self.checks: list[Callable[[Mapping[str, Any]], None]] = []
        self.position = 0
        # Where the last parenthesised condition began and ended: two around one another are refused.
        self.group: tuple[int, int] | None = None
        self._tokens = [Token(match.lastgroup or "", match[match.lastgroup or 0]) for match in _TOKEN.finditer(text)]
        if self._tokens[0].kind == "end":
            raise self.refused("The expression can not be empty;")

    @property
    def here(self) -> Token:
        """The next token, not yet taken."""
        return self._tokens[self.position]

    @property
    def ahead(self) -> Token:
        """The token after the next."""
        return self._tokens[min(self.position + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The next token."""
        token = self.here
        if token.kind == "other":
            raise self.syntax_error()
        self.position += 1
        return token

    def accept(self, symbol: str) -> bool:
        """Take the next token if it is `symbol`."""
        if self.here.kind == "symbol" and self.here.text == symbol:
            self.position += 1
            return True
        return False

    def accept_word(self, word: str) -> bool:
        """Take the next token if it is the keyword `word`, in any case."""
        if self.here.kind == "word" and self.here.text.upper() == word:
            self.position += 1
            return True
        return False

    def expect(self, symbol: str) -> None:
        """Take `symbol`. Raises ValidationException when something else is there."""
        if not self.accept(symbol):
            raise self.syntax_error()

    def expect_end(self) -> None:
        """Raises ValidationException when anything is left."""
        if self.here.kind != "end":
            raise self.syntax_error()

    def refused(self, why: str) -> AwsError:
        """A ValidationException about this expression."""
        return invalid(f"Invalid {self.parameter}: {why}")

    def syntax_error(self) -> AwsError:
        """The ValidationException for the token that stands here."""
        near = self._tokens[max(self.position - 1, 0) : self.position + 2]
        texts = " ".join(token.text for token in near if token.kind != "end")
        return self.refused(f'Syntax error; token: "{self.here.text or "<EOF>"}", near: "{texts}"')
