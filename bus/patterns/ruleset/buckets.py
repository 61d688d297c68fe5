"""Candidates that one value of one field finds together: few in a tuple, many in a node of their own."""

from collections.abc import Callable
from typing import Any, Protocol

from bus.patterns.parse import Branch
from bus.patterns.ruleset.candidate import Add, Candidate
from bus.patterns.ruleset.fused import fuse
from bus.patterns.ruleset.terrain import Terrain
from bus.patterns.ruleset.view import Part

# Adds the names of a bucket's rules that match a view. The last argument says how many keys above the topmost array
# lay that was met on the way: 0 for none, -1 where nothing that was found can be relied upon.
Visit = Callable[[Part, Add, int], None]
Names = tuple[str, ...]
Found = dict[tuple[str, int], Candidate]  # candidates by the name and the branch
_OFTEN = 40  # visits; to write code takes as long as some thousand checks


class Many(Protocol):
    """A node: candidates told apart by further fields."""

    run: Visit

    def search(self, event: Any, found: Found, /) -> None: ...

    def add(self, candidate: Candidate) -> None: ...

    def remove(self, name: str, branch: Branch) -> None: ...

    def when_rewritten(self, tell: Callable[[], None]) -> None: ...

    def forget_code(self) -> None: ...

    def __bool__(self) -> bool: ...


Bucket = tuple[Candidate, ...] | Many


def visitor(bucket: Bucket) -> Visit:
    """The function that visits the bucket, whatever led to it."""
    if not isinstance(bucket, tuple):
        return bucket.run

    names = tuple(candidate.name for candidate in bucket if candidate.check is None and not candidate.shared)
    rest = tuple(candidate for candidate in bucket if candidate.check is not None or candidate.shared)

    def visit(view: Part, add: Add, array: int) -> None:
        if array >= 0:
            for name in names:
                add(name)
        for candidate in rest if array >= 0 else bucket:
            check = candidate.check_all if array and array <= candidate.shared else candidate.check
            if check is None or check(view):
                add(candidate.name)

    return visit


def quick_visitor(bucket: Bucket, rewrite: Callable[[Visit], None], terrain: Terrain) -> Names | Visit:
    """What is to be done with the bucket where no array led to it: the names to add, or a function to call.

    The function has itself replaced by quicker code once that is worth while.
    """
    if not isinstance(bucket, tuple):
        return bucket.run
    if all(candidate.check is None for candidate in bucket):
        return tuple(candidate.name for candidate in bucket)
    visits = 0

    def visit(view: Part, add: Add, _: int) -> None:
        nonlocal visits
        visits += 1
        if visits == _OFTEN:
            rewrite(fuse(bucket, terrain.uneven))
        for candidate in bucket:
            if candidate.check is None or candidate.check(view):
                add(candidate.name)

    return visit


def without(bucket: Bucket, name: str, branch: Branch) -> Bucket:
    """The bucket less one candidate."""
    if isinstance(bucket, tuple):
        return tuple(each for each in bucket if each.branch is not branch or each.name != name)
    bucket.remove(name, branch)
    return bucket
