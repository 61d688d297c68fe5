"""A compiled pattern."""

from collections.abc import Mapping
from typing import Any

from bus.patterns.accepting import Check
from bus.patterns.compiled import compile_branch
from bus.patterns.description import describe
from bus.patterns.dialects import RULES, Dialect
from bus.patterns.errors import InvalidEventError, json_type
from bus.patterns.explanation import Explainer, Explanation
from bus.patterns.parse import Branch, parse


class Pattern:
    """A pattern ready to match events; make one with `compile_pattern`.

    `matches(event)` says whether an event does, given as json.loads reads it: a dict that holds nothing
    but dicts, lists, str, int, float, bool and None. `branches` are the pattern's fields, once for each
    combination of its `$or`; an event matches when it satisfies one of them.
    """

    __slots__ = ("_explainer", "branches", "dialect", "matches")

    def __init__(self, branches: list[Branch], dialect: Dialect) -> None:
        self.branches, self.dialect = branches, dialect
        self._explainer: Explainer | None = None
        self.matches: Check = self._prepare

    def explain(self, event: Mapping[str, Any]) -> Explanation:
        """Why the event does not match: for each field that does not, what was expected and what was there.

        Raises InvalidEventError for what is no object.
        """
        if not isinstance(event, Mapping):
            raise InvalidEventError(f"{json_type(event)}, not an object")
        if self._explainer is None:
            self._explainer = Explainer(self.branches, self.dialect)
        return self._explainer.explain(event)

    def __repr__(self) -> str:
        return f"<Pattern of {self.dialect.name}: {self}>"

    def __str__(self) -> str:
        """The pattern in English."""
        return describe(self.branches, self.dialect)

    def _prepare(self, event: Any) -> bool:
        """Stands in for `matches` until the first event comes: many patterns are read and never matched alone."""
        if self.matches != self._prepare:  # somebody kept the stand-in
            return self.matches(event)
        checks = tuple(map(compile_branch, self.branches))
        self.matches = _checked_filled(_any_of(checks)) if self.dialect.empty_fails else _any_of(checks)
        return self.matches(event)


def compile_pattern(pattern: str | Mapping[str, Any], dialect: Dialect = RULES) -> Pattern:
    """Compile a pattern, JSON text or parsed. Raises InvalidPatternError."""
    return Pattern(parse(pattern, dialect), dialect)


def _any_of(checks: tuple[Check, ...]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def check(event: Any) -> bool:
        return any(satisfied(event) for satisfied in checks)

    return check


def _checked_filled(check: Check) -> Check:
    return lambda event: bool(event) and check(event)
