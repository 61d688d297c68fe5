"""The code of a branch, written once for all branches of its shape.

A shape holds all that decides the code: the fields' keys, and for each the kind of comparison. What
the code compares with comes to it as constants.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from math import inf, nextafter
from typing import Any

from bus.patterns.accepting import Check, accepts
from bus.patterns.arrays import flat
from bus.patterns.leaf import Leaf
from bus.patterns.parse import Path
from bus.patterns.terms import AnythingBut, EqualsIgnoreCase, Numeric, Prefix, Present, Suffix, Term
from bus.patterns.tree import Tree

(
    TEXTS,
    OTHER_TEXTS,
    HEADS,
    OTHER_HEADS,
    TAILS,
    OTHER_TAILS,
    FOLDED,
    OTHER_FOLDED,
    RANGE,
    PRESENT,
    OTHER,
    MAYBE_ABSENT,
) = range(12)
_OPPOSITE = {HEADS: OTHER_HEADS, TAILS: OTHER_TAILS, FOLDED: OTHER_FOLDED}
_DEEPEST_LOOP = 4  # arrays in one another; each doubles the code, which must do for objects too
Shape = tuple[Any, ...]
Factory = Callable[..., Check]


def shape_of(tree: Tree, constants: list[Any], uneven: Collection[Path] | None = None, path: Path = ()) -> Shape:
    """What decides the code; what the code is given with it is added to `constants`.

    `uneven` are the paths where another thing than expected may lie: an array or a value in the place of
    an object, an array in that of a value. None stands for all paths.
    """
    leaves = tuple(
        (key, kind_of(leaf, constants), uneven is None or (*path, key) in uneven) for key, leaf in tree.leaves
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


def kind_of(leaf: Leaf, constants: list[Any]) -> int:
    """How a field is compared; what it is compared with is added to `constants`."""
    accepted = accepts(leaf)
    if leaf.absent:
        constants.append(_when_there(accepted))
        return MAYBE_ABSENT
    if leaf.only_texts:
        constants += leaf.texts, accepted
        return TEXTS
    kind = OTHER
    if not (leaf.texts or leaf.numbers or leaf.literals):
        kind = _kind_of_terms(leaf.terms, constants)
    constants.append(accepted)
    return kind


def _kind_of_terms(terms: tuple[Term, ...], constants: list[Any]) -> int:
    match terms:
        case [Numeric() as range_]:
            constants += closed(range_)
            return RANGE
        case [Present(filled=False)]:
            return PRESENT
        case [AnythingBut(values, ())] if all(isinstance(value, str) for value in values):
            constants.append(values)
            return OTHER_TEXTS
        case [AnythingBut(terms=[_, *_] as unwanted)]:
            kind = _kind_of_texts(unwanted, constants)
            return _OPPOSITE.get(kind, OTHER)
    return _kind_of_texts(terms, constants)


def _kind_of_texts(terms: Sequence[Term], constants: list[Any]) -> int:
    for affix, kind in ((Prefix, HEADS), (Suffix, TAILS)):
        texts = tuple(term.text for term in terms if isinstance(term, affix) and not term.ignore_case)
        if len(texts) == len(terms):
            constants.append(texts)
            return kind
    texts = tuple(term.text for term in terms if isinstance(term, EqualsIgnoreCase) and term.text.isascii())
    if len(texts) == len(terms):
        constants.append(frozenset(map(str.lower, texts)))
        return FOLDED
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
    return value is not None and not isinstance(value, str | int | float)


_VALUES = {str, int, float, bool}
_ON_TEXT = {
    OTHER_TEXTS: "leaf not in {}",
    HEADS: "leaf.startswith({})",
    OTHER_HEADS: "not leaf.startswith({})",
    TAILS: "leaf.endswith({})",
    OTHER_TAILS: "not leaf.endswith({})",
    FOLDED: "(leaf.lower() in {} and leaf.isascii())",
    OTHER_FOLDED: "(leaf.lower() not in {} or not leaf.isascii())",
}
SCOPE = {"values": {*_VALUES, type(None)}}  # what the code of conditions refers to


def _may_be_absent(tree: Tree) -> bool:
    return all(leaf.absent for _, leaf in tree.leaves) and all(_may_be_absent(below) for _, below in tree.inner)


def _has_absences(tree: Tree) -> bool:
    return any(leaf.absent for _, leaf in tree.leaves) or any(_has_absences(below) for _, below in tree.inner)


class Writer(ABC):
    """Writes a shape's check; how an event's fields are had, and objects known, is its subclass's business.

    Where it writes `loops`, it does so for arrays of objects, in which no other arrays may lie; otherwise the
    check of the whole branch is left to deal with arrays.
    """

    loops = False

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._constants = 0

    @abstractmethod
    def fetch(self, value: str, key: str) -> str:
        """The expression for the field `key` of the object `value`; `absent` where there is none."""

    @abstractmethod
    def is_object(self, name: str) -> str:
        """The expression for whether `name` is an object."""

    def is_strange(self, name: str) -> str:
        """The expression for whether only the check of the whole branch can tell what `name` holds."""
        return f"{name}.__class__ is list"

    @property
    def parameters(self) -> list[str]:
        """The names of the constants so far."""
        return [f"c{number}" for number in range(self._constants)]

    def factory(self, shape: Shape, **scope: Any) -> Factory:
        """A function that makes the check, given that of the whole branch and the shape's constants."""
        self._object(shape, "event", 0, "  ", "return False")
        parameters = ", ".join(["whole", *self.parameters])
        lines = [f"def make({parameters}):", " def check(event):", *self._lines, "  return True", " return check"]
        scope = {"absent": object(), **SCOPE, **scope}
        # Written here; all that it holds of a pattern is the repr of keys.
        exec(compile("\n".join(lines), "<pattern>", "exec"), scope)  # noqa: S102
        return scope["make"]  # type: ignore[no-any-return]

    def _object(self, shape: Shape, value: str, level: int, indent: str, fail: str) -> None:
        """Conditions on an object's fields; `fail` is the statement for when one does not hold."""
        leaves, inner = shape
        for key, kind, uneven in leaves:
            condition = self.condition(kind, self.fetch(value, key), uneven=uneven)
            self._lines.append(f"{indent}if not ({condition}): {fail}")
        for key, may_be_absent, uneven, free, below in inner:
            name = f"v{level}"
            self._lines.append(f"{indent}{name} = {self.fetch(value, key)}")
            if not uneven:
                self._object(below, name, level + 1, indent, fail)
            elif self.loops and free and level < _DEEPEST_LOOP:
                self._array_or_object(below, name, level + 1, indent, fail)
            else:
                self._lines.append(f"{indent}if {self.is_strange(name)}: return whole(event)")
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

    def condition(self, kind: int, leaf: str, *, uneven: bool) -> str:
        """The expression for whether the value that the expression `leaf` gives will do."""
        if kind == TEXTS:
            texts, other = self.constant(), self.constant()
            return (
                f"leaf in {texts} if (leaf := {leaf}).__class__ is str else {other}(leaf)"
                if uneven
                else (f"{leaf} in {texts}")
            )
        if kind in _ON_TEXT:
            compared = _ON_TEXT[kind].format(self.constant())
            return f"{compared} if (leaf := {leaf}).__class__ is str else {self.constant()}(leaf)"
        if kind == PRESENT:
            return f"(leaf := {leaf}).__class__ in values or {self.constant()}(leaf)"
        if kind == RANGE:
            compared = f"{self.constant()} <= leaf <= {self.constant()}"
            number = f"(leaf := {leaf}).__class__ is int or leaf.__class__ is float"
            return f"{compared} if {number} else {self.constant()}(leaf)"
        if kind == MAYBE_ABSENT:
            return f"(leaf := {leaf}) is absent or {self.constant()}(leaf)"
        return f"{self.constant()}({leaf})"

    def constant(self) -> str:
        """The name of the next constant."""
        self._constants += 1
        return f"c{self._constants - 1}"
