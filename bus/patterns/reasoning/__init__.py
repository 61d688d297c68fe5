"""Questions about patterns that no event answers: can one match at all, can two match at once, does one follow.

Each answer is proven: an example comes checked by a schema validator and by the patterns, "no" means
that the search saw every case, and what exceeds the bounds of the search, or uses a keyword of JSON
Schema that it passes over, is Undecided. Nothing here is imported by `bus.patterns`.
"""

from bus.patterns.reasoning.implying import implies
from bus.patterns.reasoning.overlapping import overlaps
from bus.patterns.reasoning.references import UnresolvedReferenceError
from bus.patterns.reasoning.results import (
    Disjoint,
    Implied,
    NotImplied,
    Overlapping,
    Satisfiable,
    Undecided,
    UndecidedError,
    Unsatisfiable,
)
from bus.patterns.reasoning.satisfying import satisfiable_by

__all__ = [
    "Disjoint",
    "Implied",
    "NotImplied",
    "Overlapping",
    "Satisfiable",
    "Undecided",
    "UndecidedError",
    "UnresolvedReferenceError",
    "Unsatisfiable",
    "implies",
    "overlaps",
    "satisfiable_by",
]
