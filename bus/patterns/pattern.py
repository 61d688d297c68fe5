"""A compiled pattern."""

from collections.abc import Mapping
from typing import Any

from bus.patterns.dialects import RULES, Dialect
from bus.patterns.accepting import Check
from bus.patterns.walking import walk
from bus.patterns.parse import Branch, parse


class Pattern:
    """A pattern ready to match events; make one with `compile_pattern`."""

    __slots__ = ("_branches", "dialect", "matches")

    def __init__(self, branches: list[Branch], dialect: Dialect) -> None:
        self._branches, self.dialect = branches, dialect
        self.matches: Check = _any_of([walk(branch) for branch in branches])
        if dialect.empty_fails:
            self.matches = _filled(self.matches)

    def texts_of(self, field: str) -> frozenset[str] | None:
        """Every value that a top-level `field` may have in an event that matches, where they are known."""
        leaves = [branch.get((field,)) for branch in self._branches]
        if any(leaf is None or not leaf.only_texts for leaf in leaves):
            return None
        return frozenset[str]().union(*(leaf.texts for leaf in leaves if leaf))


def compile_pattern(pattern: str | Mapping[str, Any], dialect: Dialect = RULES) -> Pattern:
    """Compile a pattern, JSON text or parsed; `Pattern.matches(event)` takes a parsed event.

    Raises InvalidPatternError.
    """
    return Pattern(parse(pattern, dialect), dialect)


def _any_of(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]
    return lambda event: any(check(event) for check in checks)


def _filled(check: Check) -> Check:
    return lambda event: bool(event) and check(event)
