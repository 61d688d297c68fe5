"""Tables of beginnings and endings of texts: one look-up for each length that there is."""

from collections.abc import Callable, Iterable
from typing import Any

from bus.patterns.accepting import TextTest, text_test
from bus.patterns.ruleset.tables import Table
from bus.patterns.ruleset.terrain import Terrain
from bus.patterns.terms import Wildcard


class Affixes(Table):
    """Beginnings or endings by their text, as `cut` takes so many characters of a value.

    That none fits shows most often by what the shortest have in common with the others, in one look-up.
    """

    __slots__ = ("_cut", "_known")

    def __init__(self, terrain: Terrain, cut: Callable[[str, int], str]) -> None:
        super().__init__(terrain)
        self._cut = cut
        self._known: tuple[int, frozenset[str], tuple[int, ...]] = 0, frozenset(), ()

    def _key_changed(self, key: Any) -> None:  # noqa: ARG002 - the lengths of all keys are wanted
        lengths = tuple(sorted(set(map(len, self.buckets))))
        shortest = lengths[0] if lengths else 0
        self._known = shortest, frozenset(self._cut(each, shortest) for each in self.buckets), lengths

    def keys_of(self, value: str) -> Iterable[str]:
        shortest, shorts, lengths = self._known
        cut, buckets = self._cut, self.buckets
        if cut(value, shortest) not in shorts:
            return ()
        return [affix for length in lengths if (affix := cut(value, length)) in buckets]


class Heads(Affixes):
    """Beginnings, compared character by character."""

    __slots__ = ()

    def __init__(self, terrain: Terrain) -> None:
        super().__init__(terrain, head)

    def keys_of(self, value: str) -> Iterable[str]:
        shortest, shorts, lengths = self._known
        if value[:shortest] not in shorts:
            return ()
        buckets = self.buckets
        return [affix for length in lengths if (affix := value[:length]) in buckets]


class Wildcards(Table):
    """Wildcards, grouped by the text before the first `*`; those of a group are tried one by one."""

    __slots__ = ("_groups", "_lengths")

    def __init__(self, terrain: Terrain) -> None:
        super().__init__(terrain)
        self._groups: dict[str, tuple[tuple[TextTest, Wildcard], ...]] = {}
        self._lengths: tuple[int, ...] = ()

    def _key_changed(self, key: Wildcard) -> None:
        head = key.pieces[0]
        group = tuple(each for each in self._groups.get(head, ()) if each[1] != key)
        test = text_test(key)
        if test and key in self.buckets:
            group = (*group, (test, key))
        groups = {**self._groups, head: group}
        self._groups = {each: tests for each, tests in groups.items() if tests}
        self._lengths = tuple(sorted(set(map(len, self._groups))))

    def keys_of(self, value: str) -> Iterable[Wildcard]:
        groups = self._groups
        return [key for length in self._lengths for test, key in groups.get(value[:length], ()) if test(value)]


def head(text: str, length: int) -> str:
    """The first characters."""
    return text[:length]


def tail(text: str, length: int) -> str:
    """The last characters."""
    return text[-length:] if length else ""


def folded_head(text: str, length: int) -> str:
    """The first characters, in lower case if they are ASCII."""
    return _folded(text[:length])


def folded_tail(text: str, length: int) -> str:
    """The last characters, in lower case if they are ASCII."""
    return _folded(tail(text, length))


def _folded(text: str) -> str:
    # Lower case beyond ASCII would find what is not the same: the Kelvin sign, say, is no K.
    return text.lower() if text.isascii() else text
