"""A branch of a pattern as Python code, for events that hold no arrays of objects on its paths.

Such a branch is a chain of look-ups and comparisons, so it is written out as a function and
compiled. Patterns of one shape (the same fields, compared in the same ways) share the code and
differ in its constants, so nearly every pattern costs no compilation of its own. Where an array
lies in the way the function hands over to `walk`, which chooses among its elements.
"""

from collections.abc import Callable, Collection
from functools import lru_cache
from math import inf, nextafter
from typing import Any

from bus.patterns.accepting import Check, accepts
from bus.patterns.arrays import flat
from bus.patterns.leaf import Leaf
from bus.patterns.parse import Branch, Path
from bus.patterns.terms import Numeric
from bus.patterns.tree import Tree, tree_of
from bus.patterns.walking import walk

_TEXTS, _RANGE, _OTHER, _MAYBE_ABSENT = range(4)
_Shape = tuple[Any, ...]
_SHAPES = 4096  # a pattern's shape takes some kilobytes
_DEEPEST = 50  # levels; Python indents a hundred at most


def compile_branch(branch: Branch, paths: Collection[Path] | None = None) -> Check:
    """The check of a whole parsed event against a branch, or against those of its `paths` that are still open."""
    tree = tree_of(branch if paths is None else {path: branch[path] for path in paths})
    if max(map(len, branch)) > _DEEPEST:
        return Whole(branch)
    constants: list[Any] = []
    shape = _shape(tree, constants)
    check: Check = _factory(shape)(Whole(branch), *constants)
    return check


class Whole:
    """`walk(branch)`, prepared when it is first asked for: most branches never meet an array of objects."""

    __slots__ = ("_branch", "_check")

    def __init__(self, branch: Branch) -> None:
        self._branch, self._check = branch, self._prepare

    def __call__(self, event: object) -> bool:
        return self._check(event)

    def _prepare(self, event: object) -> bool:
        self._check = walk(self._branch)
        return self._check(event)


def _shape(tree: Tree, constants: list[Any]) -> _Shape:
    """What decides the code; what the code is given with it is added to `constants`."""
    leaves = tuple((key, _kind(leaf, constants)) for key, leaf in tree.leaves)
    inner = tuple((key, _may_be_absent(below), _shape(below, constants)) for key, below in tree.inner)
    return leaves, inner


def _kind(leaf: Leaf, constants: list[Any]) -> int:
    accepted = accepts(leaf)
    if leaf.absent:
        constants.append(_when_there(accepted))
        return _MAYBE_ABSENT
    if leaf.only_texts:
        constants += leaf.texts, accepted
        return _TEXTS
    if len(leaf.terms) == 1 and not (leaf.texts or leaf.numbers or leaf.literals):
        (term,) = leaf.terms
        if isinstance(term, Numeric):
            constants += *closed(term), accepted
            return _RANGE
    constants.append(accepted)
    return _OTHER


def closed(term: Numeric) -> tuple[float, float]:
    """The least and the greatest number of a range, both of them within it."""
    low = term.low if term.includes_low else nextafter(term.low, inf)
    high = term.high if term.includes_high else nextafter(term.high, -inf)
    return low, high


def _when_there(accepted: Check) -> Check:
    def check(value: Any) -> bool:
        if value.__class__ is dict:
            return True
        if value.__class__ is list and all(element.__class__ is dict for element in flat(value)):
            return True
        return accepted(value)

    return check


def _may_be_absent(tree: Tree) -> bool:
    return all(leaf.absent for _, leaf in tree.leaves) and all(_may_be_absent(below) for _, below in tree.inner)


@lru_cache(maxsize=_SHAPES)
def _factory(shape: _Shape) -> Callable[..., Check]:
    """A function that makes the check of a shape, given `walk` and the shape's constants."""
    source = _Source()
    source.object(shape, "event", level=0, indent=" " * 2)
    text = "\n".join(
        [
            f"def make(whole, {', '.join(source.parameters)}):",
            " def check(event):",
            *source.lines,
            "  return True",
            " return check",
        ]
    )
    scope: dict[str, Any] = {"absent": object()}
    exec(compile(text, "<pattern>", "exec"), scope)  # noqa: S102 - written here; of a pattern it holds the repr of keys
    return scope["make"]  # type: ignore[no-any-return]


class _Source:
    """The lines of a shape's check, and the names of the constants that they need."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.parameters: list[str] = []

    def object(self, shape: _Shape, value: str, level: int, indent: str) -> None:
        leaves, inner = shape
        for key, kind in leaves:
            self._leaf(key, kind, value, indent)
        for key, may_be_absent, below in inner:
            name = f"v{level}"
            self.lines.append(f"{indent}{name} = {value}.get({key!r})")
            self.lines.append(f"{indent}if {name}.__class__ is not dict:")
            if may_be_absent:
                self.lines.append(f"{indent} if {name}.__class__ is list: return whole(event)")
                self.lines.append(f"{indent}else:")
                self.object(below, name, level + 1, indent + " ")
            else:
                self.lines.append(f"{indent} return {name}.__class__ is list and whole(event)")
                self.object(below, name, level + 1, indent)

    def _leaf(self, key: str, kind: int, value: str, indent: str) -> None:
        default = "" if kind == _TEXTS else ", absent"
        self.lines.append(f"{indent}leaf = {value}.get({key!r}{default})")
        self.lines.append(f"{indent}if not ({self._condition(kind)}): return False")

    def _condition(self, kind: int) -> str:
        if kind == _TEXTS:
            return f"leaf in {self._constant()} if leaf.__class__ is str else {self._constant()}(leaf)"
        if kind == _RANGE:
            compared = f"{self._constant()} <= leaf <= {self._constant()}"
            return f"{compared} if leaf.__class__ is int or leaf.__class__ is float else {self._constant()}(leaf)"
        if kind == _MAYBE_ABSENT:
            return f"leaf is absent or {self._constant()}(leaf)"
        return f"{self._constant()}(leaf)"

    def _constant(self) -> str:
        self.parameters.append(f"c{len(self.parameters)}")
        return self.parameters[-1]
