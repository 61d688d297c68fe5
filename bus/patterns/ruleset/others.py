"""Terms that accept nearly everything, or that nothing but a test can tell: tried one by one, each only once."""

from collections.abc import Callable, Iterable
from typing import Any

from bus.patterns.accepting import literal_test, number_test, text_test
from bus.patterns.ruleset.tables import Table
from bus.patterns.ruleset.terrain import Terrain
from bus.patterns.terms import Term

_Tests = tuple[tuple[Callable[[Any], bool], Term], ...]


class Others(Table):
    """Buckets by term. Rules with the same term share its test."""

    __slots__ = ("_on_literal", "_on_number", "_on_text")

    def __init__(self, terrain: Terrain) -> None:
        super().__init__(terrain)
        self._on_text: _Tests = ()
        self._on_number: _Tests = ()
        self._on_literal: _Tests = ()

    def _key_changed(self, key: Term) -> None:
        there = key in self.buckets
        self._on_text = _changed(self._on_text, key, text_test(key) if there else None)
        self._on_number = _changed(self._on_number, key, number_test(key) if there else None)
        self._on_literal = _changed(self._on_literal, key, literal_test(key) if there else None)

    def keys_of(self, value: str) -> Iterable[Term]:
        return [key for test, key in self._on_text if test(value)]

    def keys_of_number(self, value: float) -> Iterable[Term]:
        return [key for test, key in self._on_number if test(value)]

    def keys_of_literal(self, value: bool | None) -> Iterable[Term]:  # noqa: FBT001 - a value of an event
        return [key for test, key in self._on_literal if test(value)]


def _changed(tests: _Tests, key: Term, test: Callable[[Any], bool] | None) -> _Tests:
    others = tuple(each for each in tests if each[1] != key)
    return (*others, (test, key)) if test else others
