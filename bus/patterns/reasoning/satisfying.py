"""Whether an event that a schema allows can match a pattern."""

from collections.abc import Mapping
from typing import Any

from bus.patterns.pattern import Pattern
from bus.patterns.reasoning.deciding import decide, first, world
from bus.patterns.reasoning.outcomes import Found, Unknown
from bus.patterns.reasoning.references import Resolve
from bus.patterns.reasoning.results import Satisfiable, Undecided, Unsatisfiable


def satisfiable_by(
    pattern: Pattern, schema: Mapping[str, Any], resolve: Resolve | None = None
) -> Satisfiable | Unsatisfiable | Undecided:
    """An example event, source and detail and all, that is valid under the schema and matches, or why none can be.

    The schema is of draft 2020-12 and of the whole event; `format` counts. `resolve` is a
    referencing.Registry, or a function from an absolute URI to a schema, for `$ref`s to other
    documents. Raises UnresolvedReferenceError, and ValueError for a schema that is none.
    """
    allowed = world(schema, resolve)
    refused: list[str] = []
    undecided: list[str] = []
    for number, branch in enumerate(pattern.branches, 1):
        outcome = first(decide(allowed, (branch,), (), pattern.matches))
        if isinstance(outcome, Found):
            return Satisfiable(outcome.value)
        where = f"alternative {number} of the pattern's $or: " if len(pattern.branches) > 1 else ""
        (undecided if isinstance(outcome, Unknown) else refused).append(where + outcome.reason)
    return Undecided(tuple(undecided)) if undecided else Unsatisfiable(tuple(refused))
