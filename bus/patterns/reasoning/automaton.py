"""Finite automata over texts, and the search for the shortest text that several of them agree on.

An expression becomes positions (Glushkov), a state the set of positions just read, as the bits of a
number. States are made when a search first reaches them, so that a product of automata costs what
the search sees of it, and the search stops at a bound.
"""

from collections.abc import Callable, Sequence

from bus.patterns.reasoning.charsets import END, EVERY, START, Chars, partition
from bus.patterns.reasoning.expressions import Chain, Either, Expression, Framed, One, Repeated
from bus.patterns.reasoning.work import TooLargeError, Work

_MOST_POSITIONS = 4096


class Automaton:
    """Reads texts of one expression."""

    __slots__ = ("_accepting", "_follow", "_linear", "_moves", "_readers", "_sets", "start")

    def __init__(self, expression: Expression | Framed) -> None:
        self._sets: list[Chars] = [()]
        self._follow: list[int] = [0]
        if not isinstance(expression, Framed):
            expression = Framed(Chain((One(((START, START),)), expression, One(((END, END),)))))
        _, self._follow[0], self._accepting = self._read(expression.part)
        # Most positions lead to the next one only: all at once.
        self._linear = sum(1 << at for at, follow in enumerate(self._follow) if follow == 2 << at)
        self._readers: dict[int, int] = {}
        self._moves: dict[tuple[int, int], int] = {}
        self.start = self.step(1, START)

    @property
    def sets(self) -> list[Chars]:
        """The sets of characters that it tells apart."""
        return self._sets

    def step(self, state: int, char: int) -> int:
        """The state after one more character; 0 when no text goes on like this."""
        found = self._moves.get((state, char))
        if found is None:
            found = self._moves[state, char] = self._move(state, char)
        return found

    def accepts(self, state: int) -> bool:
        """Whether the text may end here."""
        return bool(self.step(state, END) & self._accepting)

    def _move(self, state: int, char: int) -> int:
        reached = (state & self._linear) << 1
        for position in _bits(state & ~self._linear):
            reached |= self._follow[position]
        if char not in self._readers:
            reads = (any(low <= char <= high for low, high in chars) for chars in self._sets)
            self._readers[char] = sum(1 << at for at, read in enumerate(reads) if read)
        return reached & self._readers[char]

    def _read(self, expression: Expression) -> tuple[bool, int, int]:
        """Whether it may be empty, and the positions that it may begin and end with."""
        match expression:
            case One(chars):
                return self._position(chars)
            case Chain(parts):
                return self._chain(parts)
            case Either(parts):
                return self._either(parts)
            case Repeated(part, least, most):
                return self._repeated(part, least, most)

    def _position(self, chars: Chars) -> tuple[bool, int, int]:
        if len(self._sets) > _MOST_POSITIONS:
            raise TooLargeError(f"a text condition takes more than {_MOST_POSITIONS} positions")
        self._sets.append(chars)
        self._follow.append(0)
        bit = 1 << (len(self._sets) - 1)
        return False, bit, bit

    def _chain(self, parts: Sequence[Expression]) -> tuple[bool, int, int]:
        empty, first, last = True, 0, 0
        for part in parts:
            part_empty, part_first, part_last = self._read(part)
            self._link(last, part_first)
            first |= part_first if empty else 0
            last = part_last | (last if part_empty else 0)
            empty = empty and part_empty
        return empty, first, last

    def _either(self, parts: Sequence[Expression]) -> tuple[bool, int, int]:
        empty, first, last = False, 0, 0
        for part in parts:
            part_empty, part_first, part_last = self._read(part)
            empty, first, last = empty or part_empty, first | part_first, last | part_last
        return empty, first, last

    def _repeated(self, part: Expression, least: int, most: int | None) -> tuple[bool, int, int]:
        if most is not None:
            optional = Either((Chain(), part))
            return self._chain([part] * least + [optional] * (most - least))
        before = self._chain([part] * (least - 1))
        empty, first, last = self._read(part)
        self._link(last, first)
        self._link(before[2], first)
        whole_first = before[1] | (first if before[0] else 0)
        whole_last = last | (before[2] if empty else 0)
        return least == 0 or (before[0] and empty), whole_first, whole_last

    def _link(self, last: int, first: int) -> None:
        for position in _bits(last):
            self._follow[position] |= first


def shortest(
    automata: Sequence[Automaton],
    wanted: Callable[[str, tuple[bool, ...]], bool],
    alive: Callable[[tuple[int, ...]], bool],
    least: int,
    most: int | None,
    work: Work,
) -> str | None:
    """The shortest text from `least` to `most` characters for which `wanted(text, which of them accept it)`.

    No text is looked for beyond states that are not `alive`; 0 is the state from which an automaton accepts nothing.
    None when there is none: every combination of states has been seen. Raises TooLargeError.
    """
    alphabet = _classes(automata)
    layer = {tuple(each.start for each in automata): ""}
    seen: set[tuple[int, ...]] = set()
    length = 0
    while layer and (most is None or length <= most):
        if length >= least:
            for states, text in layer.items():
                if wanted(text, tuple(map(Automaton.accepts, automata, states))):
                    return text
            seen |= layer.keys()
        following: dict[tuple[int, ...], str] = {}
        for states, text in layer.items():
            work.spend(len(alphabet) * len(automata))
            for char in alphabet:
                reached = tuple(each.step(state, char) for each, state in zip(automata, states, strict=True))
                if reached not in seen and alive(reached):
                    following.setdefault(reached, text + chr(char))
        layer, length = following, length + 1
    return None


def _classes(automata: Sequence[Automaton]) -> list[int]:
    """A character for each class that no automaton tells apart."""
    sets = {chars for each in automata for chars in each.sets if chars != EVERY}
    found: dict[tuple[bool, ...], int] = {}
    for char in partition(sets):
        found.setdefault(tuple(any(low <= char <= high for low, high in chars) for chars in sets), char)
    return list(found.values())


def _bits(number: int) -> list[int]:
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found
