"""`"exists": false` beside arrays, as event-ruler's ACFinder and NameState judge it.

Fields are met in the order of their dotted paths. A field is absent when it lies nowhere among the
elements that are still open: in the element already settled on where an earlier field of the
branch was found in that array, in any element where none was. So of
`[{"name": "Anna"}, {"name": "Bob", "phone": 1}]` Anna has no phone, although the array has one.
"""

from typing import Any

from bus.patterns.accepting import Check, accepts
from bus.patterns.arrays import flat
from bus.patterns.leaf import Leaf
from bus.patterns.tree import Tree


def walk_with_absences(tree: Tree) -> Check:
    """The check of a whole event against a branch, some of whose fields may be absent."""
    fields = _Object(tree)
    return lambda event: fields.match(event, None)[0]


class _Open:
    """All values that a field has among the elements of arrays that no field has settled yet."""

    __slots__ = ("_below", "_elements", "_found", "values")

    def __init__(self, values: list[Any]) -> None:
        self.values = values
        self._below: dict[str, _Open] = {}
        self._found: dict[str, bool] = {}
        self._elements: _Open | None = None

    def below(self, key: str) -> "_Open":
        if key not in self._below:
            objects = (value for value in flat(self.values) if isinstance(value, dict))
            self._below[key] = _Open([each[key] for each in objects if key in each])
        return self._below[key]

    def elements(self) -> "_Open":
        if self._elements is None:
            self._elements = _Open(list(flat(self.values)))
        return self._elements

    def has(self, key: str) -> bool:
        if key not in self._found:
            self._found[key] = any(_has_leaf(value) for value in self.below(key).values)
        return self._found[key]


class _Object:
    """The fields below one object, in the order in which they are met."""

    __slots__ = ("_fields",)

    def __init__(self, tree: Tree) -> None:
        self._fields = tuple(
            (key, accepts(field) if isinstance(field, Leaf) else None, _absent_or_below(field))
            for key, field in tree.ordered
        )

    def match(self, value: object, still_open: _Open | None) -> tuple[bool, bool]:
        """Whether all fields match here, and whether any was found; `still_open` is None where all is settled."""
        if isinstance(value, list):
            return self._any_element(value, still_open)
        here = value if isinstance(value, dict) else {}
        settled = still_open is None
        for key, accepted, absent_or_below in self._fields:
            among = None if settled else still_open
            if isinstance(absent_or_below, _Object):
                below = among.below(key) if among else None
                matched, found = absent_or_below.match(here.get(key), below)
            else:
                found = among.has(key) if among else key in here and _has_leaf(here[key])
                matched = absent_or_below if not found else key in here and _accepted(accepted, here[key])
            if not matched:
                return False, found
            settled = settled or found
        return True, settled and still_open is not None

    def _any_element(self, elements: list[Any], still_open: _Open | None) -> tuple[bool, bool]:
        among = still_open.elements() if still_open else _Open(elements)
        for element in list(flat(elements)) or [None]:
            matched, found = self.match(element, among)
            if matched:
                return True, found
        return False, False


def _accepted(accepted: Check | None, value: object) -> bool:
    return accepted is not None and accepted(value)


def _absent_or_below(field: Leaf | Tree) -> "bool | _Object":
    return field.absent if isinstance(field, Leaf) else _Object(field)


def _has_leaf(value: object) -> bool:
    """Whether a scalar lies here, arrays looked into."""
    if isinstance(value, list):
        return any(not isinstance(element, dict) for element in flat(value))
    return not isinstance(value, dict)
