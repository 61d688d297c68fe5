"""Which fields of a branch an event fails, and where: the walk of `absence.py`, which goes on instead of stopping.

Whether an event satisfies a branch is `walk`'s to say; this finds what to tell of one that does not.
"""

from typing import Any

from bus.patterns.absence import Open, has_leaf
from bus.patterns.accepting import accepts
from bus.patterns.elements import Failure, Nothing, Split, located, nearest_element
from bus.patterns.found import Found
from bus.patterns.leaf import Leaf
from bus.patterns.parse import Branch, Path
from bus.patterns.tree import Tree, tree_of
from bus.patterns.wording import Place, exact_text, place_text, value_text

_ELSEWHERE = Nothing(
    "here, but another element has it, and no field whose name comes before it settles on this one", elsewhere=True
)


class Judge:
    """Prepared for one branch, for any number of events. `limit` is the dialect's `number_limit`."""

    def __init__(self, branch: Branch, limit: float) -> None:
        self._order = {path: index for index, path in enumerate(branch)}
        self._fields = _Fields((), tree_of(branch), self._order, limit)

    def failures(self, event: object) -> list[Failure | Split]:
        """What of the branch the event fails, in the branch's order."""
        found, _ = self._fields.judge_value(event, (), None)
        return sorted(found, key=lambda failure: self._order[failure.fields[0]])


_Judged = tuple[list[Failure | Split], bool]
"""The failures, and whether any field was found among elements of arrays that no field had settled yet."""


class _Field:
    """A field of the branch."""

    def __init__(self, path: Path, leaf: Leaf, limit: float) -> None:
        self.key, self.paths = path[-1], [path]
        self._accepted, self._found, self._absent = accepts(leaf), Found(leaf, limit), leaf.absent

    def judge(self, here: Any, place: Place, among: Open | None) -> _Judged:
        """Judge the value of the field; `among` are the open elements that the object around it is one of."""
        is_here = not isinstance(here, Nothing)
        found = among.has(self.key) if among else is_here and has_leaf(here)
        if (is_here and self._accepted(here)) if found else self._absent:
            return [], found
        if is_here:
            return [self._failure(place, self._found.in_words(here))], found
        return [self._failure(place, _ELSEWHERE if found and self._absent else here)], found

    def _failure(self, place: Place, found: str | Nothing) -> Failure:
        return Failure(self.paths[0], place, (found,))


class _Fields:
    """The fields below one object of the branch."""

    def __init__(self, path: Path, tree: Tree, order: dict[Path, int], limit: float) -> None:
        self.key = path[-1] if path else ""
        below = (((*path, key), field) for key, field in tree.ordered)
        self._fields = [
            _Field(path, field, limit) if isinstance(field, Leaf) else _Fields(path, field, order, limit)
            for path, field in below
        ]
        self.paths: list[Path] = sorted((path for field in self._fields for path in field.paths), key=order.__getitem__)

    def judge(self, here: Any, place: Place, among: Open | None) -> _Judged:
        """Judge the fields below `here`, which `among` is about as with a `_Field`."""
        return self.judge_value(here, place, among.below(self.key) if among else None)

    def judge_value(self, value: Any, place: Place, still_open: Open | None) -> _Judged:
        """Judge the fields below `value`, itself one of those that are `still_open`."""
        if isinstance(value, list):
            return self._judge_elements(value, place, still_open)
        failed: list[Failure | Split] = []
        settled = still_open is None
        for field in self._fields:
            here = _below(value, place, field.key, is_leaf=isinstance(field, _Field))
            more, found = field.judge(here, (*place, field.key), None if settled else still_open)
            failed += more
            settled = settled or found
        return failed, settled and still_open is not None

    def _judge_elements(self, array: list[Any], place: Place, still_open: Open | None) -> _Judged:
        among = still_open.elements() if still_open else Open(array)
        judged: list[tuple[Place, list[Failure | Split]]] = []
        any_found = False
        for steps, element in list(located(array)) or [((), Nothing(f"({place_text(place)} is empty)"))]:
            failed, found = self.judge_value(element, (*place, *steps), among)
            if not failed:
                return [], found
            judged.append(((*place, *steps), failed))
            any_found = any_found or found
        return nearest_element(place, judged, self.paths), any_found


def _below(value: Any, place: Place, key: str, *, is_leaf: bool) -> Any:
    """The value of `key`, or why there is none."""
    if isinstance(value, Nothing):
        return value
    if not isinstance(value, dict):
        return Nothing(f"({place_text(place) or 'the event'} is {value_text(value)})")
    if key in value:
        return value[key]
    if alike := next((each for each in value if _alike(each) == _alike(key)), None):
        return Nothing(f"(there is {exact_text(alike)})")
    return Nothing() if is_leaf else Nothing(f"(there is no {place_text((*place, key))})")


def _alike(key: str) -> str:
    return key.casefold().replace("-", "").replace("_", "")
