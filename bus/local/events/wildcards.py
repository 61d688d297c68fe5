"""Which patterns count as those of rules with wildcards, of which a bus has 30 at most."""

from bus.patterns import Pattern
from bus.patterns.terms import AnythingBut, Wildcard


def has_wildcard(pattern: Pattern) -> bool:
    """Whether a field of the pattern is matched by a wildcard, or by anything but one."""
    return any(
        isinstance(inner, Wildcard)
        for branch in pattern.branches
        for leaf in branch.values()
        for term in leaf.terms
        for inner in (term.terms if isinstance(term, AnythingBut) else (term,))
    )
