"""What an event pattern means, as plainly as it can be said; slow, and right. The compiled matchers are held to it.

The semantics are those of AWS's open engine, event-ruler, step by step:

1. An event is flattened into *occurrences*: every scalar, under the path of keys that leads to it.
   Arrays add nothing to a path. Instead an occurrence remembers its *membership*: in which element
   of which array it lies. Scalars that an array holds directly are equals: they are members of the
   arrays around it, not of the array itself.
2. A pattern is multiplied out into *branches* without `$or`; the event must satisfy one of them.
   In a branch, each path holds a list of alternatives. A path that is named twice keeps what the
   pattern says last.
3. The fields of a branch are met in the order of their dotted paths. A field is satisfied by an
   occurrence whose membership agrees with that of all occurrences chosen before (no array is left
   by one and entered by another at a different element), and whose value an alternative accepts.
   `{"exists": false}` is satisfied where no occurrence of the path agrees with those chosen before.
   The branch is satisfied when there is any way to choose.

Only parsed patterns that are valid may come here: nothing is checked.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.patterns.reference_operators import Scalar, accepts

Path = tuple[str, ...]
Alternatives = list[Any]
Branch = dict[Path, Alternatives]
Membership = dict[int, int]  # which element, by the identity of the array


class Occurrence(NamedTuple):
    """A scalar of the event, and where it lies."""

    path: Path
    value: Scalar
    membership: Membership


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Whether the event satisfies a branch of the pattern."""
    occurrences = list(flatten(event))
    return any(_satisfied(in_order(branch), occurrences, {}) for branch in branches(pattern))


def flatten(value: Any, path: Path = (), membership: Membership | None = None) -> Iterator[Occurrence]:
    """Every scalar of an event."""
    membership = membership or {}
    if isinstance(value, dict):
        for key, below in value.items():
            yield from flatten(below, (*path, key), membership)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            holds_more = isinstance(element, dict | list)
            yield from flatten(element, path, membership | {id(value): index} if holds_more else membership)
    else:
        yield Occurrence(path, value, membership)


def branches(pattern: dict[str, Any], path: Path = (), so_far: list[Branch] | None = None) -> list[Branch]:
    """Every way to choose one alternative of each `$or`, in the order in which the pattern is written."""
    found = so_far or [{}]
    for key, value in pattern.items():
        if key == "$or":
            found = [branch for each in value for branch in branches(each, path, found)]
        elif isinstance(value, dict):
            found = branches(value, (*path, key), found)
        else:
            found = [branch | {(*path, key): value} for branch in found]
    return found


def in_order(branch: Branch) -> list[tuple[Path, Alternatives]]:
    """The fields of a branch by their dotted paths."""
    return sorted(branch.items(), key=lambda field: ".".join(field[0]))


def _satisfied(fields: list[tuple[Path, Alternatives]], occurrences: list[Occurrence], membership: Membership) -> bool:
    """Whether all fields can be satisfied beside what was chosen before."""
    if not fields:
        return True
    (path, alternatives), rest = fields[0], fields[1:]
    agreeing = [each for each in occurrences if each.path == path and _agree(membership, each.membership)]
    if not agreeing and {"exists": False} in alternatives:
        return _satisfied(rest, occurrences, membership)
    return any(
        accepts(alternatives, each.value) and _satisfied(rest, occurrences, membership | each.membership)
        for each in agreeing
    )


def _agree(one: Membership, other: Membership) -> bool:
    return all(other.get(array, index) == index for array, index in one.items())
