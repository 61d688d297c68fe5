"""Whether every event that matches one pattern matches another."""

from collections.abc import Mapping
from typing import Any

from bus.patterns.pattern import Pattern
from bus.patterns.reasoning.deciding import decide, first, world
from bus.patterns.reasoning.demands import demands
from bus.patterns.reasoning.outcomes import Found, Unknown
from bus.patterns.reasoning.references import Resolve
from bus.patterns.reasoning.results import Implied, NotImplied, Undecided
from bus.patterns.reasoning.work import TOO_MUCH, TooLargeError


def implies(
    a: Pattern,
    b: Pattern,
    *,
    arrays: bool = True,
    schema: Mapping[str, Any] | None = None,
    resolve: Resolve | None = None,
) -> Implied | NotImplied | Undecided:
    """Whether b matches all that a matches; if not, an event that only a matches.

    `arrays`, `schema` and `resolve` say which events count, as for `overlaps`.
    """
    allowed = world(schema, resolve, arrays=arrays)

    def only_a(event: Any) -> bool:
        return a.matches(event) and not b.matches(event)

    if b.dialect.empty_fails and allowed.allows({}) and only_a({}):
        return NotImplied({})
    try:
        bans = tuple(demand for branch in b.branches for demand in demands(branch))
    except TooLargeError as error:
        return Undecided((str(error),))
    undecided: dict[str, None] = {}
    for branch in a.branches:
        if branch in b.branches:
            continue
        if allowed.work.exhausted:
            undecided[TOO_MUCH] = None
            break
        outcome = first(decide(allowed, (branch,), bans, only_a))
        if isinstance(outcome, Found):
            return NotImplied(outcome.value)
        if isinstance(outcome, Unknown):
            undecided[outcome.reason] = None
    return Undecided(tuple(undecided)) if undecided else Implied()
