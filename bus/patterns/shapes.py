"""The code of a branch, written once for all branches of its shape.

A shape holds all that decides the code: the fields' keys, and for each the kind of comparison. What
the code compares with comes to it as constants.
"""

from collections.abc import Callable, Collection
from math import inf, nextafter
from typing import Any

from bus.patterns.accepting import Check, accepts
from bus.patterns.arrays import flat
from bus.patterns.leaf import Leaf
from bus.patterns.parse import Path
from bus.patterns.terms import Numeric
from bus.patterns.tree import Tree

TEXTS, RANGE, OTHER, MAYBE_ABSENT = range(4)
_DEEPEST_LOOP = 4  # arrays in one another; each doubles the code, which must do for objects too
Shape = tuple[Any, ...]
Factory = Callable[..., Check]


def shape_of(tree: Tree, constants: list[Any], uneven: Collection[Path] | None = None, path: Path = ()) -> Shape:
    """What decides the code; what the code is given with it is added to `constants`.

    `uneven` are the paths where another thing than expected may lie: an array or a value in the place of
    an object, an array in that of a value. None stands for all paths.
    """
    leaves = tuple(
        (key, _kind(leaf, constants), uneven is None or (*path, key) in uneven) for key, leaf in tree.leaves
    )
    values = {key for key, _ in tree.leaves}
    inner = tuple(
        (
            key,
            _may_be_absent(below),
            uneven is None or (*path, key) in uneven,
            key not in values and not _has_absences(below),
            shape_of(below, constants, uneven, (*path, key)),
        )
        for key, below in tree.inner
    )
    return leaves, inner


def _kind(leaf: Leaf, constants: list[Any]) -> int:
    accepted = accepts(leaf)
    if leaf.absent:
        constants.append(_when_there(accepted))
        return MAYBE_ABSENT
    if leaf.only_texts:
        constants += leaf.texts, accepted
        return TEXTS
    if len(leaf.terms) == 1 and not (leaf.texts or leaf.numbers or leaf.literals):
        (term,) = leaf.terms
        if isinstance(term, Numeric):
            constants += *closed(term), accepted
            return RANGE
    constants.append(accepted)
    return OTHER


def closed(term: Numeric) -> tuple[float, float]:
    """The least and the greatest number of a range, both of them within it."""
    low = term.low if term.includes_low else nextafter(term.low, inf)
    high = term.high if term.includes_high else nextafter(term.high, -inf)
    return low, high


def _when_there(accepted: Check) -> Check:
    """The check of a field that may be absent, where something lies in its place: objects are no value of it."""

    def check(value: Any) -> bool:
        if value.__class__ is list:
            return all(map(_is_object, flat(value))) or accepted(value)
        return _is_object(value) or accepted(value)

    return check


def _is_object(value: Any) -> bool:
    return value is not None and value.__class__ not in _VALUES


_VALUES = {str, int, float, bool}


def _may_be_absent(tree: Tree) -> bool:
    return all(leaf.absent for _, leaf in tree.leaves) and all(_may_be_absent(below) for _, below in tree.inner)


def _has_absences(tree: Tree) -> bool:
    return any(leaf.absent for _, leaf in tree.leaves) or any(_has_absences(below) for _, below in tree.inner)


class Writer:
    """Writes a shape's check; how an event's fields are had, and objects known, is its subclass's business.

    Where it writes `loops`, it does so for arrays of objects, in which no other arrays may lie; otherwise the
    check of the whole branch is left to deal with arrays.
    """

    loops = False

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._constants = 0

    def fetch(self, value: str, key: str) -> str:
        """The expression for the field `key` of the object `value`; `absent` where there is none."""
        raise NotImplementedError

    def is_object(self, name: str) -> str:
        """The expression for whether `name` is an object."""
        raise NotImplementedError

    def factory(self, shape: Shape, **scope: Any) -> Factory:
        """A function that makes the check, given that of the whole branch and the shape's constants."""
        self._object(shape, "event", 0, "  ", "return False")
        parameters = ", ".join(["whole", *(f"c{number}" for number in range(self._constants))])
        lines = [f"def make({parameters}):", " def check(event):", *self._lines, "  return True", " return check"]
        scope.setdefault("absent", object())
        # Written here; all that it holds of a pattern is the repr of keys.
        exec(compile("\n".join(lines), "<pattern>", "exec"), scope)  # noqa: S102
        return scope["make"]  # type: ignore[no-any-return]

    def _object(self, shape: Shape, value: str, level: int, indent: str, fail: str) -> None:
        """Conditions on an object's fields; `fail` is the statement for when one does not hold."""
        leaves, inner = shape
        for key, kind, uneven in leaves:
            condition = self._condition(kind, self.fetch(value, key), uneven=uneven)
            self._lines.append(f"{indent}if not ({condition}): {fail}")
        for key, may_be_absent, uneven, free, below in inner:
            name = f"v{level}"
            self._lines.append(f"{indent}{name} = {self.fetch(value, key)}")
            if not uneven:
                self._object(below, name, level + 1, indent, fail)
            elif self.loops and free and level < _DEEPEST_LOOP:
                self._array_or_object(below, name, level + 1, indent, fail)
            else:
                self._lines.append(f"{indent}if {name}.__class__ is list: return whole(event)")
                self._lines.append(f"{indent}if {self.is_object(name)}:")
                self._object(below, name, level + 1, indent + " ", fail)
                if not may_be_absent:
                    self._lines.append(f"{indent}else: {fail}")

    def _array_or_object(self, shape: Shape, name: str, level: int, indent: str, fail: str) -> None:
        """The fields of an object, or all of them of one element of an array."""
        constants = self._constants
        self._lines.append(f"{indent}if {name}.__class__ is list:")
        self._lines.append(f"{indent} for e{level} in {name}:")
        self._object(shape, f"e{level}", level, indent + "  ", "continue")
        self._lines.append(f"{indent}  break")
        self._lines.append(f"{indent} else: {fail}")
        self._lines.append(f"{indent}elif {self.is_object(name)}:")
        self._constants = constants  # the same are compared with again
        self._object(shape, name, level, indent + " ", fail)
        self._lines.append(f"{indent}else: {fail}")

    def _condition(self, kind: int, leaf: str, *, uneven: bool) -> str:
        if kind == TEXTS:
            texts, other = self._constant(), self._constant()
            return f"leaf in {texts} if (leaf := {leaf}).__class__ is str else {other}(leaf)" if uneven else (
                f"{leaf} in {texts}"
            )
        if kind == RANGE:
            compared = f"{self._constant()} <= leaf <= {self._constant()}"
            number = f"(leaf := {leaf}).__class__ is int or leaf.__class__ is float"
            return f"{compared} if {number} else {self._constant()}(leaf)"
        if kind == MAYBE_ABSENT:
            return f"(leaf := {leaf}) is absent or {self._constant()}(leaf)"
        return f"{self._constant()}({leaf})"

    def _constant(self) -> str:
        self._constants += 1
        return f"c{self._constants - 1}"
