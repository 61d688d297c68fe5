"""Candidates that one value of one field finds together, few in a tuple, many in a node of their own."""

from typing import Any, Protocol

from bus.patterns.parse import Branch
from bus.patterns.ruleset.candidate import Add, Candidate


class Many(Protocol):
    """A node: candidates told apart by further fields."""

    def run(self, event: Any, add: Add, array: int, /) -> None: ...

    def add(self, candidate: Candidate) -> None: ...

    def remove(self, name: str, branch: Branch) -> None: ...

    def __bool__(self) -> bool: ...


Bucket = tuple[Candidate, ...] | Many


def visit(bucket: Bucket, event: Any, add: Add, array: int) -> None:
    """Add the names of the bucket's rules that match.

    `array` says how many keys above the topmost array lay that was met on the way here: 0 for none, -1
    where nothing that was found can be relied upon.
    """
    if not isinstance(bucket, tuple):
        bucket.run(event, add, array)
        return
    for candidate in bucket:
        check = candidate.whole if array and candidate.shared >= array else candidate.check
        if check is None or check(event):
            add(candidate.name)


def without(bucket: Bucket, name: str, branch: Branch) -> Bucket:
    """The bucket less one candidate."""
    if isinstance(bucket, tuple):
        return tuple(each for each in bucket if each.branch is not branch or each.name != name)
    bucket.remove(name, branch)
    return bucket
