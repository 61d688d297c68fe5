"""What a field accepts, in English: phrases that stand behind "is" and behind "expected"."""

from collections.abc import Iterator

from bus.patterns.leaf import Leaf
from bus.patterns.terms import (
    AnythingBut,
    Cidr,
    EqualsIgnoreCase,
    Numeric,
    Prefix,
    Present,
    Suffix,
    Term,
    Wildcard,
)
from bus.patterns.wording import either, exact_text, number_text, value_text

_IPV6 = 6


def leaf_in_words(leaf: Leaf, limit: float, most: int = 0) -> str:
    """`"a", "b" or text that begins with "us-"`; at `most` so many of them, 0 for all.

    `limit` is the dialect's `number_limit`, which ranges that are open to one side end at. Of a
    field that may be absent only what it accepts when it is there: "" when that is nothing.
    """
    phrases = list(_phrases(leaf, limit, most))
    return either(phrases, most) if phrases else ""


def _phrases(leaf: Leaf, limit: float, most: int) -> Iterator[str]:
    # A text that is an address is a term too, which accepts every way of writing it; IPv4 has but one that people use.
    as_term = {term.text for term in leaf.terms if isinstance(term, Cidr) and term.version == _IPV6}
    as_text = {term for term in leaf.terms if isinstance(term, Cidr) and term.text in leaf.texts - as_term}
    yield from (exact_text(text) for text in sorted(leaf.texts - as_term))
    yield from (number_text(number) for number in sorted(leaf.numbers))
    yield from (value_text(literal) for literal in leaf.literals)
    # What is "anything but a or b" comes last, or what follows would seem to be meant too.
    for term in sorted(leaf.terms, key=lambda term: isinstance(term, AnythingBut)):
        if term not in as_text:
            yield term_in_words(term, limit, most)


def term_in_words(term: Term, limit: float, most: int = 0) -> str:  # noqa: PLR0911 - one case per operator
    """The values that one term accepts."""
    match term:
        case Prefix() | Suffix() | EqualsIgnoreCase() | Wildcard():
            return _texts((term,), most)
        case Numeric():
            return _range(term, limit)
        case Cidr(text):
            return f"an address within {text}" if "/" in text else f"the address {text}"
        case Present(filled):
            return 'any value but null and ""' if filled else "any value"
        case AnythingBut(values, terms) if not values and not terms:
            return "any value"
        case AnythingBut(values, ()):
            numbers = sorted(value for value in values if not isinstance(value, str))
            texts = sorted(value for value in values if isinstance(value, str))
            return f"anything but {either([*map(exact_text, texts), *map(number_text, numbers)], most)}"
        case AnythingBut(terms=terms):
            return f"anything but {_texts(terms, most)}"


def _texts(terms: tuple[Prefix | Suffix | EqualsIgnoreCase | Wildcard, ...], most: int) -> str:
    """Terms of one operator, as "anything-but" holds them."""
    texts, first = either([exact_text(term.text) for term in terms], most), terms[0]
    match first:
        case Wildcard():
            return f"text like {texts}"
        case EqualsIgnoreCase():
            return f"{texts} (in any case)"
    if len(terms) == 1 and not first.text:
        return "any text"
    verb = "begins" if isinstance(first, Prefix) else "ends"
    return f"text that {verb} with {texts}" + (" (in any case)" if first.ignore_case else "")


def _range(term: Numeric, limit: float) -> str:
    low, high = number_text(term.low), number_text(term.high)
    above = f"of at least {low}" if term.includes_low else f"above {low}"
    below = f"of at most {high}" if term.includes_high else f"below {high}"
    if term.low == term.high:
        return f"the number {low}"
    if term.low == -limit:
        return f"a number {below}"
    if term.high == limit:
        return f"a number {above}"
    if term.includes_low and term.includes_high:
        return f"a number from {low} to {high}"
    return f"a number {above} and {below.removeprefix('of ')}"
