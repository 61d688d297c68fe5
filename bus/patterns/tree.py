"""A branch of a pattern as a tree of fields, as it lies beside an event."""

from dataclasses import dataclass

from bus.patterns.leaf import Leaf
from bus.patterns.parse import Branch


@dataclass(frozen=True, slots=True)
class Tree:
    """The fields below one object: leaves by key, and inner fields by key. A key may be both."""

    leaves: tuple[tuple[str, Leaf], ...]
    inner: tuple[tuple[str, "Tree"], ...]

    @property
    def ordered(self) -> tuple[tuple[str, "Leaf | Tree"], ...]:
        """Leaves and inner fields as event-ruler meets them: by their dotted paths."""
        by_path: list[tuple[str, str, Leaf | Tree]] = [(key, key, leaf) for key, leaf in self.leaves]
        by_path += [(f"{key}.", key, tree) for key, tree in self.inner]
        return tuple((key, field) for _, key, field in sorted(by_path, key=lambda field: field[0]))


def tree_of(branch: Branch) -> Tree:
    """The tree of a branch's fields."""
    below: dict[str, Branch] = {}
    for path, leaf in branch.items():
        if len(path) > 1:
            below.setdefault(path[0], {})[path[1:]] = leaf
    return Tree(
        tuple((path[0], leaf) for path, leaf in branch.items() if len(path) == 1),
        tuple((key, tree_of(child)) for key, child in below.items()),
    )
