"""Candidates that one value of one field finds together: few in a tuple, many in a node of their own."""

from collections.abc import Callable
from typing import Any, Protocol

from bus.patterns.parse import Branch
from bus.patterns.ruleset.candidate import Add, Candidate
from bus.patterns.ruleset.view import Part


class Many(Protocol):
    """A node: candidates told apart by further fields."""

    run: "Visit"

    def search(self, event: Any, add: Add, /) -> None: ...

    def add(self, candidate: Candidate) -> None: ...

    def remove(self, name: str, branch: Branch) -> None: ...

    def forget_code(self) -> None: ...

    def __bool__(self) -> bool: ...


Bucket = tuple[Candidate, ...] | Many

# Adds the names of a bucket's rules that match a view. The last argument says how many keys above the topmost array
# lay that was met on the way: 0 for none, -1 where nothing that was found can be relied upon.
Visit = Callable[[Part, Add, int], None]


def visitor(bucket: Bucket) -> Visit:
    """The function that visits the bucket."""
    if not isinstance(bucket, tuple):
        return bucket.run
    if len(bucket) == 1:
        return _visitor_of_one(bucket[0])
    decided = all(candidate.check is None for candidate in bucket)
    names = tuple(candidate.name for candidate in bucket)

    def visit(view: Part, add: Add, array: int) -> None:
        if decided and not array:
            for name in names:
                add(name)
            return
        for candidate in bucket:
            check = candidate.check_all if array and array <= candidate.shared else candidate.check
            if check is None or check(view):
                add(candidate.name)

    return visit


def _visitor_of_one(candidate: Candidate) -> Visit:
    name, shared = candidate.name, candidate.shared

    def visit(view: Part, add: Add, array: int) -> None:
        check = candidate.check_all if array and array <= shared else candidate.check
        if check(view):  # type: ignore[misc] - visit_decided is for those that have none
            add(name)

    def visit_decided(view: Part, add: Add, array: int) -> None:
        if not array or array > shared or candidate.check_all(view):
            add(name)

    return visit_decided if candidate.check is None else visit


def visit_whole(bucket: Bucket, event: Any, add: Add) -> None:
    """Add the names of the bucket's rules that match a parsed event, whatever led here."""
    if not isinstance(bucket, tuple):
        bucket.search(event, add)
        return
    for candidate in bucket:
        if candidate.whole(event):
            add(candidate.name)


def without(bucket: Bucket, name: str, branch: Branch) -> Bucket:
    """The bucket less one candidate."""
    if isinstance(bucket, tuple):
        return tuple(each for each in bucket if each.branch is not branch or each.name != name)
    bucket.remove(name, branch)
    return bucket


def forget_code(bucket: Bucket) -> None:
    """Let the bucket's code be written anew when it is next wanted."""
    for each in bucket if isinstance(bucket, tuple) else (bucket,):
        each.forget_code()
