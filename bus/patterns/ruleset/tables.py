"""What finds candidates by one field's value: a table for each way in which values are compared.

Matching goes on while rules come and go, in another thread too. So a reader meets only what is
replaced whole: an entry of a dict, a tuple, a node that was filled before it was put in its place.
"""

from collections.abc import Hashable, Iterable, Iterator
from functools import partial
from typing import Any

from bus.patterns.addresses import address
from bus.patterns.parse import Branch
from bus.patterns.ruleset.buckets import Bucket, Names, Visit, quick_visitor, visitor, without
from bus.patterns.ruleset.candidate import Candidate
from bus.patterns.ruleset.terrain import Terrain


class Table:
    """Buckets by key; of values that are compared for being the same, the value is the key.

    `visits` holds the function that visits each bucket; `quick` what is quicker where no array led to it.
    """

    __slots__ = ("_terrain", "buckets", "quick", "visits")

    def __init__(self, terrain: Terrain) -> None:
        self._terrain = terrain
        self.buckets: dict[Any, Bucket] = {}
        self.visits: dict[Any, Visit] = {}
        self.quick: dict[Any, Names | Visit] = {}

    def put(self, key: Hashable, bucket: Bucket) -> None:
        """Put the bucket in place of the one that is there."""
        new = key not in self.buckets
        self.buckets[key] = bucket
        self._prepare(key, bucket)
        if not isinstance(bucket, tuple):
            bucket.when_rewritten(partial(self._prepare_again, key, bucket))
        if new:
            self._key_changed(key)

    def _prepare(self, key: Hashable, bucket: Bucket) -> None:
        self.visits[key] = visitor(bucket)
        self.quick[key] = quick_visitor(bucket, partial(self._rewritten, key, bucket), self._terrain)

    def _prepare_again(self, key: Hashable, bucket: Bucket) -> None:
        """A node has written its code anew."""
        with self._terrain.changing:
            if self.buckets.get(key) is bucket:
                self._prepare(key, bucket)

    def _rewritten(self, key: Hashable, bucket: Bucket, visit: Visit) -> None:
        """The bucket is better visited by another function from now on."""
        with self._terrain.changing:
            if self.buckets.get(key) is bucket:
                self.quick[key] = visit

    def forget_code(self) -> None:
        """Write all code of the buckets anew when it is next wanted, for the terrain as it is then."""
        for key, bucket in tuple(self.buckets.items()):
            for each in bucket if isinstance(bucket, tuple) else (bucket,):
                each.forget_code()
            self._prepare(key, bucket)

    def add(self, key: Hashable, candidate: Candidate) -> None:
        bucket = self.buckets.get(key, ())
        if isinstance(bucket, tuple):
            self.put(key, (*bucket, candidate))
        else:
            bucket.add(candidate)

    def remove(self, key: Hashable, name: str, branch: Branch) -> None:
        left = without(self.buckets[key], name, branch)
        if left:
            self.put(key, left)
        else:
            del self.buckets[key], self.visits[key], self.quick[key]
            self._key_changed(key)

    def _key_changed(self, key: Any) -> None:
        """Prepare for look-ups by other than the whole key, now that `key` has come or gone."""

    def keys_of(self, value: Any) -> Iterable[Hashable]:
        """The keys that accept the value; one may have gone by the time it is looked up."""
        return (value,) if value in self.buckets else ()

    def of(self, value: Any) -> Iterator[Bucket]:
        """The buckets whose keys accept the value."""
        for key in self.keys_of(value):
            bucket = self.buckets.get(key)
            if bucket is not None:
                yield bucket


class Folded(Table):
    """ASCII texts by their lower case."""

    __slots__ = ()

    def keys_of(self, value: str) -> Iterable[Hashable]:
        return (folded,) if value.isascii() and (folded := value.lower()) in self.buckets else ()


class Networks(Table):
    """CIDR ranges, by IP version, length of the host part, and network."""

    __slots__ = ("_sizes",)

    def __init__(self, terrain: Terrain) -> None:
        super().__init__(terrain)
        self._sizes: tuple[tuple[int, int], ...] = ()

    def _key_changed(self, key: Any) -> None:  # noqa: ARG002 - the sizes of all networks are wanted
        self._sizes = tuple(sorted({(version, bits) for version, bits, _ in self.buckets}))

    def keys_of(self, value: str) -> Iterable[Hashable]:
        found = _parse(value)
        if found is None:
            return ()
        version, number = found
        keys = ((version, bits, number >> bits) for of, bits in self._sizes if of == version)
        return [key for key in keys if key in self.buckets]


_LONGEST_ADDRESS = len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")


def _parse(text: str) -> tuple[int, int] | None:
    # To find out that a text is no address takes microseconds; most texts show it at once.
    if len(text) > _LONGEST_ADDRESS or not (text[:1].isalnum() or text[:1] == ":"):
        return None
    return address(text) if "." in text or ":" in text else None


class Absent(Table):
    """Candidates for there being no value; they share one bucket."""

    __slots__ = ()
