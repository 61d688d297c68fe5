"""Where in a field's tables a candidate waits: one place for each alternative that the field accepts."""

from collections.abc import Collection, Hashable

from bus.patterns.leaf import Leaf
from bus.patterns.shapes import closed
from bus.patterns.terms import Cidr, EqualsIgnoreCase, Numeric, Prefix, Suffix, Term, Wildcard

Place = tuple[str, Hashable]
EXACT = frozenset({"texts", "numbers", "literals", "folded", "networks"})


def places(leaf: Leaf) -> Collection[Place]:
    """The table and the key of each alternative; whatever a field's value finds there, the field accepts."""
    found: dict[Place, None] = dict.fromkeys(("texts", text) for text in leaf.texts)
    found |= dict.fromkeys(("numbers", number) for number in leaf.numbers)
    found |= dict.fromkeys(("literals", literal) for literal in leaf.literals)
    if leaf.absent:
        found["absent", None] = None
    found |= dict.fromkeys(map(_place, leaf.terms))
    return found


def _place(term: Term) -> Place:  # noqa: PLR0911 - one case per table
    match term:
        case EqualsIgnoreCase(text) if text.isascii():
            return "folded", text.lower()
        case Prefix(text, ignore_case):
            if not ignore_case:
                return "heads", text
            return ("folded_heads", text.lower()) if text.isascii() else ("others", term)
        case Suffix(text, ignore_case):
            if not ignore_case:
                return "tails", text
            return ("folded_tails", text.lower()) if text.isascii() else ("others", term)
        case Wildcard():
            return "wildcards", term
        case Numeric():
            return "ranges", closed(term)
        case Cidr(version=version, low=low, high=high):
            bits = (high - low).bit_length()
            return "networks", (version, bits, low >> bits)
    return "others", term
