"""How hard wildcards are to match: AWS refuses rules beyond some complexity.

A value is read byte by byte, quotation marks included, and all wildcard patterns of a field are tried at once. Each may
have come to several places by then: with `"x*ab"`, a value that begins with `"xa` has come to the wildcard and to the
`a` after it. The complexity is the most places that any value can lead to at once. Where a wildcard follows a place,
that wildcard is one as well, since it may stand for nothing.

The texts of one "anything-but" are one pattern: what they begin with, their first wildcards where they begin alike, and
their ends are the same places (event-ruler, MachineComplexityEvaluator, and its README on complexity).
"""

from collections import deque
from collections.abc import Iterable, Sequence

from bus.patterns.wildcard_states import Places, Text

Pieces = tuple[str, ...]
"""What stands between the wildcards of a text."""


def is_too_complex(patterns: Sequence[Iterable[Pieces]], limit: int) -> bool:
    """Whether one field's patterns, each of one text or more, are more complex than `limit`."""
    texts = _texts(patterns)
    return _at_most(texts) > limit and _complexity(texts, limit + 1) > limit


def complexity(patterns: Sequence[Iterable[Pieces]], enough: int) -> int:
    """The complexity of one field's patterns; from `enough` on, any number that is not less."""
    return _complexity(_texts(patterns), enough)


def _texts(patterns: Sequence[Iterable[Pieces]]) -> list[Text]:
    return list(dict.fromkeys(_text(owner, pieces) for owner, pattern in enumerate(patterns) for pieces in pattern))


def _text(owner: int, pieces: Pieces) -> Text:
    encoded = [piece.encode(errors="replace") for piece in pieces]
    encoded[0] = b'"' + encoded[0]
    encoded[-1] += b'"'
    return Text(owner, encoded[0], tuple(encoded[1:]))


def _at_most(texts: list[Text]) -> int:
    """A number that the complexity is never above, and that most patterns need no more than.

    The longest piece that a value has come into holds the others that it has come into: each begins within it, at a
    byte like its own first.
    """
    pieces = [piece for text in texts for piece in text.rest]
    most = {first: max(piece.count(first) for piece in pieces) for first in {piece[0] for piece in pieces}}
    return sum(not text.rest for text in texts) + len(pieces) + sum(most[piece[0]] for piece in pieces)


def _complexity(texts: list[Text], enough: int) -> int:
    """The most places while the value is still like some text's head, or past all heads, whichever are more.

    Past its head a text never leaves its wildcards, so that the worst value has come to all of them. What follows the
    last head that it has may be anything.
    """
    places = Places(texts)
    most = 0
    for head in _longest({text.head for text in texts}):
        most = max(most, places.most_along(head, enough))
        past = [text for text in texts if text.rest and head.startswith(text.head)]
        if past and most < enough:
            most = max(most, _wildcards(past) + _most_ends(past, enough))
        if most >= enough:
            break
    return most


def _longest(heads: set[bytes]) -> list[bytes]:
    """Those heads that no other begins with."""
    ordered = sorted(heads)
    return [
        head for head, following in zip(ordered, [*ordered[1:], b""], strict=True) if not following.startswith(head)
    ]


def _wildcards(texts: list[Text]) -> int:
    return len({(text.owner, text.head) for text in texts}) + sum(len(text.rest) - 1 for text in texts)


class _Node:
    """What some value may end with that a piece begins with."""

    __slots__ = ("below", "ends", "owners", "shorter")

    def __init__(self) -> None:
        self.below: dict[int, _Node] = {}
        self.shorter: _Node | None = None
        """The next shorter such end of the same value."""
        self.ends = 0
        """How many pieces have come so far, of which none is its text's last and complete."""
        self.owners = 0
        """The patterns that are complete, as bits."""

    @property
    def places(self) -> int:
        return self.ends + self.owners.bit_count()


def _most_ends(texts: list[Text], enough: int) -> int:
    """The most places within pieces that any value can lead to: those that it ends with the beginning of.

    As Aho and Corasick find many words at once.
    """
    root = _Node()
    for text in texts:
        for piece in text.rest[:-1]:
            _grow(root, piece).ends += 1
        _grow(root, text.rest[-1]).owners |= 1 << text.owner
    most = 0
    waiting = deque([root])
    while waiting and most < enough:
        node = waiting.popleft()
        for byte, below in node.below.items():
            below.shorter = _shorter(node, byte) or root
            if below.shorter is not below:
                below.ends += below.shorter.ends
                below.owners |= below.shorter.owners
            most = max(most, below.places)
            waiting.append(below)
    return most


def _grow(node: _Node, piece: bytes) -> _Node:
    """The node of a piece; on the way, one more has come to each before."""
    for byte in piece[:-1]:
        node = node.below.setdefault(byte, _Node())
        node.ends += 1
    return node.below.setdefault(piece[-1], _Node())


def _shorter(node: _Node, byte: int) -> _Node | None:
    shorter = node.shorter
    while shorter is not None:
        if byte in shorter.below:
            return shorter.below[byte]
        shorter = shorter.shorter
    return None
