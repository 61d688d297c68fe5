"""What a branch of a pattern asks of an event, as data that can be asked for and forbidden.

A field that must be absent is a condition that must not hold. Where AWS's open engine judges
absence beside arrays, two cases are exact: a top-level field, and a field that comes, in the order
of `Tree.ordered`, before all fields below the same top-level field that must be there. Such a field
must be absent from every element of every array on its way, and is told apart here as a condition
on the whole event. Any other absence concerns the element that the fields before it settled on; it
is kept where it stands, which is exact where no array is on the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from bus.patterns.leaf import Leaf
from bus.patterns.parse import Branch, Path
from bus.patterns.reasoning.work import TooLargeError
from bus.patterns.terms import Present
from bus.patterns.tree import Tree, tree_of

ANY = Leaf(terms=(Present(),))


@dataclass(frozen=True, slots=True)
class Field:
    """The value of `key` satisfies `want`, or with `holds` false does not, be it there or not."""

    key: str
    want: "Leaf | Fields"
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Fields:
    """An object that satisfies all `fields`, or an array one of whose elements does.

    `loose` where an absence below makes this only a likeness of the pattern beside arrays.
    """

    fields: tuple[Field, ...]
    loose: bool = False


Want = Leaf | Fields
_MOST_VARIANTS = 64


def demands(branch: Branch) -> list[Fields]:
    """A branch as alternatives, one of which an event that matches it satisfies; none asks for an absence or a value.

    Raises TooLargeError.
    """
    choices = [_variants(leaf) for leaf in branch.values()]
    found = []
    for leaves in product(*choices):
        found.append(_demand(tree_of(dict(zip(branch, leaves, strict=True)))))
        if len(found) > _MOST_VARIANTS:
            raise TooLargeError("too many fields of the pattern may be absent or have a value")
    return found


def _variants(leaf: Leaf) -> list[Leaf]:
    if not leaf.absent or not (leaf.texts or leaf.numbers or leaf.literals or leaf.terms):
        return [leaf]
    return [Leaf(absent=True), replace(leaf, absent=False)]


def _demand(tree: Tree) -> Fields:
    fields: list[Field] = []
    for key, below in tree.ordered:
        if isinstance(below, Leaf):
            fields.append(Field(key, ANY, holds=False) if below.absent else Field(key, below))
            continue
        leading = _leading(below)
        fields += [Field(key, _chain(path), holds=False) for path in leading]
        rest = _fields(below, frozenset(leading), ())
        if rest.fields:
            fields.append(Field(key, rest))
    return Fields(tuple(fields))


def _leading(tree: Tree) -> list[Path]:
    found = []
    for path, leaf in _met(tree):
        if not leaf.absent:
            break
        found.append(path)
    return found


def _met(tree: Tree, above: Path = ()) -> Iterator[tuple[Path, Leaf]]:
    for key, below in tree.ordered:
        if isinstance(below, Leaf):
            yield (*above, key), below
        else:
            yield from _met(below, (*above, key))


def _chain(path: Path) -> Want:
    want: Want = ANY
    for key in reversed(path):
        want = Fields((Field(key, want),))
    return want


def _fields(tree: Tree, told: frozenset[Path], above: Path) -> Fields:
    fields: list[Field] = []
    loose = False
    for key, below in tree.ordered:
        path = (*above, key)
        if isinstance(below, Tree):
            inner = _fields(below, told, path)
            fields += _without_values(key, inner)
            loose = loose or inner.loose
        elif not below.absent:
            fields.append(Field(key, below))
        elif path not in told:
            fields.append(Field(key, ANY, holds=False))
            loose = True
    return Fields(tuple(fields), loose)


def _without_values(key: str, inner: Fields) -> list[Field]:
    """A field all below which must be absent need not be there itself."""
    if any(field.holds for field in inner.fields):
        return [Field(key, inner)]
    return [Field(key, Fields((replace(field, holds=True),)), holds=False) for field in inner.fields]
