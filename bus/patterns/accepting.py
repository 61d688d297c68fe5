"""From what a field accepts to a function that says whether it accepts a value.

A value of an event is text, a number, or one of true, false and null; terms that compare text
never accept a number, and the other way round. Only "anything-but" and "exists" look at all.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from bus.patterns.addresses import address
from bus.patterns.arrays import flat
from bus.patterns.leaf import Leaf
from bus.patterns.terms import (
    AnythingBut,
    Cidr,
    EqualsIgnoreCase,
    Numeric,
    Prefix,
    Present,
    Scalar,
    Suffix,
    Term,
    Wildcard,
)

Check = Callable[[Any], bool]
TextTest = Callable[[str], bool]
NumberTest = Callable[[float], bool]


def accepts(leaf: Leaf) -> Check:
    """Whether the field's value will do; a list when one of its elements does, an object never."""
    texts, numbers = leaf.texts, leaf.numbers
    on_text, on_number = _any_of(map(text_test, leaf.terms)), _any_of(map(number_test, leaf.terms))
    others = frozenset(each for each in (True, False, None) if _accepts_literal(leaf, each))

    def check(value: Any) -> bool:
        kind = value.__class__
        if kind is str:
            return value in texts or on_text(value)
        if kind is int or kind is float:
            return value in numbers or on_number(value)
        if kind is list:
            return any(map(check, flat(value)))
        if kind is bool or value is None:
            return value in others
        return isinstance(value, str | int | float) and check(_plain(value))

    return _texts_only(texts) if leaf.only_texts else check


def _plain(value: str | float) -> str | float:
    """The value that one of a subclass, an enum's say, stands for."""
    if isinstance(value, str):
        return str.__str__(value)
    return int(value) if isinstance(value, int) else float(value)


def _any_of(tests: Iterable[Check | None]) -> Check:
    wanted = tuple(filter(None, tests))
    if len(wanted) == 1:
        return wanted[0]

    def test(value: Any) -> bool:
        for each in wanted:  # noqa: SIM110 - a generator would cost twice as much
            if each(value):
                return True
        return False

    return test


def _texts_only(texts: frozenset[str]) -> Check:
    def check(value: Any) -> bool:
        if isinstance(value, str):
            return value in texts
        return value.__class__ is list and any(map(check, flat(value)))

    return check


def _accepts_literal(leaf: Leaf, literal: bool | None) -> bool:  # noqa: FBT001 - a value of an event
    tests = map(literal_test, leaf.terms)
    return any(literal is each for each in leaf.literals) or any(test(literal) for test in tests if test)


def literal_test(term: Term) -> Callable[[Scalar], bool] | None:
    """How a term judges true, false and null; None when it accepts none."""
    match term:
        case Present(filled):
            return lambda literal: not filled or literal is not None
        case AnythingBut():
            return lambda _: True
    return None


def number_test(term: Term) -> NumberTest | None:
    """How a term judges numbers; None when it accepts none."""
    match term:
        case Numeric():
            return _within(term)
        case AnythingBut(values=values):
            return lambda value: value not in values
        case Present():
            return lambda _: True
    return None


def _within(term: Numeric) -> NumberTest:
    low, high = term.low, term.high
    if term.includes_low and term.includes_high:
        return lambda value: low <= value <= high
    if term.includes_high:
        return lambda value: low < value <= high
    if term.includes_low:
        return lambda value: low <= value < high
    return lambda value: low < value < high


def text_test(term: Term) -> TextTest | None:  # noqa: PLR0911 - one case per operator
    """How a term judges text; None when it accepts none."""
    match term:
        case Prefix(text, ignore_case=False):
            return lambda value: value.startswith(text)
        case Suffix(text, ignore_case=False):
            return lambda value: value.endswith(text)
        case EqualsIgnoreCase(text) | Prefix(text) | Suffix(text):
            return _ignoring_case(term, text)
        case Wildcard(pieces=pieces):
            return _wildcard(pieces)
        case Cidr():
            return _within_network(term)
        case Present(filled):
            return (lambda value: value != "") if filled else (lambda _: True)
        case AnythingBut(values, ()):
            return lambda value: value not in values
        case AnythingBut(terms=terms):
            test = _any_of(map(text_test, terms))
            return lambda value: not test(value)
    return None


def _ignoring_case(term: EqualsIgnoreCase | Prefix | Suffix, text: str) -> TextTest:
    """A character matches its upper and its lower case, as event-ruler has it (EqualsIgnoreCaseParser)."""
    if not text.isascii():
        return _ignoring_case_beyond_ascii(term, text)
    length, folded = len(text), text.lower()
    match term:
        case Prefix():
            return lambda value: (head := value[:length]).lower() == folded and head.isascii()
        case Suffix() if length:
            return lambda value: (tail := value[-length:]).lower() == folded and tail.isascii()
        case Suffix():
            return lambda _: True
    return lambda value: value.lower() == folded and value.isascii()


def _ignoring_case_beyond_ascii(term: EqualsIgnoreCase | Prefix | Suffix, text: str) -> TextTest:
    each = "".join(f"(?:{re.escape(char.lower())}|{re.escape(char.upper())})" for char in text)
    match term:
        case Prefix():
            found = re.compile(each, re.DOTALL).match
        case Suffix():
            found = re.compile(rf"(?:{each})\Z", re.DOTALL).search
        case _:
            found = re.compile(each, re.DOTALL).fullmatch
    return lambda value: found(value) is not None


def _wildcard(pieces: tuple[str, ...]) -> TextTest:
    """In time proportional to the value for each piece: nothing backtracks."""
    first, last = pieces[0], pieces[-1]
    match pieces:
        case [only]:
            return only.__eq__
        case ["", middle, ""]:
            return lambda value: middle in value
        case [_, ""]:
            return lambda value: value.startswith(first)
        case ["", _]:
            return lambda value: value.endswith(last)
    middle_pieces, fixed, reach = pieces[1:-1], len(first), len(first) + len(last)

    def matches(value: str) -> bool:
        if len(value) < reach or not (value.startswith(first) and value.endswith(last)):
            return False
        position, end = fixed, len(value) - len(last)
        for piece in middle_pieces:
            found = value.find(piece, position, end)
            if found < 0:
                return False
            position = found + len(piece)
        return True

    return matches


def _within_network(term: Cidr) -> TextTest:
    version, low, high = term.version, term.low, term.high

    def within(value: str) -> bool:
        found = address(value)
        return found is not None and found[0] == version and low <= found[1] <= high

    return within
