"""A rule that one of its fields has found, and what is still to be checked of it."""

from collections.abc import Callable, Collection
from typing import Any

from bus.patterns.accepting import Check
from bus.patterns.compiled import Whole, compile_branch
from bus.patterns.parse import Branch, Path

Add = Callable[[str], None]


class Candidate:
    """One branch of a named pattern, in one place of the index.

    `unverified` are the fields that the way here has not decided, `used` those that led here. `check`
    is None when nothing is left to check. `shared` is how far down the field that found the candidate
    runs beside another of its fields: an array met above there may have given either from another
    element, so then `whole` decides.
    """

    __slots__ = ("branch", "check", "name", "shared", "unverified", "used", "whole")

    def __init__(
        self,
        name: str,
        branch: Branch,
        whole: Check,
        unverified: frozenset[Path],
        used: frozenset[Path] = frozenset(),
        shared: int = 0,
    ) -> None:
        self.name, self.branch, self.whole = name, branch, whole
        self.unverified, self.used, self.shared = unverified, used, shared
        self.check: Check | None = self._prepare if unverified else None

    def _prepare(self, event: Any) -> bool:
        self.check = check = compile_branch(self.branch, self.unverified)
        return check(event)

    @classmethod
    def of(cls, name: str, branch: Branch) -> "Candidate":
        """The candidate of a branch of which nothing is known yet."""
        return cls(name, branch, Whole(branch), frozenset(branch))

    def found_by(self, path: Path, *, decided: bool) -> "Candidate":
        """The same candidate once `path` has led to it: for good, or only to be looked at."""
        unverified = self.unverified - {path} if decided else self.unverified
        shared = max((_beside(path, other) for other in self.branch if other != path), default=0)
        return Candidate(self.name, self.branch, self.whole, unverified, self.used | {path}, max(shared, self.shared))

    @property
    def open_paths(self) -> Collection[Path]:
        """The fields by which the candidate can still be told from others."""
        return self.unverified - self.used


def _beside(one: Path, other: Path) -> int:
    """How many keys two paths share from the top."""
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared
