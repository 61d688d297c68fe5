"""How large a pattern may be, and how hard to match: each service has its own measure."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from bus.patterns.complexity import Pieces, is_too_complex
from bus.patterns.dialects import Dialect
from bus.patterns.leaf import Leaf
from bus.patterns.refusal import RefusedError
from bus.patterns.terms import AnythingBut, Term, Wildcard

_Branches = Sequence[Mapping[tuple[str, ...], Leaf]]

_TOO_COMPLEX = (
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences "
    "after a wildcard character"
)


def check_limits(members: Any, branches: _Branches, dialect: Dialect) -> None:
    """Raises RefusedError for a pattern that its service finds too large. `members` are those of its tree's root."""
    if dialect.max_keys and max(map(len, branches)) > dialect.max_keys:
        raise _refused(f"Filter policy can not have more than {dialect.max_keys} keys")
    if dialect.max_values and _combinations(members) > dialect.max_values:
        raise _refused("Filter policy is too complex")
    if dialect.max_complexity or dialect.max_wildcards:
        _check_wildcards(branches, dialect)


def _combinations(members: Any, depth: int = 1) -> int:
    """SNS developer guide, "Filter policy constraints": values times nesting, multiplied; alternatives are added."""
    return prod(
        sum(_combinations(each, depth) for each in value)
        if key == "$or"
        else len(value) * depth
        if isinstance(value, list)
        else _combinations(value, depth + 1)
        for key, value in members
    )


def _check_wildcards(branches: _Branches, dialect: Dialect) -> None:
    wild = {id(leaf): leaf for branch in branches for leaf in branch.values() if leaf.terms and _patterns(leaf)}
    if not wild:
        return
    for term in (term for leaf in wild.values() for term in _patterns(leaf)):
        for pieces in _pieces(term):
            if dialect.max_wildcards and len(pieces) - 1 > dialect.max_wildcards:
                raise _refused(f"A wildcard pattern can not have more than {dialect.max_wildcards} wildcards")
    if dialect.max_complexity:
        for patterns in _together(branches):
            if is_too_complex([_pieces(term) for term in patterns], dialect.max_complexity):
                raise _refused(_TOO_COMPLEX)


def _patterns(leaf: Leaf) -> list[Term]:
    return [term for term in leaf.terms if _pieces(term)]


def _pieces(term: Term) -> tuple[Pieces, ...]:
    if isinstance(term, Wildcard):
        return (term.pieces,)
    if isinstance(term, AnythingBut):
        return tuple(each.pieces for each in term.terms if isinstance(each, Wildcard))
    return ()


def _together(branches: _Branches) -> Iterator[list[Term]]:
    """The wildcard patterns that are tried on one value together.

    They are those of one field; of several branches' too, where all that is looked at before, the fields with lesser
    names, is the same in those branches.
    """
    fields: dict[tuple[int, str], dict[Term, None]] = {}
    after: dict[tuple[int, str, Leaf], int] = {}
    for branch in branches:
        before = 0
        for path, leaf in sorted((".".join(path), leaf) for path, leaf in branch.items()):
            fields.setdefault((before, path), {}).update(dict.fromkeys(_patterns(leaf)))
            before = after.setdefault((before, path, leaf), len(after) + 1)
    yield from (list(patterns) for patterns in fields.values() if patterns)


def _refused(reason: str) -> RefusedError:
    return RefusedError(reason, locations=0)
