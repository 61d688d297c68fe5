"""Where in the wildcard patterns of a field a value has come to, byte by byte."""

from collections.abc import Iterable
from typing import NamedTuple


class Text(NamedTuple):
    """A wildcard text in bytes: the pattern that it is of, what precedes its first wildcard, what follows each."""

    owner: int
    head: bytes
    rest: tuple[bytes, ...]


class Places:
    """The places of some texts, as numbers, and how a byte leads from one to others."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._last = 0
        self._starts: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        self._heads: dict[tuple[int, int], int] = {}
        self._next: dict[tuple[int, int], list[int]] = {}
        self._wildcards: dict[int, int] = {}
        """The wildcard that follows a place; of a wildcard, itself."""
        for text in texts:
            self._add(text)

    def most_along(self, value: bytes, enough: int) -> int:
        """The most places that a beginning of the value leads to; from `enough` on, any number that is not less."""
        most, here = 0, set(self._starts.values())
        for byte in value:
            reached = {place for start in here for place in self._next.get((start, byte), ())}
            reached |= {start for start in here if self._wildcards.get(start) == start}
            here = reached | {self._wildcards[place] for place in reached if place in self._wildcards}
            most = max(most, len(here))
            if most >= enough:
                break
        return most

    def _add(self, text: Text) -> None:
        place = self._starts.get(text.owner) or self._starts.setdefault(text.owner, self._new())
        end = self._ends.get(text.owner) or self._ends.setdefault(text.owner, self._new())
        for byte in text.head if text.rest else text.head[:-1]:
            place = self._in_head(place, byte)
        for piece in text.rest[:-1]:
            place = self._wildcard_after(place)
            for byte in piece:
                place = self._lead(place, byte, self._new())
        if text.rest:
            place = self._wildcard_after(place)
            for byte in text.rest[-1][:-1]:
                place = self._lead(place, byte, self._new())
        self._lead(place, ord('"'), end)

    def _new(self) -> int:
        self._last += 1
        return self._last

    def _in_head(self, place: int, byte: int) -> int:
        """The place after a byte of a head, which is the same for all texts of a pattern that begin alike."""
        if (place, byte) not in self._heads:
            self._heads[place, byte] = self._lead(place, byte, self._new())
        return self._heads[place, byte]

    def _wildcard_after(self, place: int) -> int:
        if place not in self._wildcards:
            wildcard = self._new()
            self._wildcards[place] = self._wildcards[wildcard] = wildcard
        return self._wildcards[place]

    def _lead(self, start: int, byte: int, place: int) -> int:
        self._next.setdefault((start, byte), []).append(place)
        return place
