"""A rule that one of its fields has found, and what is still to be checked of it."""

from collections.abc import Callable

from bus.patterns.compiled import Whole
from bus.patterns.parse import Branch, Path
from bus.patterns.ruleset.checks import compile_check
from bus.patterns.ruleset.terrain import Terrain
from bus.patterns.ruleset.view import Part

Add = Callable[[str], None]


class Candidate:
    """One branch of a named pattern, in one place of the index.

    `open_paths` are the fields that have not led here. `check` judges them in a view; it is None when
    there are none. `shared` is how far down a field that led here runs beside another of the branch: an
    array met above there may have given either from another element, so then `check_all` decides,
    which judges all fields. `whole` does the same in a parsed event.
    """

    __slots__ = ("_check_all", "_terrain", "branch", "check", "name", "open_paths", "shared", "whole")

    def __init__(
        self,
        name: str,
        branch: Branch,
        whole: Whole,
        terrain: Terrain,
        open_paths: frozenset[Path],
        shared: int = 0,
    ) -> None:
        self.name, self.branch, self.whole, self._terrain = name, branch, whole, terrain
        self.open_paths, self.shared = open_paths, shared
        self.check: Callable[[Part], bool] | None = None
        self._check_all: Callable[[Part], bool] | None = None
        self.forget_code()

    @classmethod
    def of(cls, name: str, branch: Branch, terrain: Terrain) -> "Candidate":
        """The candidate of a branch of which nothing is known yet."""
        return cls(name, branch, Whole(branch), terrain, frozenset(branch))

    def forget_code(self) -> None:
        """Write the check anew, for the terrain as it is then, when it is next wanted."""
        self.check = self._prepare if self.open_paths else None
        self._check_all = None

    def _prepare(self, view: Part) -> bool:
        check = compile_check(self.branch, self.open_paths, self._terrain.uneven, self.whole)
        self.check = check
        return check(view)

    def check_all(self, view: Part) -> bool:
        """Whether all fields of the branch match a view."""
        check = self._check_all
        if check is None:
            check = compile_check(self.branch, self.branch, self._terrain.uneven, self.whole)
            self._check_all = check
        return check(view)

    def found_by(self, path: Path) -> "Candidate":
        """The same candidate once `path` has led to it."""
        shared = max((_beside(path, other) for other in self.branch if other != path), default=0)
        return Candidate(
            self.name,
            self.branch,
            self.whole,
            self._terrain,
            self.open_paths - {path},
            max(shared, self.shared),
        )


def _beside(one: Path, other: Path) -> int:
    """How many keys two paths share from the top."""
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared
