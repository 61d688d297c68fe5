"""`"exists": false` beside arrays, as event-ruler's ACFinder and NameState judge it.

Fields are met in the order of their dotted paths. A field is absent when it lies nowhere among the
elements that are still open: in the element already settled on where an earlier field of the
branch was found in that array, in any element where none was. So of
`[{"name": "Anna"}, {"name": "Bob", "phone": 1}]` Anna has no phone, although the array has one.
"""

from typing import Any

from bus.patterns.accepting import Check, accepts
from bus.patterns.arrays import arrays_within, flat
from bus.patterns.leaf import Leaf
from bus.patterns.tree import Tree


def walk_with_absences(tree: Tree) -> Check:
    """The check of a whole event against a branch, some of whose fields may be absent."""
    fields = _Object(tree)
    return lambda event: fields.match(event, None)[0]


class Open:
    """All values that a field has among the elements of arrays that no field has settled yet."""

    __slots__ = ("_below", "_elements", "_found", "values")

    def __init__(self, values: list[Any]) -> None:
        self.values = values
        self._below: dict[str, Open] = {}
        self._found: dict[str, bool] = {}
        self._elements: Open | None = None

    def below(self, key: str) -> "Open":
        if key not in self._below:
            objects = (value for value in flat(self.values) if isinstance(value, dict))
            self._below[key] = Open([each[key] for each in objects if key in each])
        return self._below[key]

    def elements(self) -> "Open":
        if self._elements is None:
            self._elements = Open(list(flat(self.values)))
        return self._elements

    def has(self, key: str) -> bool:
        if key not in self._found:
            self._found[key] = any(has_leaf(value) for value in self.below(key).values)
        return self._found[key]


class _Object:
    """The fields below one object, in the order in which they are met."""

    __slots__ = ("_fields",)

    def __init__(self, tree: Tree) -> None:
        values = {key: _Value(leaf) for key, leaf in tree.leaves}
        objects = {key: _Inner(_Object(below), values.get(key)) for key, below in tree.inner}
        self._fields = tuple(
            (key, values[key] if isinstance(field, Leaf) else objects[key]) for key, field in tree.ordered
        )

    def match(self, value: object, still_open: Open | None) -> tuple[bool, bool]:
        """Whether all fields match here, and whether any was found; `still_open` is None where all is settled."""
        if isinstance(value, list):
            return self._any_element(value, still_open)
        here = value if isinstance(value, dict) else {}
        settled = still_open is None
        for key, field in self._fields:
            matched, found = field.match(key, here, None if settled else still_open)
            if not matched:
                return False, found
            settled = settled or found
        return True, settled and still_open is not None

    def _any_element(self, elements: list[Any], still_open: Open | None) -> tuple[bool, bool]:
        among = still_open.elements() if still_open else Open(elements)
        for element in list(flat(elements)) or [None]:
            matched, found = self.match(element, among)
            if matched:
                return True, found
        return False, False


class _Value:
    """A field that wants a value, or none."""

    __slots__ = ("_absent", "accepted")

    def __init__(self, leaf: Leaf) -> None:
        self.accepted, self._absent = accepts(leaf), leaf.absent

    def match(self, key: str, here: dict[str, Any], still_open: Open | None) -> tuple[bool, bool]:
        found = still_open.has(key) if still_open else key in here and has_leaf(here[key])
        return (key in here and self.accepted(here[key])) if found else self._absent, found


class _Inner:
    """A field that wants an object; `beside` is what the same field wants as a value, where it must be both."""

    __slots__ = ("_below", "_beside")

    def __init__(self, below: _Object, beside: _Value | None) -> None:
        self._below, self._beside = below, beside

    def match(self, key: str, here: dict[str, Any], still_open: Open | None) -> tuple[bool, bool]:
        value = here.get(key)
        if still_open is None and self._beside and isinstance(value, list) and has_leaf(value):
            return any(self._shared(array, self._beside.accepted) for array in arrays_within(value)), True
        return self._below.match(value, still_open.below(key) if still_open else None)

    def _shared(self, array: list[Any], accepted: Check) -> bool:
        """Whether a value of the array itself is accepted, and an object in it too (see walking.py)."""
        values = (element for element in array if element.__class__ is not list)
        return any(map(accepted, values)) and self._below.match(array, None)[0]


def has_leaf(value: object) -> bool:
    """Whether a scalar lies here, arrays looked into."""
    if isinstance(value, list):
        return any(not isinstance(element, dict) for element in flat(value))
    return not isinstance(value, dict)
