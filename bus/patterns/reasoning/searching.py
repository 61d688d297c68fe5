"""The search for a value: place by place, each field on its own, as conditions on different fields do not meet.

Where a condition must not hold, one of its fields must fail, and the search goes through them. A
value is first made as if there were no such conditions; only those that it breaks are gone through.
"""

from collections.abc import Iterable
from itertools import permutations
from typing import Any

from bus.patterns.leaf import Leaf
from bus.patterns.reasoning.demands import Fields, Want
from bus.patterns.reasoning.members import element_schemas, field_schemas, places
from bus.patterns.reasoning.outcomes import MISSING, Empty, Found, Outcome, Unknown
from bus.patterns.reasoning.places import Place, satisfies
from bus.patterns.reasoning.reasons import impossible
from bus.patterns.reasoning.scalars import scalar
from bus.patterns.reasoning.shapes import Shape, shapes
from bus.patterns.reasoning.work import Work

_DEEPEST = 60
_MOST_ELEMENTS = 1000
_MOST_ARRANGED = 3
_COST = 50
_LESSER_COST = 10  # of a value that is known already

_State = dict[str, tuple[tuple[Want, ...], tuple[Want, ...]]]


class Search:
    """One search; `met_arrays` when it ended beside arrays where a condition was only a likeness."""

    def __init__(self, work: Work, *, examples: bool) -> None:
        self._work, self._examples = work, examples
        self._known: dict[tuple[object, ...], tuple[Place, Outcome]] = {}
        self.met_arrays = False
        self.unread: set[str] = set()

    def event(self, place: Place) -> Outcome:
        """An event, which is an object, as a schema would have to say. Raises TooLargeError."""
        return self.value(place) if place.schemas else _best([self._object(Shape(()), place)], place)

    def value(self, place: Place) -> Outcome:
        """A value for a place where there must be one. Raises TooLargeError."""
        known = self._known.get(place.known)
        if known is None:
            self._work.spend(_COST)
            if place.depth > _DEEPEST:
                return Unknown("the patterns are nested too deeply, or the schema refers to itself without end")
            # The place keeps its schemas alive, whose identities are part of what it is known by.
            known = self._known[place.known] = place, _best(self._values(place), place)
        return known[1]

    def _values(self, place: Place) -> Iterable[Outcome]:
        for shape in shapes(place.schemas, self._work):
            if shape.unread:
                self.unread.add(shape.unread)
            if shape.values is not None:
                yield self._listed(shape, place)
                continue
            if self._examples and place.is_free and (example := _example(shape)) is not None:
                yield Found(example)
            yield from self._made(shape, place)

    def _listed(self, shape: Shape, place: Place) -> Outcome:
        for value in shape.values or ():
            self._work.spend(1)
            self.met_arrays |= place.is_loose and isinstance(value, (list, dict))
            if (
                shape.accepts(value)
                and all(satisfies(want, value) for want in place.wants)
                and not any(satisfies(ban, value) for ban in place.bans)
            ):
                return Found(value)
        return Empty()

    def _made(self, shape: Shape, place: Place) -> Iterable[Outcome]:
        leaves = [want for want in place.wants if isinstance(want, Leaf)]
        if len(leaves) == len(place.wants):
            bans = [ban for ban in place.bans if isinstance(ban, Leaf)]
            yield scalar(shape, leaves, bans, shape.examples if self._examples else (), self._work)
        if not leaves and "object" in shape.kinds:
            yield self._object(shape, place)
        if "array" in shape.kinds and (place.arrays or place.is_free):
            yield self._array(shape, place)

    def _object(self, shape: Shape, place: Place) -> Outcome:
        state: _State = dict.fromkeys(shape.required, ((), ()))
        for want in place.wants:
            for field in want.fields if isinstance(want, Fields) else ():
                state = _with(state, field.key, field.want, holds=field.holds)
        bans = tuple(ban for ban in place.bans if isinstance(ban, Fields))
        return self._choose(shape, place, state, bans)

    def _choose(self, shape: Shape, place: Place, state: _State, bans: tuple[Fields, ...]) -> Outcome:
        built = self._build(shape, place, state)
        if not isinstance(built, Found):
            return built
        self._work.spend(len(bans))
        broken = next((ban for ban in bans if satisfies(ban, built.value)), None)
        if broken is None:
            return built
        failing = (
            self._choose(shape, place, _with(state, field.key, field.want, holds=not field.holds), bans)
            for field in broken.fields
        )
        return _best(failing, place)

    def _build(self, shape: Shape, place: Place, state: _State) -> Outcome:
        made: dict[str, Any] = {}
        unknown: Unknown | None = None
        for key, (wants, bans) in state.items():
            if not wants and key not in shape.required:
                continue
            self._work.spend(_LESSER_COST)
            found = self.value(place.below(key, field_schemas(shape, key), wants, bans))
            if isinstance(found, Empty):
                return found
            if isinstance(found, Unknown):
                unknown = found
            elif found.value is not MISSING:
                made[key] = found.value
        return unknown or Found(made)

    def _array(self, shape: Shape, place: Place) -> Outcome:
        self.met_arrays |= place.is_loose
        if not shape.nodes and len(place.wants) == 1:
            return Empty()  # the element alone would do as well
        if not place.wants:
            return self._elements(shape, place, {})
        ways = [(place.wants,)] if len(place.wants) == 1 else [(place.wants,), tuple((want,) for want in place.wants)]
        tried = [self._elements(shape, place, at) for groups in ways for at in _arranged(shape, groups)]
        crowded = places(shape) > 0 or (shape.size[1] or len(place.wants)) < len(place.wants)
        if crowded and len(place.wants) >= _MOST_ARRANGED and not any(isinstance(each, Found) for each in tried):
            tried.append(Unknown("too many conditions are on the elements of one array"))
        return _best(tried, place)

    def _elements(self, shape: Shape, place: Place, at: dict[int, tuple[Want, ...]]) -> Outcome:
        least, most = shape.size
        size = max(least, *(index + 1 for index in at)) if at else least
        if most is not None and size > most:
            return Empty()
        if size > _MOST_ELEMENTS:
            return Unknown("an array has too many elements")
        self._work.spend(_LESSER_COST * (1 + size))
        made = []
        for index in range(size):
            found = self.value(place.element(element_schemas(shape, index), at.get(index, ())))
            if not isinstance(found, Found):
                return found
            made.append(found.value)
        return Found(made)


def _arranged(shape: Shape, groups: tuple[tuple[Want, ...], ...]) -> Iterable[dict[int, tuple[Want, ...]]]:
    """At which elements the groups of conditions may be satisfied: those with schemas of their own, and others."""
    own = places(shape)
    if len(groups) > _MOST_ARRANGED or not own:
        yield dict(enumerate(groups))
        return
    for indexes in permutations(range(own + len(groups)), len(groups)):
        yield dict(zip(indexes, groups, strict=True))


def _with(state: _State, key: str, want: Want, *, holds: bool) -> _State:
    wants, bans = state.get(key, ((), ()))
    return {**state, key: ((*wants, want), bans) if holds else (wants, (*bans, want))}


def _example(shape: Shape) -> Any:
    return next((example for example in shape.examples if shape.accepts(example)), None)


def _best(outcomes: Iterable[Outcome], place: Place) -> Outcome:
    """A value if there is one; nothing only if there is nothing in all, and then what went deepest."""
    deepest, unknown = Empty(), None
    for outcome in outcomes:
        if isinstance(outcome, Found):
            return outcome
        if isinstance(outcome, Unknown):
            unknown = outcome
        elif len(outcome.path) > len(deepest.path):
            deepest = outcome
    return unknown or (deepest if len(deepest.path) > len(place.path) else Empty(place.path, impossible(place)))
