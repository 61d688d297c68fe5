"""Whether one event can match two patterns."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from bus.patterns.pattern import Pattern
from bus.patterns.reasoning.deciding import decide, first, world
from bus.patterns.reasoning.outcomes import Found, Unknown
from bus.patterns.reasoning.references import Resolve
from bus.patterns.reasoning.results import Disjoint, Overlapping, Undecided
from bus.patterns.reasoning.work import TOO_MUCH


def overlaps(
    a: Pattern,
    b: Pattern,
    *,
    arrays: bool = True,
    schema: Mapping[str, Any] | None = None,
    resolve: Resolve | None = None,
) -> Overlapping | Disjoint | Undecided:
    """An event that matches both patterns, or why none can.

    Of all events, in which any field may be an array: `{"x": ["a"]}` and `{"x": ["b"]}` both match
    `{"x": ["a", "b"]}`. With `arrays` false only events count that have no array where the patterns
    look, which is what one asks of fields such as source and detail-type. With a schema, as
    `satisfiable_by` takes it, only events that it allows count.
    """
    allowed = world(schema, resolve, arrays=arrays)
    refused: dict[str, None] = {}
    undecided: dict[str, None] = {}
    for one, other in product(a.branches, b.branches):
        if allowed.work.exhausted:
            undecided[TOO_MUCH] = None
            break
        outcome = first(decide(allowed, (one, other), (), lambda event: a.matches(event) and b.matches(event)))
        if isinstance(outcome, Found):
            return Overlapping(outcome.value)
        (undecided if isinstance(outcome, Unknown) else refused)[outcome.reason] = None
    return Undecided(tuple(undecided)) if undecided else Disjoint(tuple(refused))
