"""Tables of beginnings and endings of texts: one look-up for each length that there is."""

from collections.abc import Iterable
from typing import Any

from bus.patterns.accepting import TextTest, text_test
from bus.patterns.ruleset.tables import Table
from bus.patterns.terms import Wildcard


class _Affixes(Table):
    __slots__ = ("_lengths",)

    def __init__(self) -> None:
        super().__init__()
        self._lengths: tuple[int, ...] = ()

    def _key_changed(self, key: Any) -> None:  # noqa: ARG002 - the lengths of all keys are wanted
        self._lengths = tuple(sorted(set(map(len, self.buckets))))


class Heads(_Affixes):
    """Beginnings."""

    __slots__ = ()

    def keys_of(self, value: str) -> Iterable[str]:
        buckets = self.buckets
        return [head for length in self._lengths if (head := value[:length]) in buckets]


class Tails(_Affixes):
    """Endings."""

    __slots__ = ()

    def keys_of(self, value: str) -> Iterable[str]:
        buckets = self.buckets
        return [affix for length in self._lengths if (affix := tail(value, length)) in buckets]


class FoldedHeads(_Affixes):
    """ASCII beginnings, by their lower case."""

    __slots__ = ()

    def keys_of(self, value: str) -> Iterable[str]:
        buckets = self.buckets
        return [affix for length in self._lengths if (affix := _folded(value[:length])) in buckets]


class FoldedTails(_Affixes):
    """ASCII endings, by their lower case."""

    __slots__ = ()

    def keys_of(self, value: str) -> Iterable[str]:
        buckets = self.buckets
        return [affix for length in self._lengths if (affix := _folded(tail(value, length))) in buckets]


class Wildcards(Table):
    """Wildcards, grouped by the text before the first `*`; those of a group are tried one by one."""

    __slots__ = ("_groups", "_lengths")

    def __init__(self) -> None:
        super().__init__()
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


def tail(text: str, length: int) -> str:
    return text[-length:] if length else ""


def _folded(text: str) -> str:
    # Lower case beyond ASCII would find what is not the same: the Kelvin sign, say, is no K.
    return text.lower() if text.isascii() else text
