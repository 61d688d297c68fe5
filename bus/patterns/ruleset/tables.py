"""What finds candidates by one field's value: a table for each way in which values are compared.

Matching goes on while rules come and go, in another thread too. So a reader meets only what is
replaced whole: an entry of a dict, a tuple, a node that was filled before it was put in its place.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from bus.patterns.addresses import address
from bus.patterns.parse import Branch
from bus.patterns.ruleset.buckets import Bucket, without
from bus.patterns.ruleset.candidate import Candidate


class Table:
    """Buckets by key; of values that are compared for being the same, the value is the key."""

    __slots__ = ("buckets",)

    def __init__(self) -> None:
        self.buckets: dict[Any, Bucket] = {}

    def add(self, key: Hashable, candidate: Candidate) -> None:
        bucket = self.buckets.get(key)
        if bucket is None:
            self.buckets[key] = (candidate,)
            self._key_changed(key)
        elif isinstance(bucket, tuple):
            self.buckets[key] = (*bucket, candidate)
        else:
            bucket.add(candidate)

    def remove(self, key: Hashable, name: str, branch: Branch) -> None:
        left = without(self.buckets[key], name, branch)
        if left:
            self.buckets[key] = left
        else:
            del self.buckets[key]
            self._key_changed(key)

    def _key_changed(self, key: Any) -> None:
        """Prepare for look-ups by other than the whole key, now that `key` has come or gone."""


class Folded(Table):
    """ASCII texts by their lower case."""

    __slots__ = ()

    def find(self, text: str) -> Iterable[Bucket]:
        bucket = self.buckets.get(text.lower()) if text.isascii() else None
        return () if bucket is None else (bucket,)


class Affixes(Table):
    """Beginnings, or endings, of texts: one look-up for each length that there is."""

    __slots__ = ("_cut", "_lengths")

    def __init__(self, cut: Callable[[str, int], str]) -> None:
        super().__init__()
        self._cut = cut
        self._lengths: tuple[int, ...] = ()

    def _key_changed(self, key: Any) -> None:  # noqa: ARG002 - the lengths of all keys are wanted
        self._lengths = tuple(sorted(set(map(len, self.buckets))))

    def find(self, text: str) -> Iterable[Bucket]:
        get, cut = self.buckets.get, self._cut
        return [bucket for length in self._lengths if (bucket := get(cut(text, length))) is not None]


def head(text: str, length: int) -> str:
    return text[:length]


def tail(text: str, length: int) -> str:
    return text[-length:] if length else ""


def folded_head(text: str, length: int) -> str:
    return _folded(text[:length])


def folded_tail(text: str, length: int) -> str:
    return _folded(tail(text, length))


def _folded(text: str) -> str:
    # Lower case beyond ASCII would find what is not the same: the Kelvin sign, say, is no K.
    return text.lower() if text.isascii() else text


class Networks(Table):
    """CIDR ranges, by IP version, length of the host part, and network."""

    __slots__ = ("_sizes",)

    def __init__(self) -> None:
        super().__init__()
        self._sizes: tuple[tuple[int, int], ...] = ()

    def _key_changed(self, key: Any) -> None:  # noqa: ARG002 - as above
        self._sizes = tuple(sorted({(version, bits) for version, bits, _ in self.buckets}))

    def find(self, text: str) -> Iterable[Bucket]:
        found = _parse(text)
        if found is None:
            return ()
        version, number = found
        keys = ((version, bits, number >> bits) for of, bits in self._sizes if of == version)
        return [bucket for key in keys if (bucket := self.buckets.get(key)) is not None]


_LONGEST_ADDRESS = len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")


def _parse(text: str) -> tuple[int, int] | None:
    # To find out that a text is no address takes microseconds; most texts show it at once.
    if len(text) > _LONGEST_ADDRESS or not (text[:1].isalnum() or text[:1] == ":"):
        return None
    return address(text) if "." in text or ":" in text else None


class Anything(Table):
    """Candidates for whatever there is; they share one bucket."""

    __slots__ = ()

    def find(self, _: object) -> Iterable[Bucket]:
        return tuple(self.buckets.values())
